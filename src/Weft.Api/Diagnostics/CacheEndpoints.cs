using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Console;

namespace Weft.Api.Diagnostics;

/// <summary>How often graphs and health were shared, as Kiali tells it to its own performance tests.</summary>
internal static class CacheEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/test/metrics/graph/cache", Graphs);
        api.MapGet("/test/metrics/health/cache", Health);
    }

    private static JsonHttpResult<GraphCacheDto> Graphs(WeftConsole console)
    {
        var use = console.Graphs.CacheUse;
        return TypedResults.Json(new GraphCacheDto(use.Evictions, use.Hits, use.Misses), FullJsonContext.Default.GraphCacheDto);
    }

    private static JsonHttpResult<HealthCacheDto> Health(WeftConsole console)
    {
        var use = console.Health.CacheUse;
        return TypedResults.Json(new HealthCacheDto(use.Hits, use.Misses), FullJsonContext.Default.HealthCacheDto);
    }
}
