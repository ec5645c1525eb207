using System.Collections.Immutable;
using Weft.Observability.Traces.Embedded;

namespace Weft.Observability.Traces;

/// <summary>What the store keeps when it may not keep all.</summary>
public sealed class TraceStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_oldest_traces_go_first_and_the_bound_holds()
    {
        var store = new TraceStore(new TraceStoreOptions { MaxBytes = 200_000 }, TimeProvider.System);
        for (var i = 1; i <= 2000; i++)
            store.Add([Span(i)]);

        Assert.InRange(store.Counts.Bytes, 100_000, 200_000);
        Assert.Null(store.Get(new TraceId(0, 1)));
        Assert.NotNull(store.Get(new TraceId(0, 2000)));
        Assert.Equal(2000 - store.Counts.Traces, store.Counts.EvictedTraces);
    }

    [Fact]
    public void Traces_with_errors_outlive_the_others_within_their_share()
    {
        var store = new TraceStore(new TraceStoreOptions { MaxBytes = 200_000 }, TimeProvider.System);
        for (var i = 1; i <= 2000; i++)
            store.Add([i % 100 == 0 ? Span(i) with { Tags = [SpanTag.Of(SpanTags.Error, true)] } : Span(i)]);

        Assert.NotNull(store.Get(new TraceId(0, 100)));
        Assert.Null(store.Get(new TraceId(0, 101)));
        Assert.InRange(store.Counts.Bytes, 100_000, 200_000);
    }

    [Fact]
    public void Slow_traces_outlive_the_others()
    {
        var store = new TraceStore(new TraceStoreOptions { MaxBytes = 200_000 }, TimeProvider.System);
        for (var i = 1; i <= 2000; i++)
            store.Add([Span(i) with { DurationNanoseconds = i == 500 ? 5_000_000_000 : 1_000_000 + (i % 17 * 10_000) }]);

        Assert.NotNull(store.Get(new TraceId(0, 500)));
        Assert.Null(store.Get(new TraceId(0, 501)));
    }

    [Fact]
    public void Too_many_errors_do_not_push_out_what_is_new()
    {
        var store = new TraceStore(new TraceStoreOptions { MaxBytes = 200_000, KeptShare = 0.2 }, TimeProvider.System);
        for (var i = 1; i <= 2000; i++)
            store.Add([Span(i) with { Tags = [SpanTag.Of(SpanTags.Error, true)] }]);

        Assert.Null(store.Get(new TraceId(0, 1)));
        Assert.NotNull(store.Get(new TraceId(0, 2000)));
        Assert.InRange(store.Counts.Bytes, 100_000, 200_000);
    }

    [Fact]
    public void Old_traces_end_with_their_services()
    {
        var clock = new ManualTime();
        var store = new TraceStore(new TraceStoreOptions { Retention = TimeSpan.FromMinutes(10) }, clock);
        store.Add([Span(1) with { Process = new SpanProcess("old", []) }]);
        clock.Now += TimeSpan.FromMinutes(11);
        store.Add([Span(2)]);

        Assert.Equal(["shop"], store.Services());
        Assert.Null(store.Get(new TraceId(0, 1)));
    }

    [Fact]
    public void A_span_that_comes_twice_is_one_and_the_two_sides_of_a_shared_id_are_two()
    {
        var store = new TraceStore(new TraceStoreOptions(), TimeProvider.System);
        var client = Span(1) with { Tags = [SpanTag.Of(SpanTags.Kind, "client")] };
        store.Add([client, client, Span(1) with { Tags = [SpanTag.Of(SpanTags.Kind, "server")] }]);
        Assert.Equal(2, store.Get(new TraceId(0, 1))!.Spans.Length);
    }

    [Fact]
    public void Spans_beyond_the_limit_of_a_trace_are_counted()
    {
        var store = new TraceStore(new TraceStoreOptions { MaxSpansPerTrace = 10 }, TimeProvider.System);
        store.Add([.. Enumerable.Range(1, 15).Select(static i => Span(1) with { SpanId = new SpanId((ulong)i) })]);
        Assert.Equal(10, store.Get(new TraceId(0, 1))!.Spans.Length);
        Assert.Equal(5, store.Counts.DroppedSpans);
    }

    [Fact]
    public async Task Readers_and_writers_do_not_disturb_each_other()
    {
        var store = new TraceStore(new TraceStoreOptions { MaxBytes = 300_000 }, TimeProvider.System);
        var query = new TraceQuery { Service = "shop", Start = Start.AddHours(-1), End = Start.AddHours(1), Limit = 50 };
        var writer = Task.Run(WriteAll, TestContext.Current.CancellationToken);
        while (!writer.IsCompleted)
            Assert.All(store.Find(query, CancellationToken.None), static trace => Assert.NotEmpty(trace.Spans));
        await writer;

        void WriteAll()
        {
            for (var i = 1; i <= 5000; i++)
                store.Add([Span(i / 3)]);
        }
    }

    private static Span Span(int number) => new()
    {
        TraceId = new TraceId(0, (ulong)number),
        SpanId = new SpanId((ulong)number),
        OperationName = "buy",
        StartNanoseconds = (Start - DateTimeOffset.UnixEpoch).Ticks * 100 + number,
        DurationNanoseconds = 1_000_000,
        Process = new SpanProcess("shop", ImmutableArray<SpanTag>.Empty),
    };

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
