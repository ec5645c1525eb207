using System.Globalization;
using Weft.Console.Graph.Telemetry;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Embedded;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Api.Recordings;

/// <summary>The recorded series in the embedded store: any query can be asked, not only those that Kiali sent.</summary>
public sealed class RecordedSeries : IDisposable
{
    private readonly PromQLEngine _engine = new(Load(), new PromQLEngineOptions(), TimeProvider.System);

    public async Task<IReadOnlyList<TelemetrySample>> QueryAsync(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var result = await _engine.QueryAsync(query.Text, time.ToUnixTimeMilliseconds(), null, cancellationToken);
        return [.. Assert.IsType<VectorResult>(result).Samples.Select(sample => TelemetrySample.From(sample.Value, sample.Labels, query.AggregateLabel))];
    }

    public void Dispose() => _engine.Dispose();

    private static SeriesStore Load()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        var recording = Recording.Read("bookinfo-series.json.gz");
        var times = recording["timestamps"]!.AsArray().Select(time => time!.GetValue<long>() * 1000).ToArray();
        foreach (var series in recording["series"]!.AsArray())
        {
            var labels = LabelSet.From(series!["metric"]!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<string>())));
            if (!labels.MetricName.StartsWith("istio_", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var (time, value) in times.Zip(series["values"]!.AsArray()))
            {
                store.Append(labels, time, double.Parse(value!.GetValue<string>(), CultureInfo.InvariantCulture));
            }
        }

        return store;
    }
}
