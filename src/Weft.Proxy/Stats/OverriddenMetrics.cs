using System.Collections.Concurrent;
using System.Text;

namespace Weft.Proxy.Stats;

/// <summary>
/// Series whose labels a Telemetry has overridden, of one proxy. Requests that differ only in labels that were removed share a series.
/// Bounded as the standard series are: past the limit new ones are not shown.
/// </summary>
/// <param name="bounds">Of the buckets of a metric.</param>
internal sealed class OverriddenMetrics(Func<string, HistogramBounds> bounds)
{
    private readonly ConcurrentDictionary<(string Metric, string Labels), Counter> _counters = new();
    private readonly ConcurrentDictionary<(string Metric, string Labels), Histogram> _histograms = new();

    public IEnumerable<(string Labels, Counter Value)> Counters(string metric) =>
        _counters.Where(series => series.Key.Metric == metric).Select(series => (series.Key.Labels, series.Value));

    public IEnumerable<(string Labels, Histogram Value)> Histograms(string metric) =>
        _histograms.Where(series => series.Key.Metric == metric).Select(series => (series.Key.Labels, series.Value));

    /// <param name="labels">Null for a metric that is dropped: what is counted is not shown.</param>
    public Counter Counter(string metric, IReadOnlyList<(string Name, string Value)>? labels) =>
        labels is null || _counters.Count >= IstioMetrics.MaxSeries ? new Counter() : _counters.GetOrAdd((metric, Text(labels)), static _ => new Counter());

    /// <inheritdoc cref="Counter"/>
    public Histogram Histogram(string metric, IReadOnlyList<(string Name, string Value)>? labels) =>
        labels is null || _histograms.Count >= IstioMetrics.MaxSeries ? new Histogram(bounds(metric)) : _histograms.GetOrAdd((metric, Text(labels)), _ => new Histogram(bounds(metric)));

    private static string Text(IReadOnlyList<(string Name, string Value)> labels)
    {
        var text = new StringBuilder(1024);
        foreach (var (name, value) in labels)
        {
            PrometheusText.AppendLabel(text, name, value);
        }

        return text.ToString();
    }
}
