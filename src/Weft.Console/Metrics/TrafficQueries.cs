using System.Diagnostics;
using System.Globalization;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Metrics;

/// <summary>The PromQL of traffic metrics. Pure.</summary>
internal static class TrafficQueries
{
    private const string ErrorCodes = "^0$|^[4-5]\\d\\d$";
    private const string GrpcErrors = "^[1-9]$|^1[0-6]$";

    /// <summary>The queries of one metric, each with the statistic that it gives.</summary>
    public static IEnumerable<(string? Stat, PromQuery Query)> Of(MeshMetric metric, Func<string, MetricSelector> selectorOf, MetricsOptions options)
    {
        if (!metric.IsHistogram)
        {
            yield return (null, Counter(metric, selectorOf(metric.Metric), options));
            yield break;
        }

        if (options.Average)
        {
            yield return ("avg", Average(metric.Metric, selectorOf, options));
        }

        foreach (var quantile in options.Quantiles)
        {
            yield return (quantile, Quantile(quantile, metric.Metric, selectorOf, options));
        }
    }

    public static PromQuery Average(string histogram, Func<string, MetricSelector> selectorOf, MetricsOptions options) =>
        Rate(selectorOf(MeshMetrics.Sum(histogram)), options).Sum(options.ByLabels).DividedBy(Rate(selectorOf(MeshMetrics.Count(histogram)), options).Sum(options.ByLabels));

    public static PromQuery Quantile(string quantile, string histogram, Func<string, MetricSelector> selectorOf, MetricsOptions options) =>
        PromQuery.HistogramQuantile(
            double.Parse(quantile, CultureInfo.InvariantCulture), Rate(selectorOf(MeshMetrics.Buckets(histogram)), options).Sum([MeshLabels.Le, .. options.ByLabels]));

    public static PromQuery Rate(MetricSelector selector, MetricsOptions options) =>
        options.InstantRate ? PromQuery.InstantRate(selector.Over(options.RateInterval)) : PromQuery.Rate(selector.Over(options.RateInterval));

    /// <summary>The series of a target, as one side of the traffic reports them.</summary>
    public static MetricSelector Select(string metric, MetricsTarget target, string cluster, MetricsOptions options)
    {
        var selector = Labelled(new MetricSelector(metric), target, options.Direction);
        if (target.Kind != TargetKind.Aggregate)
        {
            selector = selector.Equal(options.Direction == TrafficDirection.Inbound ? MeshLabels.DestinationCluster : MeshLabels.SourceCluster, cluster);
        }

        selector = options.Reporters.IsEmpty ? selector : selector.OneOf(MeshLabels.Reporter, [.. options.Reporters]);
        return options.RequestProtocol.Length == 0 ? selector : selector.Equal(MeshLabels.RequestProtocol, options.RequestProtocol);
    }

    /// <summary>The labels of the side that the target is on.</summary>
    public static MetricSelector Labelled(MetricSelector selector, MetricsTarget target, TrafficDirection direction)
    {
        var isInbound = direction == TrafficDirection.Inbound;
        var workloadNamespace = isInbound ? MeshLabels.DestinationWorkloadNamespace : MeshLabels.SourceWorkloadNamespace;
        return target.Kind switch
        {
            TargetKind.App => selector.Equal(workloadNamespace, target.Namespace)
                .Equal(isInbound ? MeshLabels.DestinationCanonicalService : MeshLabels.SourceCanonicalService, target.Name),
            TargetKind.Workload => selector.Equal(workloadNamespace, target.Namespace).Equal(isInbound ? MeshLabels.DestinationWorkload : MeshLabels.SourceWorkload, target.Name),
            // A service only receives: what goes to it is what its callers send.
            TargetKind.Service => selector.Equal(MeshLabels.DestinationServiceName, target.Name)
                .OneOf(MeshLabels.DestinationServiceNamespace, target.ServiceNamespaces.IsEmpty ? [target.Namespace] : [.. target.ServiceNamespaces]),
            TargetKind.Namespace => selector.Equal(workloadNamespace, target.Namespace),
            TargetKind.Aggregate => selector.Equal(workloadNamespace, target.Namespace).Equal(target.AggregateLabel, target.Name),
            _ => throw new UnreachableException(),
        };
    }

    private static PromQuery Counter(MeshMetric metric, MetricSelector selector, MetricsOptions options)
    {
        if (metric.Name != MeshMetric.RequestErrorCount)
        {
            return Rate(selector, options).Sum(options.ByLabels);
        }

        var byCode = Rate(selector.Matches(MeshLabels.ResponseCode, ErrorCodes), options).Sum(options.ByLabels);
        return options.RequestProtocol == "http"
            ? byCode
            : byCode.Or(Rate(selector.Matches(MeshLabels.GrpcResponseStatus, GrpcErrors).NotMatches(MeshLabels.ResponseCode, ErrorCodes), options).Sum(options.ByLabels));
    }
}
