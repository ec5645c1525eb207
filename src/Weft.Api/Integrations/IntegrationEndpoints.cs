using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Errors;
using Weft.Console;
using Weft.Console.Links;

namespace Weft.Api.Integrations;

/// <summary>What Kiali can be joined with: dashboards in Grafana and Perses where they are configured. What this console is not joined with is answered as Kiali answers when it is off.</summary>
internal static class IntegrationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/grafana", (WeftConsole console, CancellationToken cancellationToken) => LinksAsync(console, DashboardLinks.Grafana, cancellationToken));
        api.MapGet("/perses", (WeftConsole console, CancellationToken cancellationToken) => LinksAsync(console, DashboardLinks.Perses, cancellationToken));
        api.MapGet("/chat/prompts", NoChat);
        api.MapGet("/chat/session/usage", NoChat);
    }

    private static async Task<Results<JsonHttpResult<DashboardLinksDto>, NoContent>> LinksAsync(WeftConsole console, string product, CancellationToken cancellationToken)
    {
        if (console.Links.FirstOrDefault(one => one.Product == product) is not { } links)
        {
            return TypedResults.NoContent();
        }

        try
        {
            var found = await links.ReadAsync(cancellationToken);
            var project = product == DashboardLinks.Perses ? links.Settings.Project : null;
            return TypedResults.Json(new DashboardLinksDto([.. found.Select(DashboardLinkDto.Of)], project), ApiJsonContext.Default.DashboardLinksDto);
        }
        catch (LinksException failure)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }

    private static JsonHttpResult<ErrorDto> NoChat() => throw new ApiException(StatusCodes.Status503ServiceUnavailable, "ChatAI is not enabled");
}
