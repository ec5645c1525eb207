using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Effective;

/// <summary>Why something of the Gateway API does not hold, as a condition of a status tells it.</summary>
/// <param name="Reason">One of the Gateway API's reasons.</param>
public sealed record K8sProblem(string Reason, string Message);

/// <summary>What became of the objects of the Gateway API that are Istio's: what the statuses of these objects tell.</summary>
/// <param name="Gateways">Those whose class is Istio's.</param>
/// <param name="Routes">Every route; without parents when none is Istio's.</param>
/// <param name="BackendTls">Every BackendTLSPolicy.</param>
public sealed record GatewayApiOutcome(ImmutableArray<K8sGatewayOutcome> Gateways, ImmutableArray<K8sRouteOutcome> Routes, ImmutableArray<K8sBackendTlsOutcome> BackendTls)
{
    public static GatewayApiOutcome None { get; } = new([], [], []);

    /// <summary>A Gateway of the namespace presents the credential, which is its own or was granted to it.</summary>
    public bool MayPresent(string @namespace, string credential) => Gateways.Any(gateway =>
        gateway.Gateway.Metadata.Namespace == @namespace && gateway.AllListeners.Any(listener => listener.Credentials.Contains(credential)));
}

/// <param name="IsDeployed">The control plane deploys it: it names no Service that it is served by.</param>
/// <param name="Services">The hosts of the Services that lead to it.</param>
/// <param name="Refused">Why it does not hold as it is: an address or parameters that are not supported.</param>
/// <param name="Sets">The ListenerSets that name it, those that may not join too.</param>
public sealed record K8sGatewayOutcome(
    K8sGateway Gateway, bool IsDeployed, ImmutableArray<string> Services, K8sProblem? Refused, ImmutableArray<K8sListenerOutcome> Listeners, ImmutableArray<K8sListenerSetOutcome> Sets)
{
    /// <summary>Its own and those of its ListenerSets.</summary>
    public IEnumerable<K8sListenerOutcome> AllListeners => Listeners.Concat(Sets.SelectMany(set => set.Listeners));
}

/// <param name="Refused">Why it adds nothing to the Gateway.</param>
public sealed record K8sListenerSetOutcome(K8sListenerSet Set, K8sProblem? Refused, ImmutableArray<K8sListenerOutcome> Listeners);

/// <param name="Unresolved">What is wrong with the roots that it names.</param>
public sealed record K8sBackendTlsOutcome(K8sBackendTlsPolicy Policy, ImmutableArray<K8sPolicyTargetOutcome> Targets, K8sProblem? Unresolved);

/// <param name="Refused">Why the policy does not hold for the target.</param>
/// <param name="Gateways">The Gateways, by the references of routes to them, whose routes lead to the target.</param>
public sealed record K8sPolicyTargetOutcome(K8sPolicyTarget Target, K8sProblem? Refused, ImmutableArray<NamespacedName> Gateways);

/// <param name="Kinds">The kinds of routes that it takes.</param>
/// <param name="AsksForUnknownKinds">It allows a kind that it cannot take.</param>
/// <param name="Refused">Why it is not served at all: its protocol.</param>
/// <param name="Conflict">Which earlier listener stands against it.</param>
/// <param name="Unresolved">What is wrong with its certificates.</param>
/// <param name="Credentials">The secrets of discovery that its proxies may have: certificates of its own namespace and those that it was granted.</param>
public sealed record K8sListenerOutcome(
    K8sListener Listener, ImmutableArray<string> Kinds, bool AsksForUnknownKinds, K8sProblem? Refused, K8sProblem? Conflict, K8sProblem? Unresolved, ImmutableArray<string> Credentials, int AttachedRoutes);

/// <param name="Parents">In the order of the route's references; those of other controllers are left out.</param>
public sealed record K8sRouteOutcome(IK8sRoute Route, ImmutableArray<K8sParentOutcome> Parents);

/// <param name="Bound">How many listeners took the route; one for a Service.</param>
/// <param name="Denied">Why none did.</param>
/// <param name="Unresolved">What is wrong with the route's backends or filters.</param>
public sealed record K8sParentOutcome(K8sParentReference Reference, int Bound, K8sProblem? Denied, K8sProblem? Unresolved);
