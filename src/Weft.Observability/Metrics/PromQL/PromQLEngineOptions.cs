namespace Weft.Observability.Metrics.PromQL;

/// <summary>Whose results to give where versions of Prometheus differ.</summary>
public enum PromQLDialect
{
    /// <summary>A window and the lookback include the sample exactly at their start.</summary>
    Prometheus2,

    /// <summary>They do not, and a counter's extrapolation to zero is bounded differently.</summary>
    Prometheus3,
}

/// <summary>Limits and manners of query evaluation.</summary>
public sealed record PromQLEngineOptions
{
    internal const long DefaultLookback = 5 * 60 * 1000;

    public PromQLDialect Dialect { get; init; } = PromQLDialect.Prometheus2;

    /// <summary>How old the last sample of a series may be for an instant selector.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMilliseconds(DefaultLookback);

    /// <summary>The limit of one query; a request may ask for less.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Samples that one query may read or hold.</summary>
    public long MaxSamples { get; init; } = 50_000_000;

    /// <summary>Series that one selector may match; more would make an answer that nobody reads.</summary>
    public int MaxSeries { get; init; } = 500_000;

    /// <summary>The step of a subquery that names none.</summary>
    public TimeSpan DefaultSubqueryStep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Queries that run at the same time; others wait.</summary>
    public int MaxConcurrency { get; init; } = 20;
}
