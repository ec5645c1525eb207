namespace Weft.Observability.Metrics.Embedded;

/// <summary>How the last scrape of a target went; <see cref="LastScrape"/> is null before the first.</summary>
internal sealed record TargetStatus(DateTimeOffset? LastScrape, TimeSpan Duration, string Error)
{
    public static TargetStatus Unknown { get; } = new(null, TimeSpan.Zero, "");

    /// <summary>As the targets endpoint spells it.</summary>
    public string Health => LastScrape is null ? "unknown" : Error.Length == 0 ? "up" : "down";
}
