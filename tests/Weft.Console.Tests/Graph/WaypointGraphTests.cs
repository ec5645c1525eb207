using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;

namespace Weft.Console.Graph;

/// <summary>Ambient meshes: waypoints are workloads, and pairs of edges to and from them are shown as one.</summary>
public sealed class WaypointGraphTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(GraphType.App)]
    [InlineData(GraphType.VersionedApp)]
    [InlineData(GraphType.Workload)]
    public async Task A_waypoint_is_a_workload_of_no_application_in_every_type_of_graph(GraphType type)
    {
        var graph = await GraphAsync(Options with { GraphType = type, InjectServiceNodes = true }, Call("w0", "door", 4));
        var waypoint = Assert.Single(graph.Nodes, node => node.Marks.HasFlag(NodeMarks.Waypoint));
        Assert.Equal((NodeType.Workload, "door", ""), (waypoint.Type, waypoint.Workload, waypoint.App));
        Assert.True(waypoint.Marks.HasFlag(NodeMarks.Ambient));
        Assert.False(waypoint.Marks.HasFlag(NodeMarks.OutOfMesh));
        // No service stands before it, and it is reached by mutual TLS, whatever the inner call tells.
        var edge = Assert.Single(graph.Edges);
        Assert.Equal((waypoint.Id, "100", WaypointDirection.To), (edge.Target, edge.MutualTls, edge.Waypoint));
    }

    [Fact]
    public async Task A_pair_of_edges_with_a_waypoint_is_shown_as_one_and_both_count()
    {
        var graph = await GraphAsync(Options, Call("w0", "door", 4), Call("door", "w0", 3), Call("door", "w2", 2));
        var there = Assert.Single(graph.Edges, edge => edge.Waypoint == WaypointDirection.To);
        Assert.Equal((there.Target, there.Source, WaypointDirection.From), (there.Returning!.Source, there.Returning.Target, there.Returning.Waypoint));
        Assert.Equal("3.00", there.Returning.Traffic.Rates.Single(rate => rate.Key == "http").Value);
        Assert.Equal(2, graph.Edges.Length);
        var caller = graph.Nodes.Single(node => node.Id == there.Source);
        Assert.Equal("3.00", caller.Traffic.Single().Rates.Single(rate => rate.Key == "httpIn").Value);
        Assert.Equal(3, caller.Health!.Requests.Inbound.Protocols["http"].Rates["200"]);
        Assert.False(caller.Marks.HasFlag(NodeMarks.Root));
    }

    [Fact]
    public async Task Who_only_a_waypoint_connected_goes_with_it()
    {
        var graph = await GraphAsync(Options with { ShowWaypoints = false }, Call("w0", "door", 4), Call("door", "w2", 4), Call("w0", "w1", 1));
        Assert.Equal(["w0", "w1"], graph.Nodes.Select(node => node.Workload).Order());
        Assert.Single(graph.Edges);
    }

    [Fact]
    public async Task A_workload_of_the_same_name_in_another_cluster_is_no_waypoint_and_nothing_is_known_of_it()
    {
        var call = Call("w1", "door", 4);
        call.Labels["destination_cluster"] = "west";
        var graph = await GraphAsync(Options, call);
        var remote = Assert.Single(graph.Nodes, node => node.Cluster == "west");
        Assert.Equal(NodeMarks.Inaccessible, remote.Marks);
        Assert.Empty(remote.Labels);
        Assert.Null(remote.Health!.WorkloadStatus);
    }

    [Fact]
    public void Ambient_namespaces_are_asked_of_their_callers_too()
    {
        var queries = GraphQueryPlan.For(Options, [new QueryGroup(["a", "b"], Options.Duration) { Ambient = ["b"] }]);
        var extra = Assert.Single(queries, query => query.Text.Contains("reporter=\"source\",source_workload_namespace!~\"a|b\",destination_workload_namespace=\"b\"", StringComparison.Ordinal));
        Assert.Equal(TelemetryKind.Requests, extra.Kind);
    }

    [Fact]
    public void Connections_around_a_waypoint_are_told_by_those_at_their_other_ends()
    {
        var options = Options with { Namespaces = ["a"], Focus = new GraphFocus(FocusKind.Workload, "a", "door"), Appenders = [] };
        var tcp = GraphQueryPlan.For(options, GraphPipeline.GroupsOf(options, RandomMesh.Inventory)).Where(query => query.Kind == TelemetryKind.Tcp).Select(query => query.Text).ToList();
        Assert.Contains("reporter=\"source\",destination_workload_namespace=\"a\",destination_workload=\"door\"", tcp[0], StringComparison.Ordinal);
        Assert.Contains("reporter=\"destination\",source_workload_namespace=\"a\",source_workload=\"door\"", tcp[1], StringComparison.Ordinal);
    }

    private static GraphOptions Options => new() { Namespaces = ["a", "b"], QueryTime = Now };

    private static Task<TrafficGraph> GraphAsync(GraphOptions options, params (Dictionary<string, string> Labels, double Rate)[] calls) => GraphPipeline.RunAsync(
        options,
        RandomMesh.Inventory,
        new HealthRules(HealthConfig.Default),
        (query, _, _) => Task.FromResult<IReadOnlyList<TelemetrySample>>(
            query.Kind is TelemetryKind.Requests or TelemetryKind.SecurityPolicy ? [.. calls.Select(call => TelemetrySample.From(call.Rate, call.Labels, null))] : []),
        TestContext.Current.CancellationToken);

    private static (Dictionary<string, string> Labels, double Rate) Call(string source, string destination, double rate) => (
        new()
        {
            ["source_cluster"] = RandomMesh.Home, ["source_workload_namespace"] = "a", ["source_workload"] = source,
            ["source_canonical_service"] = source + "-app", ["source_canonical_revision"] = "v1",
            ["destination_cluster"] = RandomMesh.Home, ["destination_service_namespace"] = "a", ["destination_service"] = "shop.a.svc.cluster.local",
            ["destination_service_name"] = "shop", ["destination_workload_namespace"] = "a", ["destination_workload"] = destination,
            ["destination_canonical_service"] = destination + "-app", ["destination_canonical_revision"] = "v1",
            ["request_protocol"] = "http", ["response_code"] = "200", ["response_flags"] = "-", ["connection_security_policy"] = "none",
        },
        rate);
}
