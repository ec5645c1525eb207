using Envoy.Config.Route.V3;
using Weft.Istio.Effective;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>What of a request decides its endpoint, when the destination's rule asks for consistent hashing.</summary>
internal static class HashPolicies
{
    /// <summary>For a service that no VirtualService routes: by the setting for the port, else by that for all.</summary>
    public static ConsistentHashSettings? ForPort(ProxyView view, MeshService service, int port) => view.RuleFor(service) is { } rule ? rule.HashAt(port) ?? rule.Hash : null;

    /// <summary>For a destination of a VirtualService: by its subset, else by the rule as a whole; settings for a port count where the destination states it.</summary>
    public static ConsistentHashSettings? ForDestination(ProxyView view, string host, Destination destination)
    {
        if (view.Service(host) is not { } service || view.RuleFor(service) is not { } rule)
        {
            return null;
        }

        var subset = string.IsNullOrEmpty(destination.Subset) ? null : rule.Subset(destination.Subset);
        var port = destination.Port?.Number ?? 0;
        return EffectiveDestinationRule.HashAt(subset?.TrafficPolicy, port) ?? subset?.TrafficPolicy?.LoadBalancer?.ConsistentHash ?? rule.HashAt(port) ?? rule.Hash;
    }

    /// <summary>Nothing where the settings do not say what to hash.</summary>
    public static IEnumerable<RouteAction.Types.HashPolicy> Of(ConsistentHashSettings? hash) => hash switch
    {
        { HttpHeaderName: { } header } => [new() { Header = new() { HeaderName = header } }],
        { HttpCookie: { } cookie } => [new() { Cookie = Cookie(cookie) }],
        { HttpQueryParameterName: { } parameter } => [new() { QueryParameter = new() { Name = parameter } }],
        { UseSourceIp: { } uses } => [new() { ConnectionProperties = new() { SourceIp = uses } }],
        _ => [],
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
