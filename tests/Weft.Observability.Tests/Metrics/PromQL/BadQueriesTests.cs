using Weft.Observability.Metrics.Embedded;

namespace Weft.Observability.Metrics.PromQL;

public sealed class BadQueriesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arbitrary_text_is_answered_or_refused_and_nothing_else()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        store.Append(LabelSet.Of(("__name__", "requests_total"), ("pod", "a")), 1000, 1);
        using var engine = new PromQLEngine(store, new PromQLEngineOptions(), TimeProvider.System);
        var random = new Random(5);
        var corpus = string.Concat(ComparedQueries.Chosen);
        for (var i = 0; i < 30_000; i++)
        {
            var text = random.Next(3) switch
            {
                0 => Mutated(random, ComparedQueries.Chosen[random.Next(ComparedQueries.Chosen.Length)], corpus),
                1 => Mutated(random, ComparedQueries.Broken[random.Next(ComparedQueries.Broken.Length)], corpus),
                _ => new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 0x10000))]),
            };
            try
            {
                await engine.QueryAsync(text, 2000, null, Cancellation);
                await engine.QueryRangeAsync(text, 0, 5000, 1000, null, Cancellation);
            }
            catch (Exception refused) when (refused is PromQLParseException or PromQLExecutionException)
            {
                Assert.NotEmpty(refused.Message);
            }
        }
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-(", ")")]
    [InlineData("abs(", ")")]
    [InlineData("sum(", ")")]
    [InlineData("-", "")]
    [InlineData("1+(", ")")]
    public async Task Deep_nesting_is_refused_and_not_a_crash(string open, string close)
    {
        using var engine = new PromQLEngine(new SeriesStore(new SeriesStoreOptions()), new PromQLEngineOptions(), TimeProvider.System);
        var query = string.Concat(Enumerable.Repeat(open, 50_000)) + "m" + string.Concat(Enumerable.Repeat(close, 50_000));

        await Assert.ThrowsAsync<PromQLParseException>(() => engine.QueryAsync(query, 0, null, Cancellation));
    }

    [Theory]
    [InlineData("m+")]
    [InlineData("m or ")]
    public async Task A_long_chain_of_operators_is_answered_or_refused_and_not_a_crash(string link)
    {
        using var engine = new PromQLEngine(new SeriesStore(new SeriesStoreOptions()), new PromQLEngineOptions(), TimeProvider.System);

        Assert.IsType<VectorResult>(await engine.QueryAsync(string.Concat(Enumerable.Repeat(link, 300)) + "m", 0, null, Cancellation));
        var endless = string.Concat(Enumerable.Repeat(link, 100_000)) + "m";
        await Assert.ThrowsAsync<PromQLParseException>(() => engine.QueryAsync(endless, 0, null, Cancellation));
    }

    [Fact]
    public async Task A_chain_of_subqueries_is_refused_when_it_is_too_long()
    {
        using var engine = new PromQLEngine(new SeriesStore(new SeriesStoreOptions()), new PromQLEngineOptions(), TimeProvider.System);

        await Assert.ThrowsAsync<PromQLParseException>(() => engine.QueryAsync("m" + string.Concat(Enumerable.Repeat("[5m:]", 50_000)), 0, null, Cancellation));
    }

    [Fact]
    public async Task A_query_that_reads_too_much_says_so()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        for (var time = 0; time < 200; time++)
            store.Append(LabelSet.Of(("__name__", "m")), time * 1000, time);
        using var engine = new PromQLEngine(store, new PromQLEngineOptions { MaxSamples = 100 }, TimeProvider.System);

        foreach (var query in new[] { "sum_over_time(m[10m])", "m[10m]", "sum_over_time(vector(1)[1y:1ms])" })
        {
            var failure = await Assert.ThrowsAsync<PromQLExecutionException>(() => engine.QueryAsync(query, 200_000, null, Cancellation));
            Assert.Equal("query processing would load too many samples into memory in query execution", failure.Message);
        }
    }

    [Fact]
    public async Task A_selector_of_too_many_series_says_so()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        for (var series = 0; series < 20; series++)
            store.Append(LabelSet.Of(("__name__", "m"), ("series", $"{series}")), 1000, series);
        using var engine = new PromQLEngine(store, new PromQLEngineOptions { MaxSeries = 10 }, TimeProvider.System);

        foreach (var query in new[] { "m", "rate(m[1m])", "sum(m)" })
        {
            var failure = await Assert.ThrowsAsync<PromQLExecutionException>(() => engine.QueryAsync(query, 1000, null, Cancellation));
            Assert.Equal("query processing would read 20 series of one selector, the limit is 10: select fewer by their labels", failure.Message);
        }

        Assert.Equal(5, ((VectorResult)await engine.QueryAsync("m{series=~\"[0-4]\"}", 1000, null, Cancellation)).Samples.Length);
    }

    [Fact]
    public async Task Time_limit_and_cancellation_end_a_query()
    {
        using var engine = new PromQLEngine(new SeriesStore(new SeriesStoreOptions()), new PromQLEngineOptions(), TimeProvider.System);

        var timeout = await Assert.ThrowsAsync<PromQLExecutionException>(() => engine.QueryAsync("vector(1)", 0, TimeSpan.Zero, Cancellation));
        Assert.Equal(PromQLFailure.Timeout, timeout.Failure);
        var canceled = await Assert.ThrowsAsync<PromQLExecutionException>(() => engine.QueryAsync("vector(1)", 0, null, new CancellationToken(true)));
        Assert.Equal(PromQLFailure.Canceled, canceled.Failure);
    }

    [Theory]
    [InlineData("a.c", "abc", true)]
    [InlineData("a.c", "xabc", false)]
    [InlineData("a|bc|", "", true)]
    [InlineData(@"\d+", "١٢", false)]
    [InlineData(@"\d+", "12", true)]
    [InlineData(@"[[:alpha:]_]+", "ab_", true)]
    [InlineData(@"[^\d]+", "ab1", false)]
    [InlineData(@"a{2}", "aa", true)]
    [InlineData(@"a{,2}", "a{,2}", true)]
    [InlineData(@"\Qa.b\E+", "a.bb", true)]
    [InlineData(@"^a$", "a", true)]
    [InlineData(@"a$", "a\n", false)]
    [InlineData(@"[a\]b-]+", "a]b-", true)]
    [InlineData(@"\x41\x{42}", "AB", true)]
    [InlineData(@"\pL+", "äb", true)]
    [InlineData("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false)]
    public void Patterns_mean_what_they_mean_in_RE2(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new LabelMatcher("l", MatchKind.Regex, pattern).Matches(text));

    /// <summary>Queries that something was done to; most are broken.</summary>
    internal static IEnumerable<string> Random(int seed, int count)
    {
        var random = new Random(seed);
        var corpus = string.Concat(ComparedQueries.Chosen);
        return Enumerable.Range(0, count).Select(_ => Mutated(random, ComparedQueries.Chosen[random.Next(ComparedQueries.Chosen.Length)], corpus)).ToArray();
    }

    private static string Mutated(Random random, string text, string corpus)
    {
        for (var changes = 1 + random.Next(3); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var piece = corpus.Substring(random.Next(corpus.Length - 8), random.Next(8));
            text = random.Next(2) == 0 ? text[..at] + piece + text[at..] : text[..at] + text[Math.Min(text.Length, at + random.Next(5))..];
        }

        return text;
    }
}
