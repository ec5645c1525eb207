using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Access;
using Weft.Console;
using Weft.Observability.Metrics.Queries;

namespace Weft.Api.Config;

internal static class ConfigEndpoints
{
    private static readonly string[] Histograms = [MeshMetrics.RequestBytes, MeshMetrics.ResponseBytes, MeshMetrics.RequestDuration];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/config", ConfigAsync);
        api.MapGet("/config/disabled", DisabledAsync);
    }

    private static async Task<JsonHttpResult<DisabledMetricsDto>> DisabledAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        string[] names = [.. Histograms.SelectMany(name => new[] { MeshMetrics.Buckets(name), MeshMetrics.Count(name), MeshMetrics.Sum(name) })];
        var query = new MetricSelector("").OneOf("__name__", names).ToPromQuery().Count("__name__");
        // In whole minutes: what is collected does not change by the second.
        var now = console.Time.GetUtcNow();
        var found = await console.Metrics.ReadInstantAsync(query, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute)), cancellationToken);
        var there = found.Select(sample => sample.Labels.MetricName).ToHashSet(StringComparer.Ordinal);
        var (request, response, duration) = (MeshMetrics.RequestBytes, MeshMetrics.ResponseBytes, MeshMetrics.RequestDuration);
        return TypedResults.Json(
            new DisabledMetricsDto(
                !Averages(request) && !Percentiles(request), !Averages(request), !Percentiles(request),
                !Averages(response) && !Percentiles(response), !Averages(response), !Percentiles(response),
                !Averages(duration) && !Percentiles(duration), !Averages(duration), !Percentiles(duration)),
            FullJsonContext.Default.DisabledMetricsDto);

        bool Averages(string name) => there.Contains(MeshMetrics.Sum(name)) && there.Contains(MeshMetrics.Count(name));
        bool Percentiles(string name) => there.Contains(MeshMetrics.Buckets(name));
    }

    private static async Task<JsonHttpResult<ConfigDto>> ConfigAsync(WeftConsole console, AccessGate gate, CancellationToken cancellationToken)
    {
        var retention = await console.Services.RetentionAsync(cancellationToken);
        return TypedResults.Json(ConfigMapping.ToDto(console.Options, gate.Strategy, console.Inventory.Current, retention), ApiJsonContext.Default.ConfigDto);
    }
}
