using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;

namespace Weft.Console.Graph;

/// <summary>Traffic beside the mesh that extensions report in metrics of their own.</summary>
public sealed class ExtensionGraphTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Traffic_of_an_extension_begins_at_the_node_of_that_name_and_leads_to_services_of_its_own()
    {
        var graph = await GraphAsync(Options, Call("w0", "database", 4, "200", ("source_is_root", "true")), Call("database", "far", 1, "500"));
        var root = Assert.Single(graph.Nodes, node => node.Workload == "w0");
        Assert.Equal(new ExtensionNode("skupper", ""), root.Extension);
        var database = Assert.Single(graph.Nodes, node => node.Service == "database");
        Assert.Equal((NodeType.Service, "elsewhere", "west"), (database.Type, database.Namespace, database.Cluster));
        Assert.True(database.Marks.HasFlag(NodeMarks.Outside) && database.Marks.HasFlag(NodeMarks.Inaccessible));
        var edge = Assert.Single(graph.Edges, edge => edge.Source == root.Id && edge.Target == database.Id);
        Assert.Equal([KeyValuePair.Create("http", "4.00"), KeyValuePair.Create("httpPercentReq", "66.7")], edge.Traffic.Rates);
        Assert.Equal(("database", "100.0"), (edge.Traffic.Responses.Single().Hosts.Single().Key, edge.Traffic.Responses.Single().Hosts.Single().Value));
        var failing = Assert.Single(graph.Edges, edge => edge.Source == database.Id);
        Assert.Contains(KeyValuePair.Create("httpPercentErr", "100.0"), failing.Traffic.Rates);
    }

    [Fact]
    public async Task What_both_sides_report_counts_once_and_secured_traffic_is_called_so()
    {
        var graph = await GraphAsync(Options, Call("a1", "a2", 2, "200", ("secure", "true")), Call("a1", "a2", 2, "200"), Call("a1", "a2", 3, "404"));
        var edge = Assert.Single(graph.Edges, edge => graph.Nodes.Single(node => node.Id == edge.Source).Service == "a1");
        Assert.Equal("5.00", edge.Traffic.Rates.Single(rate => rate.Key == "http").Value);
        Assert.Equal("100", edge.MutualTls);
    }

    [Fact]
    public async Task Nothing_is_asked_about_extensions_that_are_not_configured()
    {
        var graph = await GraphAsync(Options with { Extensions = [] }, Call("w0", "database", 4, "200", ("source_is_root", "true")));
        Assert.DoesNotContain(graph.Nodes, node => node.Extension is not null || node.Service == "database");
    }

    [Theory]
    [InlineData("source_is_root")]
    [InlineData("source_cluster")]
    [InlineData("dest_name")]
    [InlineData("status_code")]
    [InlineData("protocol")]
    public async Task A_series_without_a_label_that_it_needs_is_left_out(string label)
    {
        var call = Call("a1", "a2", 2, "200");
        call.Labels.Remove(label);
        Assert.DoesNotContain((await GraphAsync(Options, call)).Nodes, node => node.Extension is not null);
    }

    [Fact]
    public async Task What_is_not_asked_for_is_not_shown()
    {
        var graph = await GraphAsync(Options with { HttpRate = HttpRate.None }, Call("a1", "a2", 2, "200"), Call("a1", "a2", 3, "0", ("protocol", "grpc")));
        Assert.Equal(["grpc"], graph.Edges.Where(edge => graph.Nodes.Single(node => node.Id == edge.Source).Extension is not null).Select(edge => edge.Traffic.Protocol.Name()));
    }

    [Fact]
    public void Queries_are_Kialis_once_for_all_namespaces()
    {
        var options = Options with { Extensions = ["skupper", "x\"y"], TcpRate = TcpRate.Total };
        var queries = GraphQueryPlan.For(options, [new QueryGroup(["a"], TimeSpan.FromSeconds(60)), new QueryGroup(["b"], options.Duration)]).Where(query => query.Kind == TelemetryKind.Extension).Select(query => query.Text).ToList();
        Assert.Equal(6, queries.Count);
        Assert.Equal(
            "round(sum(rate(kiali_ext_requests_total{extension=\"skupper\"} [600s])) by (dest_cluster, dest_namespace, dest_name, flags, protocol, secure, source_cluster, source_is_root, source_namespace, source_name, status_code) > 0,0.001)",
            queries[0]);
        Assert.StartsWith("round(sum(rate(kiali_ext_tcp_received_total{extension=\"skupper\"} [600s])) by (dest_cluster, dest_namespace, dest_name, flags, secure, source_cluster,", queries[1], StringComparison.Ordinal);
        Assert.Contains("kiali_ext_tcp_sent_total{extension=\"x\\\"y\"}", queries[5], StringComparison.Ordinal);
    }

    private static GraphOptions Options => new() { Namespaces = ["a", "b"], QueryTime = Now, Extensions = ["skupper"] };

    private static Task<TrafficGraph> GraphAsync(GraphOptions options, params (Dictionary<string, string> Labels, double Rate)[] calls) => GraphPipeline.RunAsync(
        options,
        RandomMesh.Inventory,
        new HealthRules(HealthConfig.Default),
        (query, _, _) => Task.FromResult<IReadOnlyList<TelemetrySample>>(query switch
        {
            { Kind: TelemetryKind.Extension, Metric: "kiali_ext_requests_total" } => [.. calls.Select(call => TelemetrySample.From(call.Rate, call.Labels, null))],
            { Kind: TelemetryKind.Requests } => [TelemetrySample.From(2, MeshCall, null)],
            _ => [],
        }),
        TestContext.Current.CancellationToken);

    private static Dictionary<string, string> MeshCall => new()
    {
        ["source_cluster"] = RandomMesh.Home, ["source_workload_namespace"] = "a", ["source_workload"] = "w0",
        ["source_canonical_service"] = "w0-app", ["source_canonical_revision"] = "v1",
        ["destination_cluster"] = RandomMesh.Home, ["destination_service_namespace"] = "a", ["destination_service"] = "shop.a.svc.cluster.local",
        ["destination_service_name"] = "shop", ["destination_workload_namespace"] = "a", ["destination_workload"] = "w1",
        ["destination_canonical_service"] = "w1-app", ["destination_canonical_revision"] = "v1",
        ["request_protocol"] = "http", ["response_code"] = "200", ["response_flags"] = "-",
    };

    private static (Dictionary<string, string> Labels, double Rate) Call(string source, string destination, double rate, string code, params (string Name, string Value)[] labels)
    {
        var all = new Dictionary<string, string>
        {
            ["source_cluster"] = RandomMesh.Home, ["source_namespace"] = "a", ["source_name"] = source, ["source_is_root"] = "false",
            ["dest_cluster"] = "west", ["dest_namespace"] = "elsewhere", ["dest_name"] = destination,
            ["protocol"] = "http", ["status_code"] = code, ["flags"] = "-",
        };
        if (source is not ("w0" or "a1"))
        {
            (all["source_cluster"], all["source_namespace"]) = ("west", "elsewhere");
        }

        foreach (var (name, value) in labels)
        {
            all[name] = value;
        }

        return (all, rate);
    }
}
