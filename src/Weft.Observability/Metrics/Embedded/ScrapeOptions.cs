namespace Weft.Observability.Metrics.Embedded;

/// <summary>How targets are scraped, and what is refused as a whole because it is too much.</summary>
public sealed record ScrapeOptions
{
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The limit of one scrape; never more than the interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Limit of an exposition's size in bytes, unpacked.</summary>
    public int MaxBodySize { get; init; } = 16 * 1024 * 1024;

    public int MaxSamples { get; init; } = 100_000;

    public int MaxLabels { get; init; } = 64;

    public int MaxLabelNameLength { get; init; } = 512;

    public int MaxLabelValueLength { get; init; } = 8192;

    /// <summary>Whether a scraped label wins over the target's label of the same name; otherwise it becomes <c>exported_</c> and its name.</summary>
    public bool HonorLabels { get; init; }
}
