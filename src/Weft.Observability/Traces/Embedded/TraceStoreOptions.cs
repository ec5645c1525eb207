namespace Weft.Observability.Traces.Embedded;

/// <summary>The bounds of the embedded trace store. It is kept in memory.</summary>
public sealed record TraceStoreOptions
{
    /// <summary>Estimated bytes of all traces; beyond it the oldest go.</summary>
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The share of <see cref="MaxBytes"/> that traces with errors and slow ones may take when their turn to go has come.</summary>
    public double KeptShare { get; init; } = 0.25;

    /// <summary>How long after its last span an ordinary trace is kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long after its last span a trace with an error or a slow one is kept.</summary>
    public TimeSpan KeptRetention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>More spans of one trace are dropped and counted.</summary>
    public int MaxSpansPerTrace { get; init; } = 10_000;

    /// <summary>A trace is slow when it takes longer than this quantile of traces with the same first operation did.</summary>
    public double SlowQuantile { get; init; } = 0.99;
}
