using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective.Translation;

/// <summary>What the Gateway API's objects stand for, and what became of each.</summary>
internal sealed record TranslatedGatewayApi(
    ImmutableArray<Gateway> Gateways, ImmutableArray<VirtualService> VirtualServices, ImmutableArray<DestinationRule> DestinationRules, GatewayApiOutcome Outcome);

/// <summary>
/// The Gateway API as Istio's own kinds, as istiod reads it: each listener is a Gateway, and the routes of a host at a listener, or of a Service in the
/// mesh, are one VirtualService. Routes of a Service's own namespace hold for all its callers, those of another namespace for callers there.
/// </summary>
internal static class GatewayApiTranslation
{
    public static TranslatedGatewayApi Of(MeshObjects objects)
    {
        var grants = new ReferenceGrants(objects.K8sReferenceGrants);
        var gateways = objects.K8sGateways.Where(gateway => GatewayClasses.IsOurs(gateway, objects)).Select(gateway => new DeployedGateway(gateway, SetsOf(gateway, objects), objects, grants)).ToList();
        var listeners = gateways.SelectMany(gateway => gateway.Listeners).ToList();
        var rules = new RuleTranslation(objects, grants);
        var requests = objects.K8sHttpRoutes.Select(route => new TranslatedRoute(route, ParentBinding.Of(route, listeners, objects), inMesh => rules.Http(route, inMesh)))
            .Concat(objects.K8sGrpcRoutes.Select(route => new TranslatedRoute(route, ParentBinding.Of(route, listeners, objects), inMesh => rules.Grpc(route, inMesh))))
            .OrderBy(item => item.Route.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue)
            .ToList();
        var connections = objects.K8sTcpRoutes.Select(route => ConnectionRouteTranslation.Tcp(route, ParentBinding.Of(route, listeners, objects), rules))
            .Concat(objects.K8sTlsRoutes.Select(route => ConnectionRouteTranslation.Tls(route, ParentBinding.Of(route, listeners, objects), rules)))
            .ToList();
        var refused = objects.K8sUdpRoutes.Select(route => new K8sRouteOutcome(route, [.. ParentBinding.Of(route, listeners, objects).Select(parent => new K8sParentOutcome(parent.Reference, 0, parent.Denied, null))]));
        ImmutableArray<K8sRouteOutcome> outcomes = [.. requests.Select(item => item.Outcome).Concat(connections.Select(item => item.Outcome)).Concat(refused)];
        var attached = requests.Select(item => item.Parents).Concat(connections.Select(item => item.Parents)).SelectMany(Taken).ToLookup(listener => listener);
        var backends = BackendTlsTranslation.Of(objects, outcomes);
        return new TranslatedGatewayApi(
            [.. gateways.SelectMany(gateway => gateway.Served)],
            [.. RequestRouteTranslation.Of(requests), .. connections.SelectMany(item => item.VirtualServices)],
            backends.DestinationRules,
            new GatewayApiOutcome([.. gateways.Select(gateway => gateway.Outcome(attached))], outcomes, backends.Outcomes));
    }

    /// <summary>The ListenerSets that name a Gateway, in order of precedence: the oldest first, then by namespace and name.</summary>
    private static ImmutableArray<K8sListenerSet> SetsOf(K8sGateway gateway, MeshObjects objects) =>
    [
        .. objects.K8sListenerSets
            .Where(set => set.Spec.ParentRef is { Group: null or "" or "gateway.networking.k8s.io", Kind: null or "" or "Gateway" } parent
                && parent.Name == gateway.Metadata.Name
                && (string.IsNullOrEmpty(parent.Namespace) ? set.Metadata.Namespace : parent.Namespace) == gateway.Metadata.Namespace)
            .OrderBy(set => set.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue)
            .ThenBy(set => $"{set.Metadata.Namespace}/{set.Metadata.Name}", StringComparer.Ordinal),
    ];

    /// <summary>The listeners that took one route, each once.</summary>
    private static IEnumerable<ListenerAttachment> Taken(ImmutableArray<ParentBinding> parents) => parents.SelectMany(parent => parent.Listeners).Distinct();
}
