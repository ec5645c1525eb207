using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Weft.Console.Graph.Model;
using Weft.Console.Health;

namespace Weft.Console.Graph;

/// <summary>What holds of every graph, whatever the mesh does and however it is asked: tried on meshes of chance.</summary>
public sealed partial class GraphInvariantTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<int, GraphType, bool> Meshes =>
    [
        .. from seed in Enumerable.Range(0, 12)
           from type in Enum.GetValues<GraphType>()
           from inject in new[] { false, true }
           select new TheoryDataRow<int, GraphType, bool>(seed, type, inject),
    ];

    [Theory]
    [MemberData(nameof(Meshes))]
    public async Task Every_edge_and_every_box_has_its_nodes_and_ids_are_unique(int seed, GraphType type, bool inject)
    {
        foreach (var options in Variants(type, inject))
        {
            var graph = await GraphAsync(seed, options);
            var nodes = graph.Nodes.ToDictionary(node => node.Id);
            Assert.All(graph.Nodes, node => Assert.Matches(Sha256(), node.Id));
            Assert.Equal(graph.Edges.Length, graph.Edges.Select(edge => edge.Id).Distinct().Count());
            Assert.All(EdgesOf(graph), edge =>
            {
                Assert.Contains(edge.Source, nodes.Keys);
                Assert.Contains(edge.Target, nodes.Keys);
                Assert.NotEqual(NodeType.Box, nodes[edge.Source].Type);
                Assert.NotEqual(NodeType.Box, nodes[edge.Target].Type);
            });
            Assert.All(graph.Nodes.Where(node => node.Parent is not null), node => Assert.Equal(NodeType.Box, nodes[node.Parent!].Type));
            Assert.All(graph.Nodes.Where(node => node.Type == NodeType.Box), box => Assert.Contains(graph.Nodes, node => node.Parent == box.Id));
            Assert.All(graph.Edges, edge => Assert.Single(graph.Edges, other => (other.Source, other.Target, other.Traffic.Protocol) == (edge.Source, edge.Target, edge.Traffic.Protocol)));
        }
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public async Task What_reaches_and_what_leaves_a_node_is_what_its_edges_carry(int seed, GraphType type, bool inject)
    {
        // Aggregates stand for a part of the traffic only, beside what is not classified.
        var options = Options(type, inject) with { Appenders = [AppenderNames.ServiceEntry, AppenderNames.DeadNode, AppenderNames.Istio, AppenderNames.Health] };
        var graph = await GraphAsync(seed, options);
        foreach (var node in graph.Nodes.Where(node => node.Type != NodeType.Box))
        {
            foreach (var protocol in Enum.GetValues<Protocol>())
            {
                var name = protocol.Name();
                AssertSum(node, name + "In", graph.Edges.Where(edge => edge.Target == node.Id), protocol);
                AssertSum(node, name + "Out", graph.Edges.Where(edge => edge.Source == node.Id), protocol);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public async Task Shares_of_an_edge_make_a_whole(int seed, GraphType type, bool inject)
    {
        var graph = await GraphAsync(seed, Options(type, inject) with { Appenders = [] });
        foreach (var edge in graph.Edges.Where(edge => !edge.Traffic.Rates.IsEmpty))
        {
            AssertWhole(edge.Traffic.Responses.SelectMany(share => share.Hosts));
            AssertWhole(edge.Traffic.Responses.SelectMany(share => share.Flags));
        }

        foreach (var edges in graph.Edges.GroupBy(edge => (edge.Source, edge.Traffic.Protocol)).Where(edges => edges.Key.Protocol != Protocol.Tcp))
        {
            AssertWhole(edges.SelectMany(edge => edge.Traffic.Rates).Where(rate => rate.Key.EndsWith("PercentReq", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public async Task The_order_in_which_series_come_decides_nothing_that_adds_up(int seed, GraphType type, bool inject)
    {
        // Response times and principals of joined edges are those of the first series, as in Kiali.
        var options = Options(type, inject) with { Appenders = AddingUp };
        var (one, other) = (await GraphAsync(seed, options, 1), await GraphAsync(seed, options, 2));
        Assert.Equal(one.Nodes.Select(Text), other.Nodes.Select(Text));
        Assert.Equal(one.Edges.Select(Text), other.Edges.Select(Text));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public async Task Without_waypoints_a_graph_has_none_and_nobody_who_was_connected_by_them_alone(int seed, GraphType type, bool inject)
    {
        var graph = await GraphAsync(seed, Options(type, inject) with { ShowWaypoints = false, Appenders = [AppenderNames.Ambient] });
        Assert.DoesNotContain(graph.Nodes, node => node.Marks.HasFlag(NodeMarks.Waypoint));
        Assert.DoesNotContain(graph.Edges, edge => edge.Waypoint is not null);
    }

    private static ImmutableHashSet<string> AddingUp =>
    [
        AppenderNames.ServiceEntry, AppenderNames.DeadNode, AppenderNames.WorkloadEntry, AppenderNames.Throughput, AppenderNames.AggregateNode, AppenderNames.IdleNode, AppenderNames.MeshCheck,
        AppenderNames.Istio, AppenderNames.Ambient, AppenderNames.Health, AppenderNames.Labeler,
    ];

    private static GraphOptions Options(GraphType type, bool inject) => new() { Namespaces = ["a", "b"], QueryTime = Now, GraphType = type, InjectServiceNodes = inject };

    private static IEnumerable<GraphOptions> Variants(GraphType type, bool inject)
    {
        var options = Options(type, inject);
        yield return options;
        yield return options with { BoxBy = BoxBy.App | BoxBy.Cluster | BoxBy.Namespace, IncludeIdleEdges = true, Namespaces = ["a"] };
        yield return options with { GrpcRate = GrpcRate.Total, TcpRate = TcpRate.Total, HttpRate = HttpRate.None, ShowWaypoints = false };
        yield return options with { Appenders = [] };
    }

    private static Task<TrafficGraph> GraphAsync(int seed, GraphOptions options, int shuffle = 0) => GraphPipeline.RunAsync(
        options, RandomMesh.Inventory, new HealthRules(HealthConfig.Default), new RandomMesh(seed).Telemetry(shuffle), TestContext.Current.CancellationToken);

    private static IEnumerable<GraphEdge> EdgesOf(TrafficGraph graph) => graph.Edges.Concat(graph.Edges.Select(edge => edge.Returning).OfType<GraphEdge>());

    private static void AssertSum(GraphNode node, string rate, IEnumerable<GraphEdge> edges, Protocol protocol)
    {
        var shown = node.Traffic.SelectMany(traffic => traffic.Rates).Where(pair => pair.Key == rate).Sum(pair => Number(pair.Value));
        var carried = edges.Where(edge => edge.Traffic.Protocol == protocol).SelectMany(edge => edge.Traffic.Rates).Where(pair => pair.Key == protocol.Name()).ToList();
        // Each is rounded to two digits.
        Assert.InRange(shown - carried.Sum(pair => Number(pair.Value)), -0.006 * (carried.Count + 1), 0.006 * (carried.Count + 1));
    }

    private static void AssertWhole(IEnumerable<KeyValuePair<string, string>> shares)
    {
        var all = shares.ToList();
        if (all.Count > 0)
        {
            Assert.InRange(all.Sum(pair => Number(pair.Value)) - 100, -0.06 * all.Count, 0.06 * all.Count);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(GraphNode node) =>
        $"{node.Id} {node.Parent} {node.Type} {node.Cluster} {node.Namespace} {node.Workload} {node.App} {node.Service} {node.Marks} {string.Join(' ', node.DestinationServices)} {string.Join(' ', node.Traffic.Select(Text))} {node.Health?.Verdict?.Level}";

    private static string Text(GraphEdge edge) => $"{edge.Id} {edge.HealthStatus} {edge.Throughput} {edge.Waypoint} {Text(edge.Traffic)} {(edge.Returning is { } returning ? Text(returning) : "")}";

    private static string Text(ProtocolTraffic traffic) =>
        $"{traffic.Protocol} {string.Join(' ', traffic.Rates)} {string.Join(' ', traffic.Responses.Select(share => $"{share.Code} {string.Join(' ', share.Flags)} {string.Join(' ', share.Hosts)}"))}";

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();
}
