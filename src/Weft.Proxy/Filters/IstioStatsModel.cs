using Weft.Proxy.Stats;

namespace Weft.Proxy.Filters;

/// <summary>The configuration of istio.stats (stats.PluginConfig).</summary>
internal sealed record IstioStatsModel
{
    /// <summary>Whether destination_service may fall back to the Host header.</summary>
    public required bool UsesHostHeader { get; init; }

    /// <summary>tcp_reporting_duration: between reports of what goes on, connections and gRPC streams.</summary>
    public required TimeSpan ReportingInterval { get; init; }

    /// <summary>Null when no labels are overridden.</summary>
    public MetricRules? Rules { get; init; }
}
