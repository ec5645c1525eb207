using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api.Traces;

/// <summary>Traces beside Kiali 2.30 over Jaeger 1.76 with the same spans. Jaeger leaves the order of traces, spans and processes to chance, so they are compared without it.</summary>
public sealed class RecordedTraceTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    private static readonly Lazy<JsonObject> Recorded = new(() => Recording.Read("traces.json.br").AsObject());

    public static TheoryData<string> Names => [.. Recorded.Value.Select(pair => pair.Key)];

    /// <summary>The requests whose answers are compared.</summary>
    internal static IEnumerable<string> Urls => Recorded.Value.Select(pair => pair.Value!["url"]!.ToString());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_is_that_of_Kiali(string name)
    {
        var recorded = Recorded.Value[name]!;
        using var response = await world.Client.GetAsync(new Uri(recorded["url"]!.ToString(), UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal((int)recorded["status"]!, (int)response.StatusCode);
        var (expected, ours) = (Normalized(recorded["answer"]!), Normalized(JsonNode.Parse(text)!));
        var differences = JsonComparison.Differences(expected, ours);
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    private static JsonNode Normalized(JsonNode answer)
    {
        answer = answer.DeepClone();
        if (answer is JsonObject { Count: 1 } error && error["error"]?.ToString() is { } message && message.Contains("'tags'", StringComparison.Ordinal))
        {
            // Go's words for bad JSON.
            error["error"] = message[..message.LastIndexOf("'tags':", StringComparison.Ordinal)];
        }

        switch (answer)
        {
            case JsonObject found when found["data"] is JsonArray traces:
                found["data"] = Sorted(traces.Select(trace => Trace(trace!)), "traceID");
                break;
            case JsonObject found when found["data"] is JsonObject trace && trace["spans"] is JsonArray:
                found["data"] = Trace(trace);
                break;
            case JsonArray spans:
                return Sorted(spans.Select(span => Span(span!, null)), "spanID");
        }

        return answer;
    }

    private static JsonNode Trace(JsonNode trace)
    {
        var processes = trace["processes"]!.AsObject();
        trace["spans"] = Sorted(trace["spans"]!.AsArray().Select(span => Span(span!, processes)), "spanID");
        trace.AsObject().Remove("processes");
        return trace;
    }

    /// <summary>The process itself in place of its arbitrary name.</summary>
    private static JsonNode Span(JsonNode span, JsonObject? processes)
    {
        span["process"] ??= processes?[span["processID"]!.ToString()]?.DeepClone();
        span.AsObject().Remove("processID");
        return span;
    }

    private static JsonArray Sorted(IEnumerable<JsonNode> items, string by) => new([.. items.Select(item => item.DeepClone()).OrderBy(item => item[by]!.ToString(), StringComparer.Ordinal)]);
}
