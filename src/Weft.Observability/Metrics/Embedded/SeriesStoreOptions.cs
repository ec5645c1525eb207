namespace Weft.Observability.Metrics.Embedded;

/// <summary>What the series store may keep. What exceeds a limit goes oldest first.</summary>
public sealed record SeriesStoreOptions
{
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(6);

    public int MaxSeries { get; init; } = 200_000;

    /// <summary>Limit for samples, series and index together, by the store's own estimate.</summary>
    public long MaxSize { get; init; } = 256L * 1024 * 1024;
}
