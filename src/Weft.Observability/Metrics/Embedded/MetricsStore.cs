using Microsoft.Extensions.Logging;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>The embedded store as a whole: series, the scraper that fills them, the engine that reads them, and the task that keeps limits.</summary>
internal sealed partial class MetricsStore : IAsyncDisposable
{
    private static readonly TimeSpan EnforcementInterval = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _enforcement;

    public MetricsStore(EmbeddedPrometheusOptions options)
    {
        var time = options.TimeProvider;
        Options = options;
        StartTime = time.GetUtcNow();
        Series = new SeriesStore(options.Store);
        Engine = new PromQLEngine(Series, options.Queries, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.GZip,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        Scraper = new Scraper(Series, _http, options.Scrape, time, options.LoggerFactory.CreateLogger<Scraper>());
        _logger = options.LoggerFactory.CreateLogger<MetricsStore>();
        _enforcement = EnforceLimitsAsync();
    }

    public EmbeddedPrometheusOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    public DateTimeOffset StartTime { get; }

    public SeriesStore Series { get; }

    public PromQLEngine Engine { get; }

    public Scraper Scraper { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _enforcement;
        await Scraper.DisposeAsync();
        _http.Dispose();
        Engine.Dispose();
        _stopping.Dispose();
    }

    private async Task EnforceLimitsAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(EnforcementInterval, Time, _stopping.Token);
                var droppedBefore = Series.DroppedSamples;
                Series.Enforce(Time.GetUtcNow().ToUnixTimeMilliseconds());
                if (Series.DroppedSamples > droppedBefore)
                    LogSamplesDropped(Series.DroppedSamples - droppedBefore);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The store is being disposed.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Dropped {Count} samples to keep retention and limits")]
    private partial void LogSamplesDropped(long count);
}
