using System.Collections.Immutable;
using Weft.Console.Caching;
using Weft.Console.Diagnostics;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Metrics;

/// <summary>
/// Metrics of traffic and of anything else in the store. All queries of a request go out at once; viewers of the same chart share them.
/// Fails with <see cref="MetricsQueryException"/> when the store does not answer.
/// </summary>
public sealed class MetricsService(PrometheusClient prometheus, string cluster, ConsoleDiagnostics diagnostics, TimeProvider time)
{
    private readonly SharedResults<RangeKey, ImmutableArray<MatrixSeries>> _ranges = new(TimeSpan.FromSeconds(5), capacity: 500, time, isHit => diagnostics.Cached("metrics", isHit));
    private readonly SharedResults<InstantKey, ImmutableArray<VectorSample>> _vectors = new(TimeSpan.FromSeconds(5), capacity: 500, time);

    /// <summary>Series by Kiali's names; a metric without any series is there and empty.</summary>
    public async Task<SortedDictionary<string, ImmutableArray<MetricSeries>>> ReadAsync(MetricsTarget target, MetricsOptions options, CancellationToken cancellationToken)
    {
        var metrics = MeshMetric.All.Where(metric => options.Filters?.Contains(metric.Name) ?? true).ToList();
        var asked = metrics
            .SelectMany(metric => TrafficQueries.Of(metric, name => TrafficQueries.Select(name, target, cluster, options), options)
                .Select(query => ReadAsync(query.Query, metric.Name, query.Stat, options.Range, cancellationToken)))
            .ToList();
        var result = new SortedDictionary<string, ImmutableArray<MetricSeries>>(metrics.ToDictionary(metric => metric.Name, _ => ImmutableArray<MetricSeries>.Empty), StringComparer.Ordinal);
        foreach (var (name, series) in await Task.WhenAll(asked).ConfigureAwait(false))
        {
            result[name] = [.. result[name], .. series];
        }

        return result;
    }

    /// <summary>The series of one query, all under one name.</summary>
    public async Task<(string Name, ImmutableArray<MetricSeries> Series)> ReadAsync(PromQuery query, string name, string? stat, QueryRange range, CancellationToken cancellationToken)
    {
        var key = new RangeKey(query.Text, range);
        var matrix = await _ranges.GetAsync(key, () => diagnostics.AskAsync("Metrics-Range", () => prometheus.QueryRangeAsync(key.Query, key.Range, CancellationToken.None)), cancellationToken).ConfigureAwait(false);
        return (name, [.. matrix.Select(series => new MetricSeries(name, stat, series.Labels.WithoutMetricName(), Numbers(series.Points))).Where(series => !series.Points.IsEmpty)]);
    }

    /// <summary>The present values of a query, or those at a time.</summary>
    public Task<ImmutableArray<VectorSample>> ReadInstantAsync(PromQuery query, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var key = new InstantKey(query.Text, at);
        return _vectors.GetAsync(key, () => diagnostics.AskAsync("Metrics-Instant", () => prometheus.QueryVectorAsync(key.Query, key.At, CancellationToken.None)), cancellationToken);
    }

    private static ImmutableArray<SamplePoint> Numbers(ImmutableArray<SamplePoint> points) =>
        points.All(point => !double.IsNaN(point.Value)) ? points : [.. points.Where(point => !double.IsNaN(point.Value))];

    private sealed record RangeKey(string Query, QueryRange Range);

    private sealed record InstantKey(string Query, DateTimeOffset At);
}
