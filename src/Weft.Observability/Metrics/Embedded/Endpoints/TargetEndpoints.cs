using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary>What is scraped, and what the targets say about their metrics.</summary>
internal static class TargetEndpoints
{
    public static Task TargetsAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var targets = store.Scraper.Targets.OrderBy(static target => target.Labels);
        return ApiWriter.SucceedAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("activeTargets");
            if (request["state"] is not "dropped")
            {
                foreach (var target in targets)
                    WriteTarget(json, target, store.Options.Scrape);
            }

            json.WriteEndArray();
            json.WriteStartArray("droppedTargets");
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static Task MetadataAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var limit = int.MaxValue;
        if (request.Has("limit") && !int.TryParse(request["limit"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit))
            throw ApiException.BadData("limit must be a number");
        var metric = request["metric"];
        var byName = store.Scraper.Targets
            .SelectMany(static target => target.Metadata)
            .Where(pair => metric.Length == 0 || pair.Key == metric)
            .GroupBy(static pair => pair.Key, static pair => pair.Value)
            .Take(limit < 0 ? int.MaxValue : limit);
        return ApiWriter.SucceedAsync(context, json =>
        {
            json.WriteStartObject();
            foreach (var group in byName)
            {
                json.WriteStartArray(group.Key);
                foreach (var entry in group.Distinct())
                    WriteMetadata(json, entry);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    private static void WriteMetadata(Utf8JsonWriter json, MetricMetadata entry)
    {
        json.WriteStartObject();
        json.WriteString("type", entry.Type);
        json.WriteString("help", entry.Help);
        json.WriteString("unit", entry.Unit);
        json.WriteEndObject();
    }

    private static void WriteTarget(Utf8JsonWriter json, TargetScraper target, ScrapeOptions options)
    {
        var status = target.Status;
        json.WriteStartObject();
        json.WriteStartObject("discoveredLabels");
        json.WriteString("__address__", target.Target.Uri.Authority);
        json.WriteString("__metrics_path__", target.Target.Uri.AbsolutePath);
        json.WriteString("__scheme__", target.Target.Uri.Scheme);
        json.WriteEndObject();
        json.WritePropertyName("labels");
        ApiWriter.WriteLabels(json, target.Labels);
        json.WriteString("scrapePool", target.Labels["job"]);
        json.WriteString("scrapeUrl", target.Target.Uri.AbsoluteUri);
        json.WriteString("globalUrl", target.Target.Uri.AbsoluteUri);
        json.WriteString("lastError", status.Error);
        json.WriteString("lastScrape", status.LastScrape is { } last ? last.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : "0001-01-01T00:00:00Z");
        json.WriteNumber("lastScrapeDuration", status.Duration.TotalSeconds);
        json.WriteString("health", status.Health);
        json.WriteString("scrapeInterval", PromText.FormatDuration(options.Interval));
        json.WriteString("scrapeTimeout", PromText.FormatDuration(options.Timeout < options.Interval ? options.Timeout : options.Interval));
        json.WriteEndObject();
    }
}
