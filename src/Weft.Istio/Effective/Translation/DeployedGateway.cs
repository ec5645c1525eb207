using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective.Translation;

/// <summary>A Gateway of Istio's with its listeners and those of the ListenerSets that may join it.</summary>
internal sealed class DeployedGateway
{
    private readonly K8sGateway _gateway;
    private readonly List<string> _services;
    private readonly K8sProblem? _refused;
    private readonly ImmutableArray<ListenerAttachment> _own;
    private readonly ImmutableArray<JoinedSet> _sets;

    /// <param name="sets">Those that name the Gateway, in order of precedence.</param>
    public DeployedGateway(K8sGateway gateway, ImmutableArray<K8sListenerSet> sets, MeshObjects objects, ReferenceGrants grants)
    {
        _gateway = gateway;
        (_services, _refused) = GatewayClasses.ServicesOf(gateway);
        var refusals = sets.ToDictionary(set => set, set => RefusalOf(gateway, set, objects), (IEqualityComparer<K8sListenerSet>)ReferenceEqualityComparer.Instance);
        ImmutableArray<K8sListener> together = [.. gateway.Spec.Listeners, .. sets.Where(set => refusals[set] is null).SelectMany(set => set.Spec.Listeners)];
        _own = Attachments(new ListenerHolder("Gateway", gateway.Metadata, together), gateway.Spec.Listeners);
        _sets = [.. sets.Select(set => new JoinedSet(set, refusals[set], refusals[set] is null ? Attachments(new ListenerHolder("ListenerSet", set.Metadata, together), set.Spec.Listeners) : []))];

        ImmutableArray<ListenerAttachment> Attachments(ListenerHolder holder, ImmutableArray<K8sListener> listeners) =>
            [.. listeners.Select(listener => new ListenerAttachment(holder, listener, objects, grants))];
    }

    public IEnumerable<ListenerAttachment> Listeners => _own.Concat(_sets.SelectMany(set => set.Listeners));

    public IEnumerable<Gateway> Served => Listeners.Where(listener => listener.IsServed).Select(listener => listener.ToGateway(_services));

    /// <param name="attached">The routes of each listener.</param>
    public K8sGatewayOutcome Outcome(ILookup<ListenerAttachment, ListenerAttachment> attached) => new(
        _gateway,
        GatewayClasses.IsDeployed(_gateway),
        [.. _services],
        _refused,
        Outcomes(_own, attached),
        [.. _sets.Select(set => new K8sListenerSetOutcome(set.Set, set.Refused ?? NoneServed(set.Listeners), Outcomes(set.Listeners, attached)))]);

    private static ImmutableArray<K8sListenerOutcome> Outcomes(ImmutableArray<ListenerAttachment> listeners, ILookup<ListenerAttachment, ListenerAttachment> attached) =>
    [
        .. listeners.Select(listener => new K8sListenerOutcome(
            listener.Listener, listener.Kinds, listener.AsksForUnknownKinds, listener.Refused, listener.Conflict, listener.Unresolved, listener.Credentials, attached[listener].Count())),
    ];

    private static K8sProblem? RefusalOf(K8sGateway gateway, K8sListenerSet set, MeshObjects objects)
    {
        var own = gateway.Metadata.Namespace ?? "";
        return AllowedNamespaces.Accept(gateway.Spec.AllowedListeners?.Namespaces, otherwise: "None", own, set.Metadata.Namespace ?? "", objects)
            ? null
            : new K8sProblem("NotAllowed", $"Gateway {own}/{gateway.Metadata.Name} does not allow ListenerSets of namespace {set.Metadata.Namespace}");
    }

    private static K8sProblem? NoneServed(ImmutableArray<ListenerAttachment> listeners) =>
        listeners.Any(listener => listener.IsServed) ? null : new K8sProblem("ListenersNotValid", "no listener of the set can be served");

    private sealed record JoinedSet(K8sListenerSet Set, K8sProblem? Refused, ImmutableArray<ListenerAttachment> Listeners);
}
