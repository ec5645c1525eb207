using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Console.Inventory;

namespace Weft.Console.Graph;

/// <summary>A host is a ServiceEntry's for those whom it is exported to.</summary>
public sealed class ServiceEntryGraphTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_entry_of_one_namespace_is_a_plain_host_to_callers_of_another()
    {
        var graph = await GraphAsync(Call("a", "only.example.com", 2), Call("b", "only.example.com", 3));
        var entry = Assert.Single(graph.Nodes, node => node.ServiceEntry is not null);
        Assert.Equal(("b", "mine"), (entry.Namespace, entry.Service));
        Assert.Equal("3.00", entry.Traffic.Single().Rates.Single().Value);
        var host = Assert.Single(graph.Nodes, node => node.Service == "only.example.com");
        Assert.Equal("2.00", host.Traffic.Single().Rates.Single().Value);
    }

    [Fact]
    public async Task An_entry_for_all_stands_in_each_namespace_that_calls_it()
    {
        var graph = await GraphAsync(Call("a", "ext.example.com", 2), Call("b", "www.wild.example", 3), Call("b", "ext.example.com", 1));
        Assert.Equal(["a/outside", "b/outside"], graph.Nodes.Where(node => node.ServiceEntry is not null).Select(node => $"{node.Namespace}/{node.Service}"));
        var inB = graph.Nodes.Single(node => node is { Namespace: "b", ServiceEntry: not null });
        Assert.Equal("4.00", inB.Traffic.Single().Rates.Single().Value);
        Assert.Equal("a", inB.ServiceEntry!.Namespace);
        Assert.DoesNotContain(graph.Nodes, node => node.Service.Contains("example", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("BlackHoleCluster")]
    [InlineData("PassthroughCluster")]
    public async Task What_left_the_meshs_knowledge_is_no_entrys(string cluster)
    {
        var catchAll = RandomMesh.Inventory with { ServiceEntries = [new ServiceEntryFacts { Namespace = "a", Name = "all", Hosts = [cluster], Location = "MESH_EXTERNAL" }] };
        var graph = await GraphAsync(catchAll, Call("a", cluster, 1));
        Assert.DoesNotContain(graph.Nodes, node => node.ServiceEntry is not null);
    }

    private static Task<TrafficGraph> GraphAsync(params TelemetrySample[] calls) => GraphAsync(RandomMesh.Inventory, calls);

    private static Task<TrafficGraph> GraphAsync(MeshInventory mesh, params TelemetrySample[] calls) => GraphPipeline.RunAsync(
        new GraphOptions { Namespaces = ["a", "b"], QueryTime = Now },
        mesh,
        new HealthRules(HealthConfig.Default),
        (query, _, _) => Task.FromResult<IReadOnlyList<TelemetrySample>>(query.Kind == TelemetryKind.Requests ? calls : []),
        TestContext.Current.CancellationToken);

    private static TelemetrySample Call(string ns, string host, double rate) => TelemetrySample.From(
        rate,
        new Dictionary<string, string>
        {
            ["source_cluster"] = RandomMesh.Home, ["source_workload_namespace"] = ns, ["source_workload"] = "w0",
            ["source_canonical_service"] = "shop", ["source_canonical_revision"] = "v1",
            ["destination_service_namespace"] = "unknown", ["destination_service"] = host, ["destination_service_name"] = host,
            ["destination_workload_namespace"] = "unknown", ["destination_workload"] = "unknown",
            ["destination_canonical_service"] = "unknown", ["destination_canonical_revision"] = "latest",
            ["request_protocol"] = "http", ["response_code"] = "200", ["response_flags"] = "-",
        },
        null);
}
