using System.Collections.Immutable;
using Weft.Observability.Metrics;

namespace Weft.Console.Metrics;

public enum TrafficDirection
{
    Inbound,
    Outbound,
}

/// <summary>Which metrics, over which time, grouped how.</summary>
public sealed record MetricsOptions
{
    public required QueryRange Range { get; init; }

    /// <summary>The window of each rate.</summary>
    public TimeSpan RateInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Only the last two samples of the window (<c>irate</c>).</summary>
    public bool InstantRate { get; init; }

    public TrafficDirection Direction { get; init; } = TrafficDirection.Outbound;

    /// <summary>Whose reports: <c>source</c>, <c>destination</c>, <c>waypoint</c>; empty: anybody's.</summary>
    public ImmutableArray<string> Reporters { get; init; } = ["source"];

    /// <summary>Empty: any.</summary>
    public string RequestProtocol { get; init; } = "";

    /// <summary>Average of histograms.</summary>
    public bool Average { get; init; } = true;

    /// <summary>Of histograms, as asked for.</summary>
    public ImmutableArray<string> Quantiles { get; init; } = [];

    public ImmutableArray<string> ByLabels { get; init; } = [];

    /// <summary>Kiali's names of metrics; null: all.</summary>
    public ImmutableHashSet<string>? Filters { get; init; }
}
