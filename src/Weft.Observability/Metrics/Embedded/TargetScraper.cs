using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// Scrapes one target at its interval until it is cancelled, then marks its series stale. Every scrape, good or bad, writes
/// <c>up</c> and its companions.
/// </summary>
internal sealed partial class TargetScraper(ScrapeTarget target, SeriesStore store, HttpClient http, ScrapeOptions options, TimeProvider time, ILogger logger)
{
    private const string Accept = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private readonly LabelSet _labels = Identity(target);
    private ScrapeCache? _cache;
    private volatile TargetStatus _status = TargetStatus.Unknown;

    public ScrapeTarget Target => target;

    /// <summary>The labels of all series of the target.</summary>
    public LabelSet Labels => _labels;

    public TargetStatus Status => _status;

    public ImmutableDictionary<string, MetricMetadata> Metadata => _cache?.Metadata ?? ImmutableDictionary<string, MetricMetadata>.Empty;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var cache = _cache = new ScrapeCache(store, _labels, options);
        var interval = (long)options.Interval.TotalMilliseconds;
        var schedule = new ScrapeSchedule(interval, (uint)_labels.GetHashCode(), Now());
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, schedule.Next - Now())), time, cancellationToken);
                await ScrapeAsync(cache, Timestamp(schedule.Next, interval), cancellationToken);
                schedule.Advance(Now());
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var end = Now();
            cache.MarkAllStale(end);
            Report(end, GoStale, GoStale, GoStale, GoStale);
        }
    }

    private static double GoStale => PromQL.GoMath.Stale;

    private static LabelSet Identity(ScrapeTarget target) =>
        target.Labels.Contains("instance") ? target.Labels : target.Labels.ToBuilder().Set("instance", target.Uri.Authority).Build();

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    // Regular times compress far better; a timer's small delay changes no rate.
    private long Timestamp(long planned, long interval)
    {
        var now = Now();
        return Math.Abs(now - planned) <= interval / 100 ? planned : now;
    }

    private async Task ScrapeAsync(ScrapeCache cache, long timestamp, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var (samples, newSeries, error) = (0, 0, "");
        try
        {
            var (body, isOpenMetrics) = await FetchAsync(cancellationToken);
            (samples, newSeries) = cache.Store(body.Span, isOpenMetrics, timestamp);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = "context deadline exceeded";
        }
        catch (Exception cause) when (cause is not OperationCanceledException)
        {
            // Whatever a target does, it must not end the loop that scrapes it.
            error = cause.Message;
        }

        var duration = time.GetElapsedTime(start);
        if (error.Length > 0)
        {
            cache.MarkAllStale(timestamp);
            if (_status.Error.Length == 0)
                LogScrapeFailed(target.Uri, error);
        }

        Report(timestamp, error.Length == 0 ? 1 : 0, duration.TotalSeconds, samples, newSeries);
        _status = new TargetStatus(DateTimeOffset.FromUnixTimeMilliseconds(timestamp), duration, error);
    }

    private async Task<(ReadOnlyMemory<byte> Body, bool IsOpenMetrics)> FetchAsync(CancellationToken cancellationToken)
    {
        var timeout = options.Timeout < options.Interval ? options.Timeout : options.Interval;
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Uri);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", PromText.FormatNumber(timeout.TotalSeconds));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        if (!response.IsSuccessStatusCode)
            throw new ScrapeException($"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
        var isOpenMetrics = response.Content.Headers.ContentType?.MediaType == "application/openmetrics-text";
        return (await ReadBodyAsync(response.Content, either.Token), isOpenMetrics);
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[Math.Clamp(content.Headers.ContentLength ?? 32768, 1024, options.MaxBodySize) + 1];
        var length = 0;
        int count;
        while ((count = await stream.ReadAsync(body.AsMemory(length), cancellationToken)) > 0)
        {
            length += count;
            if (length > options.MaxBodySize)
                throw new ScrapeException($"body size limit exceeded: more than {options.MaxBodySize} bytes");
            if (length == body.Length)
                Array.Resize(ref body, (int)Math.Min(2L * length, options.MaxBodySize + 1L));
        }

        return body.AsMemory(0, length);
    }

    private void Report(long timestamp, double up, double duration, double samples, double newSeries)
    {
        Write("up", up);
        Write("scrape_duration_seconds", duration);
        Write("scrape_samples_scraped", samples);
        Write("scrape_samples_post_metric_relabeling", samples);
        Write("scrape_series_added", newSeries);

        void Write(string name, double value) => store.Append(_labels.ToBuilder().Set(LabelSet.MetricNameLabel, name).Build(), timestamp, value);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Scrape of {Target} failed: {Error}")]
    private partial void LogScrapeFailed(Uri target, string error);
}
