using System.Collections.Immutable;

namespace Weft.Istio.Snapshot;

/// <summary>
/// Tells whether two snapshots differ in endpoints alone. Then everything generated from them is the same but endpoint assignments, and what belongs to a
/// workload whose own ports changed. Compares by identity where it can: a false no costs work, a false yes would be a defect.
/// </summary>
public static class SnapshotShape
{
    public static bool AreEqual(MeshSnapshot first, MeshSnapshot second) =>
        HaveSameConfiguration(first.Objects, second.Objects)
        && first.Services.Length == second.Services.Length
        && first.Services.Zip(second.Services).All(pair => HaveOneShape(pair.First, pair.Second));

    /// <summary>True when the objects differ in workloads alone: pods, nodes, slices and WorkloadEntries.</summary>
    internal static bool HaveSameConfiguration(MeshObjects one, MeshObjects other) =>
        ReferenceEquals(one.Mesh, other.Mesh)
        && Same(one.Services, other.Services)
        && Same(one.VirtualServices, other.VirtualServices)
        && Same(one.DestinationRules, other.DestinationRules)
        && Same(one.ServiceEntries, other.ServiceEntries)
        && Same(one.Gateways, other.Gateways)
        && Same(one.Sidecars, other.Sidecars)
        && Same(one.PeerAuthentications, other.PeerAuthentications)
        && Same(one.AuthorizationPolicies, other.AuthorizationPolicies)
        && Same(one.RequestAuthentications, other.RequestAuthentications)
        && Same(one.K8sGatewayClasses, other.K8sGatewayClasses)
        && Same(one.K8sGateways, other.K8sGateways)
        && Same(one.K8sHttpRoutes, other.K8sHttpRoutes)
        && Same(one.K8sGrpcRoutes, other.K8sGrpcRoutes)
        && Same(one.K8sTcpRoutes, other.K8sTcpRoutes)
        && Same(one.K8sTlsRoutes, other.K8sTlsRoutes)
        && Same(one.K8sUdpRoutes, other.K8sUdpRoutes)
        && ReferenceEquals(one.Certificates, other.Certificates)
        && Same(one.K8sReferenceGrants, other.K8sReferenceGrants)
        && Same(one.K8sListenerSets, other.K8sListenerSets)
        && Same(one.K8sBackendTlsPolicies, other.K8sBackendTlsPolicies)
        && ReferenceEquals(one.TrustedRoots, other.TrustedRoots)
        && Same(one.Ingresses, other.Ingresses)
        && Same(one.IngressClasses, other.IngressClasses)
        && Same(one.Namespaces, other.Namespaces)
        && ReferenceEquals(one.KeySets, other.KeySets)
        && Same(one.Telemetries, other.Telemetries);

    internal static bool Same<T>(ImmutableArray<T> one, ImmutableArray<T> other)
        where T : class => one == other || one.AsSpan().SequenceEqual(other.AsSpan(), ReferenceEqualityComparer.Instance);

    /// <summary>Where proxies do not ask for endpoints, these are part of clusters, listeners and names.</summary>
    internal static bool HaveOneShape(MeshService one, MeshService other) => ReferenceEquals(one, other) || (
        one.Host == other.Host
        && one.Namespace == other.Namespace
        && one.Resolution == other.Resolution
        && (one.Resolution == ServiceResolution.Endpoints
            ? one.Ports.All(port => Identities(one, port).SetEquals(Identities(other, port)))
            : one.Endpoints.SequenceEqual(other.Endpoints)));

    /// <summary>What a cluster says of its endpoints: who may answer, and whether they take mutual TLS.</summary>
    private static HashSet<(string Namespace, string ServiceAccount, bool AcceptsMutualTls)> Identities(MeshService service, MeshServicePort port) =>
        [.. service.EndpointsOf(port).Select(endpoint => (endpoint.Namespace, endpoint.ServiceAccount, endpoint.AcceptsMutualTls))];
}
