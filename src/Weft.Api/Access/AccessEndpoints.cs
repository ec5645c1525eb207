using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Description;
using Weft.Api.Errors;

namespace Weft.Api.Access;

/// <summary>Login, logout, and who is logged in.</summary>
internal static class AccessEndpoints
{
    private static readonly FormOptions SmallForm = new() { ValueCountLimit = 8, ValueLengthLimit = 16 * 1024, BufferBodyLengthLimit = 64 * 1024 };

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/auth/info", InfoAsync).IsOpen();
        api.MapGet("/authenticate", CheckAsync).IsOpen().Writes(typeof(LoginDto));
        api.MapPost("/authenticate", LogInAsync).IsOpen().Writes(typeof(LoginDto));
        api.MapGet("/logout", LogOut).IsOpen();
    }

    /// <summary>The field <c>token</c> of a form; null when there is none.</summary>
    private static async Task<string?> ReadTokenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var form = request.HasFormContentType ? await request.ReadFormAsync(SmallForm, cancellationToken) : FormCollection.Empty;
            return form["token"].ToString() is { Length: > 0 } token ? token.Trim() : null;
        }
        catch (Exception failure) when (failure is InvalidDataException or BadHttpRequestException)
        {
            throw ApiException.BadRequest($"the form cannot be read: {failure.Message}");
        }
    }

    private static async Task<JsonHttpResult<AuthInfoDto>> InfoAsync(AccessGate gate, HttpContext context, CancellationToken cancellationToken)
    {
        var session = new SessionInfoDto();
        try
        {
            if (await gate.FindAsync(context, cancellationToken) is { ExpiresOn: { } expires } visitor)
            {
                session = new SessionInfoDto(visitor.User.Name, expires);
            }
        }
        catch (ApiException refusal) when (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            // Nobody, then; this is the page that says so.
        }

        return TypedResults.Json(new AuthInfoDto(AccessStrategies.NameOf(gate.Strategy), session), ApiJsonContext.Default.AuthInfoDto);
    }

    private static async Task<IResult> CheckAsync(AccessGate gate, HttpContext context, CancellationToken cancellationToken)
    {
        var visitor = await gate.FindAsync(context, cancellationToken) ?? throw new ApiException(StatusCodes.Status401Unauthorized, "you are not logged in");
        return Answer(visitor);
    }

    /// <summary>A token begins a session; without one the session that there is lasts longer.</summary>
    private static async Task<IResult> LogInAsync(AccessGate gate, HttpContext context, CancellationToken cancellationToken)
    {
        if (gate.Strategy != AccessStrategy.Token)
        {
            return await CheckAsync(gate, context, cancellationToken);
        }

        var visitor = await ReadTokenAsync(context.Request, cancellationToken) is { } token
            ? await gate.LogInAsync(context, token, cancellationToken)
            : await gate.ProlongAsync(context, cancellationToken);
        return Answer(visitor ?? throw new ApiException(StatusCodes.Status401Unauthorized, "the form has no token"));
    }

    /// <summary>Without a login there is nobody to name.</summary>
    private static IResult Answer(Visitor visitor) => visitor.ExpiresOn is { } expires
        ? TypedResults.Json(new LoginDto(visitor.User.Name, expires), ApiJsonContext.Default.LoginDto)
        : TypedResults.Ok();

    private static NoContent LogOut(AccessGate gate, HttpContext context)
    {
        gate.LogOut(context);
        return TypedResults.NoContent();
    }
}
