using System.Text;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Every query that Kiali sends, on a mesh's real series, against Debian's Prometheus 2.42.</summary>
public sealed class MeshQueriesTests
{
    // Where the recorded series end. Windows reach before the first of the samples taken here, on both sides alike.
    private const long End = 1_795_234_400_000;
    private const long Start = End - 150_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_embedded_store_answers_the_graph_as_a_real_Prometheus_does()
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Debian's prometheus is not installed");
        var recorded = RecordedMesh.LoadStore();
        var (store, openMetrics) = Excerpt(recorded);
        await using var real = await PrometheusProcess.StartAsync(openMetrics);
        using var ours = new PromQLEngine(store, new PromQLEngineOptions(), TimeProvider.System);
        var differences = new List<string>();
        var series = 0;
        foreach (var query in RecordedMesh.LoadQuestions().Select(static question => question.Query).Distinct())
        {
            var answer = await real.QueryAsync(query, End, Cancellation);
            series += answer.GetProperty("data").GetProperty("result").GetArrayLength();
            var instant = await AnswerComparison.DifferenceAsync(answer, () => ours.QueryAsync(query, End, null, Cancellation));
            var range = await AnswerComparison.DifferenceAsync(
                await real.QueryRangeAsync(query, Start, End, 15_000, Cancellation), () => ours.QueryRangeAsync(query, Start, End, 15_000, null, Cancellation));
            if ((instant ?? range) is { } difference)
                differences.Add($"{query}: {difference}");
        }

        Assert.True(series > 1000, $"only {series} series were compared");
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(30))}");
    }

    // Bucket series are many and long to write down: those of durations only.
    private static (SeriesStore Store, string OpenMetrics) Excerpt(SeriesStore recorded)
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        var text = new StringBuilder();
        var buffer = new SampleBuffer();
        foreach (var series in recorded.Select(Parser.ParseSelector("{__name__!~\"istio_(request|response)_bytes_bucket\",job!=\"\"}"), Start, End))
        {
            buffer.Clear();
            series.ReadInto(buffer, Start, End);
            for (var i = 0; i < buffer.Count; i++)
            {
                Assert.True(store.Append(series.Labels, buffer.Times[i], buffer.Values[i]));
                text.Append(PrometheusProcess.Line(series.Labels, buffer.Times[i], buffer.Values[i]));
            }
        }

        return (store, text.ToString());
    }
}
