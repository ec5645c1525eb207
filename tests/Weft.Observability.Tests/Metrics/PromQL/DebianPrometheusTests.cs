namespace Weft.Observability.Metrics.PromQL;

/// <summary>Our answers against those of a real Prometheus 2.42 on the same samples: every function, every operator, and random compositions.</summary>
public sealed class DebianPrometheusTests(DebianPrometheus prometheus) : IClassFixture<DebianPrometheus>
{
    private const long Middle = (DebianPrometheus.Start + DebianPrometheus.End) / 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chosen_queries_have_the_same_answers()
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Debian's prometheus is not installed");
        await CompareAllAsync(ComparedQueries.Chosen);
    }

    [Fact]
    public async Task Random_queries_have_the_same_answers()
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Debian's prometheus is not installed");
        await CompareAllAsync(ComparedQueries.Random(seed: 7, count: 2000), leastSeries: 3000);
    }

    [Fact]
    public async Task Corners_have_the_same_answers()
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Debian's prometheus is not installed");
        await CompareAllAsync(ComparedCorners.Answered);
    }

    [Theory]
    [InlineData("sort(temperature)")]
    [InlineData("sort_desc(requests_total)")]
    [InlineData("sort_desc(temperature * 0 / 0 or requests_total)")]
    [InlineData("topk(3, temperature)")]
    [InlineData("bottomk(3, temperature)")]
    [InlineData("topk by (job) (2, requests_total)")]
    public async Task Sorted_answers_come_in_the_same_order(string query)
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Debian's prometheus is not installed");
        var expected = await prometheus.Real.QueryAsync(query, Middle, Cancellation);
        var actual = (VectorResult)await prometheus.Ours.QueryAsync(query, Middle, null, Cancellation);
        Assert.NotEmpty(actual.Samples);
        Assert.Equal(
            expected.GetProperty("data").GetProperty("result").EnumerateArray().Select(sample => sample.GetProperty("value")[1].GetString()),
            actual.Samples.Select(sample => PromText.FormatNumber(sample.Value)));
    }

    [Fact]
    public async Task Broken_queries_are_refused_in_the_same_words()
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Debian's prometheus is not installed");
        var all = ComparedQueries.Broken.AddRange(ComparedCorners.Refused).AddRange(BadQueriesTests.Random(seed: 7, count: 2000));
        var differences = new List<string>();
        foreach (var query in all)
        {
            var expected = await prometheus.Real.QueryAsync(query, Middle, Cancellation);
            var actual = await RefusalAsync(query);
            // Prometheus 2.42 has no name for it.
            var words = expected.TryGetProperty("error", out var error) ? error.GetString()!.Replace("\"<Item 57385>\" <op:@>", "\"@\"", StringComparison.Ordinal) : "no error";
            if (AnswerComparison.WithoutSeries(words) != AnswerComparison.WithoutSeries(actual))
                differences.Add($"{query}\n    expected: {words}\n    found:    {actual}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {all.Length} differ:\n{string.Join('\n', differences)}");
    }

    private async Task CompareAllAsync(IEnumerable<string> queries, int leastSeries = 0)
    {
        var differences = new List<string>();
        var (count, series) = (0, 0);
        foreach (var query in queries)
        {
            count++;
            var answer = await prometheus.Real.QueryAsync(query, Middle, Cancellation);
            series += answer.TryGetProperty("data", out var data) ? data.GetProperty("result").GetArrayLength() : 0;
            var instant = await AnswerComparison.DifferenceAsync(
                answer, () => prometheus.Ours.QueryAsync(query, Middle, null, Cancellation));
            var (start, end, step) = (DebianPrometheus.Start - 60_000, DebianPrometheus.End + 400_000, 70_000);
            var range = await AnswerComparison.DifferenceAsync(
                await prometheus.Real.QueryRangeAsync(query, start, end, step, Cancellation), () => prometheus.Ours.QueryRangeAsync(query, start, end, step, null, Cancellation));
            if (instant is not null)
                differences.Add($"{query}\n    instant: {instant}");
            if (range is not null)
                differences.Add($"{query}\n    range: {range}");
        }

        Assert.True(series >= leastSeries, $"only {series} series were compared");
        Assert.True(differences.Count == 0, $"{differences.Count} of {2 * count} differ:\n{string.Join('\n', differences.Take(60))}");
    }

    private async Task<string> RefusalAsync(string query)
    {
        try
        {
            await prometheus.Ours.QueryAsync(query, Middle, null, Cancellation);
            return "no error";
        }
        catch (PromQLParseException failure)
        {
            return $"invalid parameter \"query\": {failure.Message}";
        }
        catch (PromQLExecutionException failure)
        {
            return failure.Message;
        }
    }
}
