using System.Text;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

public sealed class ExpositionTests
{
    [Fact]
    public void Names_labels_escapes_values_and_times_are_read()
    {
        var store = Scraped("""
            # A comment.
            # HELP m Some \n help.
            # TYPE m histogram
            m{ a = "x\"y\\z\nw" , b="}#,=" ,} 1.5e3
            n 	NaN
            o{a=""} +Inf 42000
            	p{le="0.5"}   -3

            """);

        Assert.Equal(1500, Value(store, LabelSet.Of(("__name__", "m"), ("a", "x\"y\\z\nw"), ("b", "}#,="))));
        Assert.Equal(double.NaN, Value(store, LabelSet.Of(("__name__", "n"))));
        Assert.Equal(double.PositiveInfinity, Value(store, LabelSet.Of(("__name__", "o"))));
        Assert.Equal(-3, Value(store, LabelSet.Of(("__name__", "p"), ("le", "0.5"))));
        Assert.Equal(42000, store.Select(Parser.ParseSelector("o"), 0, long.MaxValue / 4)[0].MaxTime);
    }

    [Fact]
    public void OpenMetrics_has_times_in_seconds_exemplars_and_an_end()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        new ScrapeCache(store, LabelSet.Empty, new ScrapeOptions()).Store(
            "# UNIT a seconds\na_bucket{le=\"1.0\"} 5 12.5 # {trace_id=\"x\"} 0.7\n# EOF\nrubbish after the end {"u8, isOpenMetrics: true, 1000);

        Assert.Equal(12_500, Assert.Single(store.Select(Parser.ParseSelector("a_bucket"), 0, long.MaxValue / 4)).MaxTime);
    }

    [Theory]
    [InlineData("m")]
    [InlineData("m{")]
    [InlineData("m{a=\"b\" 1")]
    [InlineData("m{a=b} 1")]
    [InlineData("m{a=\"b\"c=\"d\"} 1")]
    [InlineData("m{1a=\"b\"} 1")]
    [InlineData("m{a=\"b\",a=\"c\"} 1")]
    [InlineData("1m 1")]
    [InlineData("m-n 1")]
    [InlineData("m one")]
    [InlineData("m 1 noon")]
    [InlineData("m 1 2 3")]
    [InlineData("{a=\"b\"} 1")]
    [InlineData("<html><body>404</body></html>")]
    public void One_wrong_line_refuses_the_whole_scrape(string line)
    {
        var store = new SeriesStore(new SeriesStoreOptions());

        Assert.Throws<FormatException>(() => new ScrapeCache(store, LabelSet.Empty, new ScrapeOptions()).Store(Encoding.UTF8.GetBytes("good 1\n" + line), false, 1000));
        Assert.Equal(0, store.SeriesCount);
    }

    [Fact]
    public void Broken_UTF8_in_a_label_refuses_the_scrape()
    {
        byte[] body = [.. "m{a=\""u8, 0xff, 0xfe, .. "\"} 1\n"u8];

        Assert.Throws<FormatException>(() => new ScrapeCache(new SeriesStore(new SeriesStoreOptions()), LabelSet.Empty, new ScrapeOptions()).Store(body, false, 1000));
    }

    [Fact]
    public void Arbitrary_bytes_never_do_worse_than_be_refused()
    {
        var random = new Random(11);
        var seed = "# TYPE m counter\nm{a=\"b\\\\\",c=\"d\"} 1.5 17\nn{x=\"y\"} NaN\n# EOF\n"u8.ToArray();
        var cache = new ScrapeCache(new SeriesStore(new SeriesStoreOptions()), LabelSet.Of(("job", "fuzz")), new ScrapeOptions());
        for (var i = 0; i < 20_000; i++)
        {
            var body = seed[random.Next(seed.Length)..].ToArray();
            for (var changes = random.Next(6); changes > 0 && body.Length > 0; changes--)
                body[random.Next(body.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : seed[random.Next(seed.Length)];
            try
            {
                cache.Store(body, i % 2 == 0, i);
            }
            catch (FormatException)
            {
                // Refused with a reason.
            }
        }
    }

    [Theory]
    [InlineData("label limit exceeded", "m{a=\"1\",b=\"2\",c=\"3\"} 1")]
    [InlineData("label name length limit exceeded", "m{abcdefghijklmnopqrstuvwxyz=\"1\"} 1")]
    [InlineData("label value length limit exceeded", "m{a=\"abcdefghijklmnopqrstuvwxyz\"} 1")]
    [InlineData("sample limit exceeded", "a 1\nb 1\nc 1\nd 1")]
    public void Limits_refuse_the_scrape(string reason, string body)
    {
        var options = new ScrapeOptions { MaxLabels = 3, MaxLabelNameLength = 20, MaxLabelValueLength = 20, MaxSamples = 3 };
        var cache = new ScrapeCache(new SeriesStore(new SeriesStoreOptions()), LabelSet.Empty, options);

        var failure = Assert.Throws<ScrapeException>(() => cache.Store(Encoding.UTF8.GetBytes(body), false, 1000));
        Assert.StartsWith(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_labels_win_unless_scraped_labels_are_honored()
    {
        var target = LabelSet.Of(("job", "j"), ("exported_pod", "p"), ("pod", "own"));
        var store = new SeriesStore(new SeriesStoreOptions());
        new ScrapeCache(store, target, new ScrapeOptions()).Store("a{pod=\"x\",job=\"y\"} 1\n"u8, false, 1000);
        new ScrapeCache(store, target, new ScrapeOptions { HonorLabels = true }).Store("b{pod=\"x\"} 1\n"u8, false, 1000);

        Assert.Equal(1, Value(store, LabelSet.Of(("__name__", "a"), ("job", "j"), ("pod", "own"), ("exported_pod", "p"), ("exported_job", "y"), ("exported_exported_pod", "x"))));
        Assert.Equal(1, Value(store, LabelSet.Of(("__name__", "b"), ("job", "j"), ("pod", "x"), ("exported_pod", "p"))));
    }

    [Fact]
    public async Task A_series_that_vanishes_is_stale_at_once_and_one_with_its_own_time_is_not()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        var cache = new ScrapeCache(store, LabelSet.Empty, new ScrapeOptions());
        using var engine = new PromQLEngine(store, new PromQLEngineOptions(), TimeProvider.System);
        cache.Store("a 1\nb 1\nc 1 1000\n"u8, false, 1000);
        cache.Store("a 2\n"u8, false, 2000);

        Assert.Equal("a c", await NamesAsync(2500));
        Assert.Equal("a b c", await NamesAsync(1500));
        cache.MarkAllStale(3000);
        Assert.Equal("c", await NamesAsync(3500));
        cache.Store("b 5\n"u8, false, 4000);
        Assert.Equal("b c", await NamesAsync(4000));

        async Task<string> NamesAsync(long time)
        {
            var result = (VectorResult)await engine.QueryAsync("{__name__=~\"a|b|c\"}", time, null, TestContext.Current.CancellationToken);
            return string.Join(' ', result.Samples.Select(static sample => sample.Labels.MetricName).Order());
        }
    }

    private static SeriesStore Scraped(string body)
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        new ScrapeCache(store, LabelSet.Empty, new ScrapeOptions()).Store(Encoding.UTF8.GetBytes(body), false, 1000);
        return store;
    }

    private static double Value(SeriesStore store, LabelSet labels)
    {
        var buffer = new SampleBuffer();
        var series = store.GetOrAdd(labels, 0)!;
        series.ReadInto(buffer, 0, long.MaxValue);
        Assert.Equal(1, buffer.Count);
        return buffer.Values[0];
    }
}
