using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Weft.Api.Access;

/// <summary>Access without a login: the console listens on loopback and acts as its owner.</summary>
internal static class AccessEndpoints
{
    public const string Strategy = "anonymous";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/auth/info", () => TypedResults.Json(new AuthInfoDto(Strategy, new SessionInfoDto()), ApiJsonContext.Default.AuthInfoDto));
        api.MapMethods("/authenticate", [HttpMethods.Get, HttpMethods.Post], () => TypedResults.Ok());
        api.MapGet("/logout", () => TypedResults.NoContent());
    }
}
