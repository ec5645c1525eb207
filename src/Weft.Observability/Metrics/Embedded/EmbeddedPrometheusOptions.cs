using System.Net;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>Everything that can be set about the embedded metrics store.</summary>
public sealed record EmbeddedPrometheusOptions
{
    /// <summary>Where the HTTP API listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9090);

    public ScrapeOptions Scrape { get; init; } = new();

    public SeriesStoreOptions Store { get; init; } = new();

    public PromQLEngineOptions Queries { get; init; } = new();
}
