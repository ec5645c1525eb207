using System.Collections.Immutable;
using System.Globalization;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective.Translation;

/// <summary>Routes of HTTP and gRPC as VirtualServices: one for each host at a listener, and one for each Service in each namespace of its routes.</summary>
internal static class RequestRouteTranslation
{
    /// <param name="routes">The oldest first.</param>
    public static IEnumerable<VirtualService> Of(IEnumerable<TranslatedRoute> routes) => routes
        .SelectMany(route => AtGateways(route).Concat(InMesh(route)))
        .Where(part => part.Rules.Length > 0)
        .GroupBy(part => part.Key)
        .Select(Merge);

    private static IEnumerable<Part> AtGateways(TranslatedRoute route) =>
        from parent in route.Parents
        from listener in parent.Listeners
        where listener.IsServed
        from host in listener.HostsOf(route.Route)
        select new Part(new Key($"{listener.GatewayName.Replace('/', '~')}~{host}", host, listener.GatewayName, ""), route, route.RulesFor(parent).Rules);

    private static IEnumerable<Part> InMesh(TranslatedRoute route)
    {
        var own = route.Route.Metadata.Namespace ?? "";
        foreach (var parent in route.Parents.Where(parent => parent is { IsInMesh: true, Denied: null }))
        {
            var port = parent.Reference.Port ?? 0;
            var prefix = port == 0 ? own : string.Create(CultureInfo.InvariantCulture, $"{own}~{port}");
            var consumer = IsOfOwnNamespace(parent, own) ? "" : own;
            ImmutableArray<HttpRoute> rules = [.. route.RulesFor(parent).Rules.Select(rule => rule with { Match = [.. rule.Match.Select(match => match with { Port = port })] })];
            foreach (var host in parent.MeshHosts!) // of the mesh, as filtered above
            {
                yield return new Part(new Key($"{prefix}~{host}", host, RouteContext.MeshGateway, consumer), route, rules);
            }
        }
    }

    /// <summary>A route of the Service's own namespace is for all callers, else for those of the route's.</summary>
    private static bool IsOfOwnNamespace(ParentBinding parent, string own) => string.IsNullOrEmpty(parent.Reference.Namespace) || parent.Reference.Namespace == own;

    private static VirtualService Merge(IGrouping<Key, Part> parts) => RouteObject.Of(
        parts.Key.Name,
        parts.First().Route.Route,
        new VirtualServiceSpec
        {
            Hosts = [parts.Key.Host],
            Gateways = [parts.Key.Gateway],
            Http = [.. MatchTranslation.Ordered(parts.DistinctBy(part => part.Route).SelectMany(part => part.Rules))],
            ExportTo = parts.Key.Consumer.Length == 0 ? [] : [parts.Key.Consumer],
        });

    /// <summary>What routes share that become one VirtualService.</summary>
    private sealed record Key(string Name, string Host, string Gateway, string Consumer);

    private sealed record Part(Key Key, TranslatedRoute Route, ImmutableArray<HttpRoute> Rules);
}
