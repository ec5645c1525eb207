using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Weft.Api.Recordings;
using Weft.Console.Graph;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;

namespace Weft.Api.Graph;

/// <summary>Graphs made from Prometheus' recorded answers equal those that Kiali 2.30 made of them.</summary>
public sealed class RecordedGraphTests
{
    public static TheoryData<string> Names => [.. RecordedGraph.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_graph_equals_Kialis(string name)
    {
        var recorded = RecordedGraph.All[name];
        var options = GraphUrls.Parse(recorded.Url, DateTimeOffset.FromUnixTimeSeconds(recorded.Answer["timestamp"]!.GetValue<long>()));
        var graph = await GraphPipeline.RunAsync(
            options,
            OnePerNamespace(GraphPipeline.GroupsOf(options, RecordedCluster.Inventory)),
            RecordedCluster.Inventory,
            new HealthRules(HealthConfig.Default),
            (query, _, _) => Task.FromResult(recorded.AnswerTo(query)),
            new IdHashes(),
            TestContext.Current.CancellationToken);
        var actual = JsonSerializer.SerializeToNode(graph.ToDto(), ApiJsonContext.Default.GraphDto)!;
        var differences = GraphComparison.Differences(recorded.Answer, actual);
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    /// <summary>Kiali asks namespace by namespace.</summary>
    private static ImmutableArray<QueryGroup> OnePerNamespace(IEnumerable<QueryGroup> groups) =>
        [.. groups.SelectMany(group => group.Namespaces.Select(ns => group with { Namespaces = [ns] }))];
}

/// <summary>Reads recorded URLs as the endpoints do.</summary>
internal static class GraphUrls
{
    public static GraphOptions Parse(string url, DateTimeOffset now)
    {
        var question = url.IndexOf('?', StringComparison.Ordinal);
        var path = (question < 0 ? url : url[..question]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var query = new QueryCollection(QueryHelpers.ParseQuery(question < 0 ? "" : url[question..]));
        return path[2] == "graph"
            ? GraphQueryParser.ForNamespaces(query, RecordedCluster.Inventory, now)
            : GraphQueryParser.ForNode(query, FocusOf(path), RecordedCluster.Inventory, now);
    }

    private static GraphFocus FocusOf(string[] path) => path[3] switch
    {
        "applications" => new GraphFocus(FocusKind.App, path[2], path[4]) { Version = path[5] == "versions" ? path[6] : null },
        "services" => new GraphFocus(FocusKind.Service, path[2], path[4]),
        "workloads" => new GraphFocus(FocusKind.Workload, path[2], path[4]),
        _ => new GraphFocus(FocusKind.Aggregate, path[2], path[4]) { AggregateValue = path[5], Service = path[6] == "graph" ? null : path[6] },
    };
}
