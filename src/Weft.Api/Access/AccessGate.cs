using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Console;
using Weft.Console.Access;

namespace Weft.Api.Access;

/// <summary>Finds out who asks, by the strategy of this console.</summary>
internal sealed class AccessGate(AccessStrategy strategy, WeftConsole console) : IDisposable
{
    private const string Cookie = "weft-session";
    private const string Scheme = "Bearer ";

    private readonly Sessions _sessions = new(console.Time);
    private readonly UserTokens _tokens = new(console.Options.Kubernetes.Options, console.Time);

    public AccessStrategy Strategy => strategy;

    /// <summary>Null when nobody has logged in.</summary>
    public async Task<Visitor?> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        switch (strategy)
        {
            case AccessStrategy.Anonymous:
                return new Visitor(MeshUser.Anonymous, null);
            case AccessStrategy.Header:
                var header = context.Request.Headers.Authorization.ToString();
                return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length > Scheme.Length
                    ? await ReviewAsync(header[Scheme.Length..].Trim(), console.Time.GetUtcNow() + Sessions.Length, cancellationToken)
                    : null;
            default:
                return _sessions.Find(context.Request.Cookies[Cookie]) is { } session ? await ReviewAsync(session.Token, session.ExpiresOn, cancellationToken) : null;
        }
    }

    /// <summary>Begins a session with a token. Throws 401 when it is not good.</summary>
    public async Task<Visitor> LogInAsync(HttpContext context, string token, CancellationToken cancellationToken)
    {
        var user = await ReviewAsync(token, default, cancellationToken);
        var (id, session) = _sessions.Begin(token);
        context.Response.Cookies.Append(Cookie, id, Options(context, session.ExpiresOn));
        return user with { ExpiresOn = session.ExpiresOn };
    }

    /// <summary>Lets the session of who asks begin anew with the token it was begun with. Null when there is none; throws 401 when the token is no longer good.</summary>
    public async Task<Visitor?> ProlongAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var id = context.Request.Cookies[Cookie];
        if (_sessions.Find(id) is not { } present)
        {
            return null;
        }

        var user = await ReviewAsync(present.Token, default, cancellationToken);
        if (_sessions.Prolong(id) is not { } session)
        {
            return null;
        }

        context.Response.Cookies.Append(Cookie, id!, Options(context, session.ExpiresOn));
        return user with { ExpiresOn = session.ExpiresOn };
    }

    public void LogOut(HttpContext context)
    {
        _sessions.End(context.Request.Cookies[Cookie]);
        if (strategy == AccessStrategy.Token)
        {
            context.Response.Cookies.Delete(Cookie, Options(context, null));
        }
    }

    public void Dispose() => _tokens.Dispose();

    private static CookieOptions Options(HttpContext context, DateTimeOffset? expires) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", Expires = expires };

    private async Task<Visitor> ReviewAsync(string token, DateTimeOffset expiresOn, CancellationToken cancellationToken)
    {
        // What is no token must not become a header of a request of ours.
        if (token.Length is 0 or > 16 * 1024 || token.Any(c => c is <= ' ' or > '~'))
        {
            throw Refused("token is not valid or is expired");
        }

        try
        {
            return new Visitor(await _tokens.ReviewAsync(token, cancellationToken), expiresOn);
        }
        catch (AccessRefusedException refusal)
        {
            throw Refused(refusal.Message);
        }
    }

    private static ApiException Refused(string why) => new(StatusCodes.Status401Unauthorized, why);
}

/// <summary>Who asks, and until when he need not prove it again.</summary>
internal sealed record Visitor(MeshUser User, DateTimeOffset? ExpiresOn);
