using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Errors;

namespace Weft.Api.Integrations;

/// <summary>What Kiali can be joined with and this console is not: answered as Kiali answers when it is off.</summary>
internal static class IntegrationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/grafana", () => TypedResults.NoContent());
        api.MapGet("/perses", () => TypedResults.NoContent());
        api.MapGet("/chat/prompts", NoChat);
        api.MapGet("/chat/session/usage", NoChat);
    }

    private static JsonHttpResult<ErrorDto> NoChat() => throw new ApiException(StatusCodes.Status503ServiceUnavailable, "ChatAI is not enabled");
}
