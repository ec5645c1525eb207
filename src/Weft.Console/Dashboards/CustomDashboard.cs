using System.Collections.Immutable;

namespace Weft.Console.Dashboards;

/// <summary>A dashboard of a runtime's metrics.</summary>
public sealed record CustomDashboard
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>What its metrics are of, as in <c>Go</c>; empty: of no language's runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>A workload that has this metric has the runtime; empty: only its pods' annotations tell.</summary>
    public required string DiscoverOn { get; init; }

    public required ImmutableArray<CustomChart> Charts { get; init; }
}

public sealed record CustomChart
{
    public required string Name { get; init; }

    public required string Unit { get; init; }

    /// <summary>Of the twelve columns of a row.</summary>
    public required int Spans { get; init; }

    /// <summary><c>raw</c>, <c>rate</c> or <c>histogram</c>.</summary>
    public required string Kind { get; init; }

    public required ImmutableArray<CustomMetric> Metrics { get; init; }

    /// <summary>By which labels the chart may be grouped.</summary>
    public ImmutableArray<ChartAggregation> Aggregations { get => field.IsDefault ? [] : field; init; }

    public double? Min { get; init; }
}

public sealed record CustomMetric(string Metric, string Name);

public sealed record ChartAggregation(string Label, string Name);

/// <summary>A runtime that was found, with its dashboards.</summary>
public sealed record WorkloadRuntime(string Name, ImmutableArray<CustomDashboard> Dashboards);
