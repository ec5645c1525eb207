using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective.Translation;

/// <summary>What the Gateway API's objects stand for, and what became of each.</summary>
internal sealed record TranslatedGatewayApi(ImmutableArray<Gateway> Gateways, ImmutableArray<VirtualService> VirtualServices, GatewayApiOutcome Outcome);

/// <summary>
/// The Gateway API as Istio's own kinds, as istiod reads it: each listener is a Gateway, and the routes of a host at a listener, or of a Service in the
/// mesh, are one VirtualService. Routes of a Service's own namespace hold for all its callers, those of another namespace for callers there.
/// </summary>
internal static class GatewayApiTranslation
{
    public static TranslatedGatewayApi Of(MeshObjects objects)
    {
        var grants = new ReferenceGrants(objects.K8sReferenceGrants);
        var gateways = objects.K8sGateways.Where(gateway => GatewayClasses.IsOurs(gateway, objects)).Select(gateway => new Deployed(gateway, objects, grants)).ToList();
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
        return new TranslatedGatewayApi(
            [.. gateways.SelectMany(gateway => gateway.Served)],
            [.. RequestRouteTranslation.Of(requests), .. connections.SelectMany(item => item.VirtualServices)],
            new GatewayApiOutcome([.. gateways.Select(gateway => gateway.Outcome(attached))], outcomes));
    }

    /// <summary>The listeners that took one route, each once.</summary>
    private static IEnumerable<ListenerAttachment> Taken(ImmutableArray<ParentBinding> parents) => parents.SelectMany(parent => parent.Listeners).Distinct();

    /// <summary>A Gateway of Istio's with its listeners.</summary>
    private sealed class Deployed
    {
        private readonly K8sGateway _gateway;
        private readonly List<string> _services;
        private readonly K8sProblem? _refused;

        public Deployed(K8sGateway gateway, MeshObjects objects, ReferenceGrants grants)
        {
            _gateway = gateway;
            (_services, _refused) = GatewayClasses.ServicesOf(gateway);
            Listeners = [.. gateway.Spec.Listeners.Select(listener => new ListenerAttachment(gateway, listener, objects, grants))];
        }

        public ImmutableArray<ListenerAttachment> Listeners { get; }

        public IEnumerable<Gateway> Served => Listeners.Where(listener => listener.IsServed).Select(listener => listener.ToGateway(_services));

        public K8sGatewayOutcome Outcome(ILookup<ListenerAttachment, ListenerAttachment> attached) => new(
            _gateway, GatewayClasses.IsDeployed(_gateway), [.. _services], _refused, [.. Listeners.Select(listener => new K8sListenerOutcome(
                listener.Listener, listener.Kinds, listener.AsksForUnknownKinds, listener.Refused, listener.Conflict, listener.Unresolved, listener.Credentials, attached[listener].Count()))]);
    }
}
