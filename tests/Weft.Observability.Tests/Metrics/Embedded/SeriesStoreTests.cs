using System.Collections.Immutable;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

public sealed class SeriesStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Samples_older_than_the_retention_go_and_their_series_with_them()
    {
        var store = new SeriesStore(new SeriesStoreOptions { Retention = TimeSpan.FromHours(1) });
        Assert.True(store.Append(Labels("old"), 1000, 1));
        Assert.True(store.Append(Labels("new"), 3_700_000, 1));

        store.Enforce(now: 3_700_000);

        Assert.Equal(1, store.SeriesCount);
        Assert.Equal(1, store.DroppedSamples);
        Assert.Empty(store.Select(Matchers("{i=\"old\"}"), long.MinValue / 4, long.MaxValue / 4));
        Assert.Single(store.Select(Matchers("m"), long.MinValue / 4, long.MaxValue / 4));
    }

    [Fact]
    public void A_clock_that_is_set_back_stops_nothing_from_being_written()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        const long Day = 86_400_000;
        for (var i = 0; i < 500; i++)
            Assert.True(store.Append(Labels("live"), Day + (i * 5000), i));
        Assert.True(store.Append(Labels("ended"), Day + 1, 1));

        // An hour back.
        var now = Day - 3_600_000;
        Assert.False(store.Append(Labels("live"), now, 1));
        store.Enforce(now);
        Assert.True(store.Append(Labels("live"), now, 2));
        Assert.True(store.Append(Labels("live"), now + 5000, 3));

        var series = Assert.Single(store.Select(Matchers("m"), 0, long.MaxValue / 4));
        Assert.Equal(now + 5000, series.MaxTime);
    }

    [Fact]
    public void A_clock_that_is_corrected_by_seconds_costs_no_sample()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        Assert.True(store.Append(Labels("live"), 100_000, 1));
        store.Enforce(now: 70_000);
        Assert.Equal(0, store.DroppedSamples);
        Assert.Equal(1, store.SampleCount);
    }

    [Fact]
    public void A_full_store_loses_its_oldest_chunks()
    {
        var store = new SeriesStore(new SeriesStoreOptions { Retention = TimeSpan.FromDays(365), MaxSize = 100_000 });
        var random = new Random(3);
        for (var time = 0L; time < 5000; time++)
        {
            for (var i = 0; i < 10; i++)
                store.Append(Labels($"{i}"), time * 5000, random.NextDouble());
            if (time % 100 == 0)
                store.Enforce(time * 5000);
        }

        store.Enforce(5000 * 5000);
        Assert.InRange(store.Size, 1, 100_000);
        Assert.Equal(10, store.SeriesCount);
        Assert.Equal(4999 * 5000, store.Select(Matchers("m"), 0, long.MaxValue / 4)[0].MaxTime);
    }

    [Fact]
    public void New_series_push_out_ended_ones_but_never_live_ones()
    {
        var store = new SeriesStore(new SeriesStoreOptions { MaxSeries = 10 });
        for (var i = 0; i < 10; i++)
            Assert.True(store.Append(Labels($"ended {i}"), i, 1));
        Assert.True(store.Append(Labels("new"), 600_000, 1));
        Assert.Equal(10, store.SeriesCount);
        for (var i = 0; i < 20; i++)
            store.Append(Labels($"live {i}"), 600_000, 1);

        Assert.Equal(10, store.SeriesCount);
        Assert.Equal(11, store.RefusedSeries);
        Assert.Contains(store.Select(Matchers("m"), 0, long.MaxValue / 4), static series => series.Labels["i"] == "new");
    }

    [Fact]
    public void Old_and_contradicting_samples_are_refused()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        Assert.True(store.Append(Labels("a"), 10, 1));
        Assert.True(store.Append(Labels("a"), 10, 1));
        Assert.False(store.Append(Labels("a"), 10, 2));
        Assert.False(store.Append(Labels("a"), 9, 1));
        Assert.Equal((1, 2), (store.AppendedSamples, store.RejectedSamples));
    }

    [Fact]
    public async Task Readers_and_writers_and_limits_work_at_the_same_time()
    {
        var store = new SeriesStore(new SeriesStoreOptions { Retention = TimeSpan.FromMinutes(10), MaxSeries = 500 });
        using var engine = new PromQLEngine(store, new PromQLEngineOptions(), TimeProvider.System);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var time = 0; time < 2000; time++)
                store.Append(LabelSet.Of(("__name__", "m"), ("w", $"{writer}"), ("churn", $"{time / 50}")), time * 1000L, time);
        }, Cancellation)).ToArray();
        while (!writers.All(static writer => writer.IsCompleted))
        {
            store.Enforce(1_000_000);
            var result = Assert.IsType<VectorResult>(await engine.QueryAsync("sum(count_over_time(m[1h]))", 2_000_000, null, Cancellation));
            Assert.InRange(result.Samples.Length, 0, 1);
        }

        await Task.WhenAll(writers);
        Assert.Equal(8000, store.AppendedSamples);
    }

    [Theory]
    [InlineData("m{i=~\"a|b\"}", "a b")]
    [InlineData("m{i!~\"a|b\"}", "c ")]
    [InlineData("m{i=~\".+\"}", "a b c")]
    [InlineData("m{i=\"\"}", "")]
    [InlineData("m{i!=\"\",i!=\"c\"}", "a b")]
    [InlineData("{i=~\"[a-b]\"}", "a b")]
    [InlineData("{nothing=\"\",i=\"a\"}", "a")]
    [InlineData("{i=~\"(?i)A\"}", "a")]
    public void Conditions_choose_series(string selector, string expected)
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        foreach (var value in new[] { "a", "b", "c" })
            store.Append(Labels(value), 1, 1);
        store.Append(LabelSet.Of(("__name__", "m")), 1, 1);

        var found = store.Select(Matchers(selector), 0, 10).Select(static series => series.Labels["i"]);

        Assert.Equal(expected, string.Join(' ', found));
    }

    private static LabelSet Labels(string value) => LabelSet.Of(("__name__", "m"), ("i", value));

    private static ImmutableArray<LabelMatcher> Matchers(string selector) => Parser.ParseSelector(selector);
}
