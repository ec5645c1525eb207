using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Access;
using Weft.Console;

namespace Weft.Api.Status;

/// <summary>Who we are and with whom we work. Clients of Kiali find its version under the keys they know.</summary>
internal static class StatusEndpoints
{
    /// <summary>The version of Kiali whose API this is.</summary>
    private const string CompatibleVersion = "v2.30.0";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("", StatusAsync).IsOpen();
        api.MapGet("/status", StatusAsync);
        api.MapGet("/healthz", () => TypedResults.Ok()).IsOpen();
    }

    private static async Task<JsonHttpResult<StatusDto>> StatusAsync(WeftConsole console, CancellationToken cancellationToken)
    {
        var services = await console.Services.ReadAsync(console.Options.Cluster, cancellationToken);
        var status = new Dictionary<string, string>
        {
            ["Kiali state"] = "running",
            ["Kiali version"] = CompatibleVersion,
            ["Kiali container version"] = CompatibleVersion,
            ["Kiali commit hash"] = "",
            ["Disabled features"] = string.Join(",", console.Options.Settings.Features.DisabledFeatures),
            ["Weft version"] = console.Options.Version,
        };
        var dto = new StatusDto(
            status,
            [.. services.Select(service => new ExternalServiceDto(service.Name, service.Version, Url: null, new TempoConfigDto())), .. Links(console), .. Tracing(console)],
            [],
            new IstioEnvironmentDto(true));
        return TypedResults.Json(dto, ApiJsonContext.Default.StatusDto);
    }

    private static IEnumerable<ExternalServiceDto> Links(WeftConsole console) =>
        console.Links.Select(links => new ExternalServiceDto(links.Product, Version: null, links.Settings.ExternalUrl?.AbsoluteUri.TrimEnd('/'), new TempoConfigDto()));

    private static IEnumerable<ExternalServiceDto> Tracing(WeftConsole console)
    {
        if (console.Options.Tracing is { } tracing)
        {
            yield return new ExternalServiceDto(tracing.Source.Provider, Version: null, tracing.ExternalUrl?.AbsoluteUri.TrimEnd('/'), TempoConfigDto.OfTracing);
        }
    }
}
