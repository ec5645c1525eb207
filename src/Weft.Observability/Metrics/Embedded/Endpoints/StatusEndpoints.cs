using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary>What the store says about itself, in the shapes in which Kiali and Grafana read it.</summary>
internal static class StatusEndpoints
{
    // The version whose API and PromQL this is; clients decide by it what they may ask.
    private const string CompatibleVersion = "2.42.0+weft";

    public static Task BuildInfoAsync(HttpContext context, ApiRequest request, MetricsStore store) => WriteTextsAsync(
        context,
        ("version", CompatibleVersion), ("revision", ""), ("branch", ""), ("buildUser", "weft"), ("buildDate", ""), ("goVersion", ""));

    public static Task ConfigurationAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var scrape = store.Options.Scrape;
        var timeout = scrape.Timeout < scrape.Interval ? scrape.Timeout : scrape.Interval;
        var yaml = $"global:\n  scrape_interval: {PromText.FormatDuration(scrape.Interval)}\n  scrape_timeout: {PromText.FormatDuration(timeout)}\n  evaluation_interval: 1m\n";
        return WriteTextsAsync(context, ("yaml", yaml));
    }

    public static Task FlagsAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var queries = store.Options.Queries;
        return WriteTextsAsync(
            context,
            ("query.lookback-delta", PromText.FormatDuration(queries.Lookback)),
            ("query.max-concurrency", Text(queries.MaxConcurrency)),
            ("query.max-samples", Text(queries.MaxSamples)),
            ("query.timeout", PromText.FormatDuration(queries.Timeout)),
            ("storage.tsdb.retention.size", Text(store.Options.Store.MaxSize) + "B"),
            ("storage.tsdb.retention.time", PromText.FormatDuration(store.Options.Store.Retention)),
            ("web.listen-address", store.Options.Listen.ToString()));
    }

    public static Task RuntimeInfoAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var started = store.StartTime.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return ApiWriter.SucceedAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("startTime", started);
            json.WriteString("CWD", "/");
            json.WriteBoolean("reloadConfigSuccess", true);
            json.WriteString("lastConfigTime", started);
            json.WriteNumber("corruptionCount", 0);
            json.WriteNumber("goroutineCount", ThreadPool.ThreadCount);
            json.WriteNumber("GOMAXPROCS", Environment.ProcessorCount);
            json.WriteString("GOGC", "");
            json.WriteString("GODEBUG", "");
            json.WriteString("storageRetention", PromText.FormatDuration(store.Options.Store.Retention));
            json.WriteEndObject();
        });
    }

    /// <summary>The store's own counters, to be scraped like any other target.</summary>
    public static Task OwnMetricsAsync(HttpContext context, MetricsStore store)
    {
        var series = store.Series;
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
             # HELP prometheus_tsdb_head_series Total number of series in the store.
             # TYPE prometheus_tsdb_head_series gauge
             prometheus_tsdb_head_series {series.SeriesCount}
             # HELP prometheus_tsdb_head_samples_appended_total Total number of appended samples.
             # TYPE prometheus_tsdb_head_samples_appended_total counter
             prometheus_tsdb_head_samples_appended_total {series.AppendedSamples}
             # HELP prometheus_tsdb_out_of_order_samples_total Samples that were out of order or contradicted an earlier one.
             # TYPE prometheus_tsdb_out_of_order_samples_total counter
             prometheus_tsdb_out_of_order_samples_total {series.RejectedSamples}
             # HELP weft_series_store_samples Samples held.
             # TYPE weft_series_store_samples gauge
             weft_series_store_samples {series.SampleCount}
             # HELP weft_series_store_bytes Size of samples, series and index by the store's own estimate.
             # TYPE weft_series_store_bytes gauge
             weft_series_store_bytes {series.Size}
             # HELP weft_series_store_dropped_samples_total Samples that retention or a limit has pushed out.
             # TYPE weft_series_store_dropped_samples_total counter
             weft_series_store_dropped_samples_total {series.DroppedSamples}
             # HELP weft_series_store_refused_series_total Series that were not created because the store was full.
             # TYPE weft_series_store_refused_series_total counter
             weft_series_store_refused_series_total {series.RefusedSeries}

             """);
        return context.Response.WriteAsync(text.ReplaceLineEndings("\n"), context.RequestAborted);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Task WriteTextsAsync(HttpContext context, params (string Name, string Value)[] fields) => ApiWriter.SucceedAsync(context, json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in fields)
            json.WriteString(name, value);
        json.WriteEndObject();
    });
}
