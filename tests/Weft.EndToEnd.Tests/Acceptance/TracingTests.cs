using System.Text.Json.Nodes;

namespace Weft.EndToEnd.Acceptance;

/// <summary>Spans of the sidecars, read by Jaeger's query API: the traces that the Travels tutorial looks at.</summary>
[Collection(DemoCollection.Name)]
public sealed class TracingTests(DemoMesh mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_027_028_036_traces_have_the_spans_of_both_sides_of_every_call()
    {
        await Eventually.Async(
            () => TracesAsync("travels.travel-agency"),
            found => found.Any(IsOfCities) && found.Any(trace => Spans(trace) is 14 or 18),
            Cancellation);
    }

    [Fact]
    public async Task Row_039_spans_carry_the_headers_that_the_annotation_names()
    {
        string[] expected = ["http.header.portal", "http.header.device", "http.header.user", "http.header.travel", "http.status_code", "upstream_cluster", "response_flags"];

        // Spans of a trace come from several sidecars, one batch after the other: the one that is looked for may be the last.
        await Eventually.Async(
            () => TracesAsync("hotels.travel-agency"),
            found => found.Where(FromPortal).SelectMany(trace => trace["spans"]!.AsArray()).Any(span => !expected.Except(Tags(span!)).Any()),
            Cancellation);
    }

    /// <summary>GET /travels: the portal's client span, and server and client spans down to hotels.</summary>
    private static bool IsOfCities(JsonNode trace) =>
        Spans(trace) == 4
        && Services(trace).Where(service => service.EndsWith(".travel-agency", StringComparison.Ordinal)).SequenceEqual(["hotels.travel-agency", "travels.travel-agency"])
        && Services(trace).Count(service => service.EndsWith(".travel-portal", StringComparison.Ordinal)) == 1;

    /// <summary>Tests call hotels too, without a portal's headers.</summary>
    private static bool FromPortal(JsonNode trace) => Services(trace).Any(service => service.EndsWith(".travel-portal", StringComparison.Ordinal));

    private static IEnumerable<string> Tags(JsonNode span) => span["tags"]!.AsArray().Select(tag => (string)tag!["key"]!);

    private static int Spans(JsonNode trace) => trace["spans"]!.AsArray().Count;

    private static IEnumerable<string> Services(JsonNode trace) =>
        trace["processes"]!.AsObject().Select(process => (string)process.Value!["serviceName"]!).Distinct().Order(StringComparer.Ordinal);

    private async Task<IReadOnlyList<JsonNode>> TracesAsync(string service)
    {
        using var http = new HttpClient();
        var answer = await http.GetStringAsync(new Uri($"http://127.0.0.1:{16686 + mesh.Weft.Offset}/api/traces?service={service}&limit=100&lookback=1h"), Cancellation);
        return [.. JsonNode.Parse(answer)!["data"]!.AsArray().Select(trace => trace!)];
    }
}
