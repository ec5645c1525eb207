using Weft.Observability.Traces.Jaeger;
using Weft.Observability.Traces.Tempo;

namespace Weft.Observability.Traces;

/// <summary>Both clients against the embedded store's APIs: the console may not see which one it has.</summary>
public sealed class TraceSourceTests
{
    private static readonly TraceQuery Recorded = new()
    {
        Service = "reviews.bookinfo",
        Start = DateTimeOffset.FromUnixTimeSeconds(1795233435),
        End = DateTimeOffset.FromUnixTimeSeconds(1795234335),
    };

    public static TheoryData<string> Sources => ["jaeger", "tempo"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_search_gives_whole_traces_newest_first(string provider)
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var source = Source(provider, store);

        var traces = await source.FindAsync(Recorded, TestContext.Current.CancellationToken);
        Assert.Equal(40, traces.Length);
        Assert.Equal(traces.OrderByDescending(static trace => trace.StartNanoseconds).Select(static trace => trace.Id), traces.Select(static trace => trace.Id));
        Assert.Equal(247, traces.Sum(static trace => trace.Spans.Length));
        Assert.Equal(5, (await source.FindAsync(Recorded with { Tags = [new("error", "true")] }, TestContext.Current.CancellationToken)).Length);
        Assert.Equal(5, (await source.FindAsync(Recorded with { Tags = [new("http.status_code", "500")] }, TestContext.Current.CancellationToken)).Length);
        Assert.Empty(await source.FindAsync(Recorded with { MinDuration = TimeSpan.FromMilliseconds(45) }, TestContext.Current.CancellationToken));
        Assert.Equal(3, (await source.FindAsync(Recorded with { Limit = 3 }, TestContext.Current.CancellationToken)).Length);
        Assert.Empty(await source.FindAsync(Recorded with { Service = "no\"body\\" }, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_trace_has_the_same_spans_by_either_way(string provider)
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var source = Source(provider, store);
        var trace = await source.GetAsync(new TraceId(0, 0xc0ffee0001), TestContext.Current.CancellationToken);

        Assert.NotNull(trace);
        var failed = trace.Spans.Single(static span => span.SpanId == new SpanId(0xce));
        Assert.Equal("reviews.bookinfo", failed.Process.ServiceName);
        Assert.Equal(new SpanId(0xcd), failed.Parent);
        Assert.Equal(20_000_000, failed.DurationNanoseconds);
        Assert.Equal(
            "error=true error=true http.status_code=500 otel.status_code=ERROR response_flags=FI span.kind=client",
            string.Join(' ', failed.Tags.Where(static tag => tag.Key is "error" or "http.status_code" or "otel.status_code" or "response_flags" or "span.kind").Select(static tag => $"{tag.Key}={tag.Text}")));
        Assert.Null(await source.GetAsync(new TraceId(1, 2), TestContext.Current.CancellationToken));
        Assert.Equal(["details.bookinfo", "productpage.bookinfo", "ratings.bookinfo", "reviews.bookinfo"], await source.ServicesAsync(TestContext.Current.CancellationToken));
        await source.ProbeAsync(TestContext.Current.CancellationToken);
    }

    private static ITraceSource Source(string provider, TracingFixture store) => provider == "jaeger"
        ? new JaegerClient(store.Http, new TraceClientOptions { Endpoint = store.Tracing.QueryAddresses[0] }, TimeProvider.System)
        : new TempoClient(store.Http, new TraceClientOptions { Endpoint = store.Tracing.TempoAddresses[0] }, TimeProvider.System);
}
