using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Console.Graph.Telemetry;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Embedded;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Api.Recordings;

/// <summary>The recorded series in the embedded store: any query can be asked, not only those that Kiali sent.</summary>
public sealed class RecordedSeries : IDisposable
{
    private static readonly Lazy<SeriesStore> Store = new(Load);

    private readonly PromQLEngine _engine = new(Store.Value, new PromQLEngineOptions(), TimeProvider.System);

    internal PromQLEngine Engine => _engine;

    public async Task<IReadOnlyList<TelemetrySample>> QueryAsync(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var result = await _engine.QueryAsync(query.Text, time.ToUnixTimeMilliseconds(), null, cancellationToken);
        return [.. Assert.IsType<VectorResult>(result).Samples.Select(sample => TelemetrySample.From(sample.Value, sample.Labels, query.AggregateLabel))];
    }

    public void Dispose() => _engine.Dispose();

    /// <summary>Every sample of the recorded mesh, series by series: those of bookinfo as they were recorded, those of the other scenarios made of the list of their edges.</summary>
    internal static IEnumerable<(LabelSet Labels, long Time, double Value)> Samples()
    {
        var recorded = Recorded().ToList();
        var times = recorded.Select(sample => sample.Time).Distinct().Order().ToArray();
        var known = recorded.Select(sample => sample.Labels).ToHashSet();
        var made = RecordedTraffic.Series.Where(series => !known.Contains(series.Labels))
            .SelectMany(series => times.Select(time => (series.Labels, time, RecordedTraffic.At(series.Rate, time))));
        return recorded.Concat(made);
    }

    /// <summary>The samples that were recorded, all of the namespace bookinfo.</summary>
    internal static IEnumerable<(LabelSet Labels, long Time, double Value)> Recorded()
    {
        var recording = Recording.Read("bookinfo-series.json.gz");
        var times = recording["timestamps"]!.AsArray().Select(time => time!.GetValue<long>() * 1000).ToArray();
        foreach (var series in recording["series"]!.AsArray())
        {
            var labels = LabelSet.From(series!["metric"]!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<string>())));
            var values = series["values"]!.AsArray();
            foreach (var (time, value) in values[0] is JsonArray ? values.Select(Pair) : times.Zip(values, (time, value) => (time, value!.GetValue<string>())))
            {
                yield return (labels, time, double.Parse(value, CultureInfo.InvariantCulture));
            }
        }
    }

    private static SeriesStore Load()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        foreach (var (labels, time, value) in Samples())
        {
            store.Append(labels, time, value);
        }

        return store;
    }

    /// <summary>A series that is not there all the time has a time with every value.</summary>
    private static (long Time, string Value) Pair(JsonNode? pair) => ((long)(pair![0]!.GetValue<double>() * 1000), pair[1]!.GetValue<string>());
}
