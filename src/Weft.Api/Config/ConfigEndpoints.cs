using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Console;

namespace Weft.Api.Config;

internal static class ConfigEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/config", ConfigAsync);

    private static async Task<JsonHttpResult<ConfigDto>> ConfigAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        var retention = await console.Services.RetentionAsync(cancellationToken);
        return TypedResults.Json(ConfigMapping.ToDto(console.Options, retention), ApiJsonContext.Default.ConfigDto);
    }
}
