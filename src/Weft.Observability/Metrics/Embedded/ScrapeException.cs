namespace Weft.Observability.Metrics.Embedded;

/// <summary>Why a scrape brought nothing; shown as the target's last error.</summary>
internal sealed class ScrapeException(string message) : Exception(message);
