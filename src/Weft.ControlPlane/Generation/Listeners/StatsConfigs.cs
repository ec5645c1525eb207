using Istio.Stats;
using Weft.Istio.Effective;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>The configuration of Istio's standard metrics, for HTTP and network filters alike.</summary>
internal static class StatsConfigs
{
    public const string FilterName = "istio.stats";

    /// <summary>Empty when this side reports none. The Host header names a destination only for sidecars' own calls: elsewhere callers choose it freely.</summary>
    public static IEnumerable<PluginConfig> Of(ProxyView view, TelemetryMode mode)
    {
        if (view.Telemetry.MetricsFor(mode) is not { } metrics)
        {
            yield break;
        }

        var config = new PluginConfig { DisableHostHeaderFallback = mode == TelemetryMode.Server || view.Node.Type == ProxyType.Router };
        if (metrics.ReportingInterval is { } interval)
        {
            config.TcpReportingDuration = interval.ToDuration();
        }

        config.Metrics.Add(metrics.Overrides.Select(Translate));
        yield return config;
    }

    private static MetricConfig Translate(EffectiveMetricOverride source)
    {
        var metric = new MetricConfig { Name = source.Name, Drop = source.IsDropped, TagsToRemove = { source.RemovedLabels } };
        foreach (var (label, expression) in source.Labels)
        {
            metric.Dimensions[label] = expression;
        }

        return metric;
    }
}
