using Envoy.Config.Route.V3;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>What of a request decides its endpoint, when the destination's rule asks for consistent hashing.</summary>
internal static class HashPolicies
{
    public static IEnumerable<RouteAction.Types.HashPolicy> Of(ProxyView view, string host, string? subset, int port)
    {
        if (view.Service(host) is { } service && view.RuleFor(service) is { } rule
            && rule.PolicyOf(port, string.IsNullOrEmpty(subset) ? null : rule.Subset(subset)).LoadBalancer?.ConsistentHash is { } hash)
        {
            yield return Translate(hash);
        }
    }

    private static RouteAction.Types.HashPolicy Translate(ConsistentHashSettings hash) => hash switch
    {
        { HttpHeaderName: { } header } => new() { Header = new() { HeaderName = header } },
        { HttpCookie: { } cookie } => new() { Cookie = Cookie(cookie) },
        { HttpQueryParameterName: { } parameter } => new() { QueryParameter = new() { Name = parameter } },
        _ => new() { ConnectionProperties = new() { SourceIp = true } },
    };

    private static RouteAction.Types.HashPolicy.Types.Cookie Cookie(HashCookie source)
    {
        var cookie = new RouteAction.Types.HashPolicy.Types.Cookie { Name = source.Name, Path = source.Path ?? "" };
        if (source.Ttl is { } ttl)
        {
            cookie.Ttl = ttl.ToDuration();
        }

        cookie.Attributes.Add(source.Attributes.Select(attribute => new RouteAction.Types.HashPolicy.Types.CookieAttribute { Name = attribute.Name, Value = attribute.Value ?? "" }));
        return cookie;
    }
}
