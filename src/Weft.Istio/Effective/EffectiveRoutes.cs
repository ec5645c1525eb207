using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>Whose traffic is routed: a sidecar's (gateway <c>mesh</c>) or a gateway's.</summary>
public sealed record RouteContext(string Namespace, ImmutableDictionary<string, string> Labels, ImmutableArray<string> Gateways)
{
    public const string MeshGateway = "mesh";

    public static RouteContext OfSidecar(string @namespace, ImmutableDictionary<string, string> labels) => new(@namespace, labels, [MeshGateway]);

    /// <param name="gateway">As namespace/name.</param>
    public static RouteContext OfGateway(string @namespace, ImmutableDictionary<string, string> labels, string gateway) => new(@namespace, labels, [gateway]);
}

/// <summary>One HTTP rule that may apply at run time: the rule and one of its match entries; null when it matches everything.</summary>
public sealed record EffectiveHttpRoute(HttpRoute Route, HttpMatch? Match);

/// <summary>Which VirtualService routes a host for a client, and which of its rules are left once everything known beforehand is decided.</summary>
public static class EffectiveRoutes
{
    /// <summary>The HTTP rules in order of evaluation; what follows a rule that matches everything is never reached and left out.</summary>
    public static IEnumerable<EffectiveHttpRoute> Http(MeshSnapshot snapshot, VirtualService virtualService, RouteContext context, int port)
    {
        foreach (var route in virtualService.Spec.Http.SelectMany(route => Delegated(snapshot, virtualService, route)))
        {
            if (route.Match.Length == 0)
            {
                yield return new EffectiveHttpRoute(route, null);
                yield break;
            }

            foreach (var match in route.Match.Where(match => Applies(match, context, port, virtualService)))
            {
                yield return new EffectiveHttpRoute(route, match);
                if (MatchesEverything(match))
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>
    /// The TCP rules for a service port with the addresses that they are for, up to the first that decides for every address; empty when none is for this client.
    /// </summary>
    public static IEnumerable<(TcpRoute Route, ImmutableArray<string> DestinationSubnets)> Tcp(VirtualService virtualService, RouteContext context, int port)
    {
        foreach (var route in virtualService.Spec.Tcp)
        {
            if (route.Match.Length == 0)
            {
                yield return (route, []);
                yield break;
            }

            var matches = route.Match.Where(match => Applies(match, context, port, virtualService)).ToList();
            if (matches.Exists(match => match.DestinationSubnets.Length == 0))
            {
                yield return (route, []);
                yield break;
            }

            if (matches.Count > 0)
            {
                yield return (route, [.. matches.SelectMany(match => match.DestinationSubnets)]);
            }
        }
    }

    /// <summary>The TLS rules for a service port with the server names they are for.</summary>
    public static IEnumerable<(TlsRoute Route, TlsMatch Match)> Tls(VirtualService virtualService, RouteContext context, int port) =>
        from route in virtualService.Spec.Tls
        from match in route.Match
        where (match.Port == 0 || match.Port == port)
            && Names(match.Gateways, context, virtualService)
            && LabelMatch.IsSubset(match.SourceLabels, context.Labels)
            && (string.IsNullOrEmpty(match.SourceNamespace) || match.SourceNamespace == context.Namespace)
        select (route, match);

    /// <summary>The TCP rule for a server of a gateway: there only port and gateway of a match count.</summary>
    public static TcpRoute? TcpAtGateway(VirtualService virtualService, RouteContext context, int port) => virtualService.Spec.Tcp.FirstOrDefault(route =>
        route.Match.Length == 0 || route.Match.Any(match => (match.Port == 0 || match.Port == port) && Names(match.Gateways, context, virtualService)));

    /// <summary>The TLS rules for a server of a gateway: there only port and gateway of a match count.</summary>
    public static IEnumerable<(TlsRoute Route, TlsMatch Match)> TlsAtGateway(VirtualService virtualService, RouteContext context, int port) =>
        from route in virtualService.Spec.Tls
        from match in route.Match
        where (match.Port == 0 || match.Port == port) && Names(match.Gateways, context, virtualService)
        select (route, match);

    /// <summary>The gateways a VirtualService is bound to, as namespace/name; <c>mesh</c> when it names none.</summary>
    public static ImmutableArray<string> GatewaysOf(VirtualService virtualService) =>
        virtualService.Spec.Gateways.Length == 0
            ? [RouteContext.MeshGateway]
            : [.. virtualService.Spec.Gateways.Select(name => GatewayName(name, virtualService.Metadata.Namespace ?? ""))];

    public static bool IsVisible(MeshSnapshot snapshot, VirtualService virtualService, string @namespace) =>
        ExportTo.Reaches(virtualService.Spec.ExportTo, snapshot.Mesh.DefaultVirtualServiceExportTo, virtualService.Metadata.Namespace, @namespace);

    private static string GatewayName(string name, string @namespace) => name switch
    {
        RouteContext.MeshGateway => name,
        _ when name.StartsWith("./", StringComparison.Ordinal) => $"{@namespace}/{name[2..]}",
        _ when name.Contains('/') => name,
        _ when name.Split('.') is [var bare, var ofNamespace, "svc", ..] => $"{ofNamespace}/{bare}",
        _ => $"{@namespace}/{name}",
    };

    /// <summary>Where gateways are named, labels and namespace of the source do not count.</summary>
    private static bool Applies(HttpMatch match, RouteContext context, int port, VirtualService virtualService)
    {
        if (match.Port != 0 && match.Port != port)
        {
            return false;
        }

        return match.Gateways.Length > 0
            ? Names(match.Gateways, context, virtualService)
            : LabelMatch.IsSubset(match.SourceLabels, context.Labels) && (string.IsNullOrEmpty(match.SourceNamespace) || match.SourceNamespace == context.Namespace);
    }

    private static bool Applies(L4Match match, RouteContext context, int port, VirtualService virtualService) =>
        (match.Port == 0 || match.Port == port)
        && Names(match.Gateways, context, virtualService)
        && LabelMatch.IsSubset(match.SourceLabels, context.Labels)
        && (string.IsNullOrEmpty(match.SourceNamespace) || match.SourceNamespace == context.Namespace);

    /// <summary>An empty list names every gateway.</summary>
    private static bool Names(ImmutableArray<string> gateways, RouteContext context, VirtualService virtualService) =>
        gateways.Length == 0 || gateways.Any(name => context.Gateways.Contains(GatewayName(name, virtualService.Metadata.Namespace ?? "")));

    private static bool MatchesEverything(HttpMatch match) =>
        (match.Uri is null || match.Uri.IsEmpty || match.Uri.Prefix == "/" || match.Uri.Regex is ".*" or "*")
        && match.Headers.Count + match.WithoutHeaders.Count + match.QueryParams.Count == 0
        && match.Method is null && match.Authority is null && match.Scheme is null;

    /// <summary>A rule that delegates becomes the rules of the named VirtualService within its own matches; nothing when there is none.</summary>
    private static IEnumerable<HttpRoute> Delegated(MeshSnapshot snapshot, VirtualService root, HttpRoute route)
    {
        if (route.Delegate is not { } target)
        {
            return [route];
        }

        var @namespace = string.IsNullOrEmpty(target.Namespace) ? root.Metadata.Namespace : target.Namespace;
        var found = snapshot.VirtualServices.FirstOrDefault(candidate =>
            candidate.Metadata.Name == target.Name && candidate.Metadata.Namespace == @namespace && candidate.Spec.Hosts.Length == 0);
        return found is null || !IsVisible(snapshot, found, root.Metadata.Namespace ?? "")
            ? []
            : found.Spec.Http.Select(own => DelegateMerge.Merge(route, own)).OfType<HttpRoute>();
    }
}
