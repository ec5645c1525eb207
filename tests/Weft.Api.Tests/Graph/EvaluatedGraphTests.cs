using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Api.Recordings;
using Weft.Console.Graph;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;

namespace Weft.Api.Graph;

/// <summary>Graphs made of the recorded series by the embedded store: our own queries over our own PromQL give Kiali's graphs.</summary>
public sealed class EvaluatedGraphTests(RecordedSeries series) : IClassFixture<RecordedSeries>
{
    public static TheoryData<string> Names =>
    [
        .. RecordedGraph.All.Values
            .Where(graph => graph.Url.Contains("queryTime=", StringComparison.Ordinal))
            .Select(graph => graph.Name),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_graph_of_evaluated_series_equals_Kialis(string name)
    {
        var recorded = RecordedGraph.All[name];
        var options = GraphUrls.Parse(recorded.Url, DateTimeOffset.UnixEpoch);
        var actual = await MakeAsync(options, GraphPipeline.GroupsOf(options, RecordedCluster.Inventory));
        var differences = GraphComparison.Differences(recorded.Answer, actual, anyOrderOfSeries: true);
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    /// <summary>A node's graph in a type that does not suit the node: Kiali answers these, its queries were not recorded.</summary>
    [Theory]
    [InlineData("e088")]
    [InlineData("e089")]
    [InlineData("e090")]
    public async Task A_graph_of_a_type_that_does_not_suit_its_node_equals_Kialis(string name)
    {
        var recorded = Recording.Read("odd-graphs.json").AsArray().Single(graph => graph!["name"]!.GetValue<string>().StartsWith(name, StringComparison.Ordinal))!;
        var options = GraphUrls.Parse(recorded["url"]!.GetValue<string>(), DateTimeOffset.UnixEpoch);
        var actual = await MakeAsync(options, GraphPipeline.GroupsOf(options, RecordedCluster.Inventory));
        var differences = GraphComparison.Differences(recorded["answer"]!, actual, anyOrderOfSeries: true);
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    [Theory]
    [InlineData("versionedApp", false)]
    [InlineData("versionedApp", true)]
    [InlineData("workload", true)]
    [InlineData("app", false)]
    [InlineData("service", false)]
    public async Task Namespaces_asked_together_give_the_graph_of_namespaces_asked_one_by_one(string graphType, bool includeIdleEdges)
    {
        var url = $"/api/namespaces/graph?duration=300s&queryTime=1795234165&namespaces=bookinfo,istio-system,valid-a&graphType={graphType}&includeIdleEdges={(includeIdleEdges ? "true" : "false")}";
        var options = GraphUrls.Parse(url, DateTimeOffset.UnixEpoch);
        var together = GraphPipeline.GroupsOf(options, RecordedCluster.Inventory);
        Assert.Single(together);
        var expected = await MakeAsync(options, [.. options.Namespaces.Select(ns => together[0] with { Namespaces = [ns] })]);
        var actual = await MakeAsync(options, together);
        Assert.NotEmpty(expected["elements"]!["edges"]!.AsArray());
        var differences = GraphComparison.Differences(expected, actual, anyOrderOfSeries: true);
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    private async Task<JsonNode> MakeAsync(GraphOptions options, ImmutableArray<QueryGroup> groups)
    {
        var graph = await GraphPipeline.RunAsync(
            options, groups, RecordedCluster.Inventory, new HealthRules(HealthConfig.Default), series.QueryAsync, new IdHashes(), TestContext.Current.CancellationToken);
        return JsonSerializer.SerializeToNode(graph.ToDto(), ApiJsonContext.Default.GraphDto)!;
    }
}
