using System.Collections.Immutable;
using Weft.Console.Metrics;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Dashboards;

/// <summary>Which series a custom dashboard shows.</summary>
public sealed record CustomDashboardOptions
{
    public required string Namespace { get; init; }

    /// <summary>Labels and the values that they must have.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> LabelFilters { get; init; }

    /// <summary>How several raw series become one: sum, avg, min, max, stddev or stdvar.</summary>
    public string RawAggregator { get; init; } = "sum";

    /// <summary>Range, rates, quantiles and grouping.</summary>
    public required MetricsOptions Metrics { get; init; }
}

/// <summary>A chart with its series, or with why it has none.</summary>
public sealed record FilledChart(CustomChart Chart, ImmutableArray<MetricSeries> Series, string Error);

/// <summary>Fills the charts of custom dashboards. A chart whose query fails says so; the others are shown.</summary>
public sealed class CustomDashboardQueries(MetricsService metrics)
{
    public async Task<ImmutableArray<FilledChart>> FillAsync(CustomDashboard dashboard, CustomDashboardOptions options, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(dashboard.Charts.Select(chart => FillAsync(chart, options, cancellationToken))).ConfigureAwait(false)];

    private async Task<FilledChart> FillAsync(CustomChart chart, CustomDashboardOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var asked = chart.Metrics.SelectMany(metric => QueriesOf(chart, metric, options)
                .Select(query => metrics.ReadAsync(query.Query, metric.Name, query.Stat, options.Metrics.Range, cancellationToken)));
            var answers = await Task.WhenAll(asked).ConfigureAwait(false);
            return new FilledChart(chart, [.. answers.SelectMany(answer => answer.Series)], "");
        }
        catch (MetricsQueryException failure)
        {
            return new FilledChart(chart, [], failure.Reason);
        }
    }

    private static IEnumerable<(string? Stat, PromQuery Query)> QueriesOf(CustomChart chart, CustomMetric metric, CustomDashboardOptions options)
    {
        var by = options.Metrics.ByLabels;
        return chart.Kind switch
        {
            "rate" => [(null, TrafficQueries.Rate(Select(metric.Metric), options.Metrics).Sum(by))],
            "histogram" => TrafficQueries.Of(new MeshMetric(metric.Name, metric.Metric, IsHistogram: true), Select, options.Metrics),
            _ => [(null, Select(metric.Metric).ToPromQuery().Aggregate(options.RawAggregator, by))],
        };

        MetricSelector Select(string name) =>
            options.LabelFilters.Aggregate(new MetricSelector(name).Equal("namespace", options.Namespace), (selector, label) => selector.Equal(label.Key, label.Value));
    }
}
