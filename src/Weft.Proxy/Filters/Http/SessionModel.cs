using System.Net;
using System.Text;
using Envoy.Extensions.Filters.Http.StatefulSession.V3;
using Envoy.Extensions.Http.StatefulSession.Cookie.V3;
using Envoy.Extensions.Http.StatefulSession.Header.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>
/// How a client carries the endpoint it is to stay at: in a cookie or a header, as the base64 of its address. What a client sends is a wish: it is followed only
/// to an endpoint of the very cluster.
/// </summary>
/// <param name="Path">Of the cookie: requests elsewhere have no session.</param>
/// <param name="Attributes">What follows the value in Set-Cookie; null for a header.</param>
/// <param name="IsStrict">A session whose endpoint is gone gets 503 instead of another one.</param>
internal sealed record SessionModel(string Name, string Path, string? Attributes, bool IsStrict)
{
    private const int LongestValue = 256;
    private const byte AddressField = 10;

    /// <summary>Null for a configuration without state: sessions come from routes alone.</summary>
    /// <exception cref="ResourceRejectedException">A kind of state that this proxy does not have.</exception>
    public static SessionModel? Compile(StatefulSession config) => config.SessionState is not { } state ? null
        : state.TypedConfig?.Is(CookieBasedSessionState.Descriptor) == true ? OfCookie(state.TypedConfig.Unpack<CookieBasedSessionState>().Cookie ?? new(), config.Strict)
        : state.TypedConfig?.Is(HeaderBasedSessionState.Descriptor) == true ? new SessionModel(state.TypedConfig.Unpack<HeaderBasedSessionState>().Name, "", null, config.Strict)
        : throw new ResourceRejectedException($"session state {state.Name} ({state.TypedConfig?.TypeUrl}) is not supported");

    public bool Covers(string requestPath) =>
        Path is "" or "/"
        || (requestPath.StartsWith(Path, StringComparison.Ordinal) && (Path.EndsWith('/') || requestPath.Length == Path.Length || requestPath[Path.Length] is '/' or '?' or '#'));

    /// <summary>Where the client wants to go; null when it says nothing that can be read.</summary>
    public IPEndPoint? Wish(HttpExchange exchange) =>
        (Attributes is null ? exchange.RequestHeader(Name) : RequestCookies.Find(exchange.RequestHeaders, Name)) is { Length: > 0 and <= LongestValue } value ? Read(value.Trim('"')) : null;

    public static string Write(IPEndPoint endpoint) => Convert.ToBase64String(Encoding.ASCII.GetBytes(endpoint.ToString()));

    /// <summary>The address in base64, plain or as field 1 of Envoy's own message for it.</summary>
    private static IPEndPoint? Read(string value)
    {
        Span<byte> bytes = stackalloc byte[LongestValue];
        if (!Convert.TryFromBase64String(value, bytes, out var length))
        {
            return null;
        }

        ReadOnlySpan<byte> text = bytes[..length];
        if (text is [AddressField, var size, ..] && size <= text.Length - 2)
        {
            text = text.Slice(2, size);
        }

        return Ascii.IsValid(text) && IPEndPoint.TryParse(Encoding.ASCII.GetString(text), out var endpoint) && endpoint.Port > 0 ? endpoint : null;
    }

    private static SessionModel OfCookie(Envoy.Type.Http.V3.Cookie cookie, bool isStrict)
    {
        var life = cookie.Ttl is { Seconds: > 0 } ttl ? $"; Max-Age={ttl.Seconds}" : "";
        return new SessionModel(cookie.Name, cookie.Path, $"{life}{(cookie.Path.Length > 0 ? $"; Path={cookie.Path}" : "")}; HttpOnly", isStrict);
    }
}

/// <summary>What a route or virtual host says of sessions; without a model they are off.</summary>
internal sealed record SessionRouteSettings(SessionModel? Model)
{
    public static SessionRouteSettings Compile(Any config)
    {
        if (!config.Is(StatefulSessionPerRoute.Descriptor))
        {
            throw new ResourceRejectedException($"settings of sessions ({config.TypeUrl}) are not supported");
        }

        var settings = StatefulSessionPerRoute.Parser.ParseFrom(config.Value);
        return new SessionRouteSettings(settings.StatefulSession is { } stated ? SessionModel.Compile(stated) : null);
    }
}
