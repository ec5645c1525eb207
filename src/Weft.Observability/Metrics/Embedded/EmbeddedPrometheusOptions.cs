using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>Everything that can be set about the embedded metrics store.</summary>
public sealed record EmbeddedPrometheusOptions
{
    /// <summary>Where the HTTP API listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9090);

    public ScrapeOptions Scrape { get; init; } = new();

    /// <summary>The interval of <see cref="Scrape"/>, which is the one thing of it that is often set.</summary>
    public TimeSpan ScrapeInterval
    {
        get => Scrape.Interval;
        init => Scrape = Scrape with { Interval = value };
    }

    public SeriesStoreOptions Store { get; init; } = new();

    public PromQLEngineOptions Queries { get; init; } = new();

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
