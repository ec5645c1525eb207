using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Api.Recordings;
using Weft.Console.Graph.Telemetry;

namespace Weft.Api.Graph;

/// <summary>One graph as Kiali answered it, with the queries it sent and Prometheus' answers to them.</summary>
internal sealed class RecordedGraph(JsonNode recorded)
{
    private static readonly Lazy<IReadOnlyDictionary<string, RecordedGraph>> Recorded = new(() =>
        Recording.Read("graphs.json.br").AsArray().Select(item => new RecordedGraph(item!)).ToDictionary(item => item.Name));

    public static IReadOnlyDictionary<string, RecordedGraph> All => Recorded.Value;

    public string Name => recorded["name"]!.GetValue<string>();

    public string Url => recorded["url"]!.GetValue<string>();

    public JsonNode Answer => recorded["answer"]!;

    public IEnumerable<string> Queries => recorded["queries"]!.AsObject().Select(pair => pair.Key);

    public JsonArray VectorOf(string query) => recorded["queries"]![query] as JsonArray ?? [];

    /// <summary>Prometheus' recorded answer; nothing for a query that Kiali did not send.</summary>
    public IReadOnlyList<TelemetrySample> AnswerTo(GraphQuery query)
    {
        var vector = VectorOf(query.Text);
        return [.. vector.Select(series => TelemetrySample.From(
            double.Parse(series![1]!.GetValue<string>(), CultureInfo.InvariantCulture),
            series[0]!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<string>())),
            query.AggregateLabel))];
    }
}
