using Weft.Proxy.Forwarding;
using RouteActionConfig = Envoy.Config.Route.V3.RouteAction;
using Specifier = Envoy.Config.Route.V3.RouteAction.HostRewriteSpecifierOneofCase;

namespace Weft.Proxy.Routing;

/// <summary>The authority that a request goes upstream with (host_rewrite_specifier of a route).</summary>
/// <param name="Host">Null leaves it for this request.</param>
/// <param name="TakesEndpointName">auto_host_rewrite: the endpoint's hostname, once that is chosen.</param>
/// <param name="TellsOriginal">append_x_forwarded_host.</param>
internal sealed record HostRewrite(Func<HttpExchange, string?> Host, bool TakesEndpointName, bool TellsOriginal)
{
    /// <returns>Null when the authority stays.</returns>
    public static HostRewrite? Compile(RouteActionConfig config)
    {
        var tells = config.AppendXForwardedHost;
        switch (config.HostRewriteSpecifierCase)
        {
            case Specifier.HostRewriteLiteral:
                var literal = config.HostRewriteLiteral;
                return new HostRewrite(_ => literal, false, tells);
            case Specifier.HostRewriteHeader:
                var header = config.HostRewriteHeader.ToLowerInvariant();
                return new HostRewrite(exchange => exchange.RequestHeader(header) is { Length: > 0 } value ? value : null, false, tells);
            case Specifier.HostRewritePathRegex:
                var regex = RegexRewrite.Compile(config.HostRewritePathRegex);
                return new HostRewrite(exchange => regex.Apply(exchange.PathWithoutQuery), false, tells);
            case Specifier.AutoHostRewrite when config.AutoHostRewrite == true:
                return new HostRewrite(_ => null, true, tells);
            default:
                return null;
        }
    }
}
