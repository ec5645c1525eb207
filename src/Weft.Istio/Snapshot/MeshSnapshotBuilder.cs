using System.Collections.Immutable;
using Weft.Istio.Effective.Translation;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>
/// Builds the snapshot of a mesh from its objects. Pure: the same objects give the same snapshot. What is as in the snapshot before is taken over from it, so
/// that what was worked out for it need not be worked out again.
/// </summary>
public static class MeshSnapshotBuilder
{
    public static MeshSnapshot Build(MeshObjects objects, MeshSnapshot? before = null) =>
        before is null ? Whole(objects, null) : EndpointChange.Apply(before, objects) ?? Whole(objects, before);

    private static MeshSnapshot Whole(MeshObjects objects, MeshSnapshot? before)
    {
        var ordered = Ordered(objects);
        var places = new WorkloadPlaces(ordered);
        var services = Registry([.. KubernetesServices.Of(ordered, places)], [.. ServiceEntries.Of(ordered, places)])
            .OrderBy(service => service.CreationTimestamp ?? DateTimeOffset.MinValue)
            .ThenBy(service => $"{service.Name}.{service.Namespace}", StringComparer.Ordinal);
        var gatewayApi = GatewayApiTranslation.Of(ordered);
        var (ingressGateways, ingressRoutes) = IngressTranslation.Of(ordered);
        var mayKeep = before is not null && ReferenceEquals(before.Mesh, objects.Mesh);
        var snapshot = new MeshSnapshot(ordered, places, mayKeep ? [.. services.Select(service => Kept(service, before!))] : [.. services]) // not null, else nothing may be kept
        {
            Source = objects,
            Gateways = OldestFirst([.. ordered.Gateways, .. gatewayApi.Gateways, .. ingressGateways]),
            VirtualServices = OldestFirst([.. ordered.VirtualServices, .. gatewayApi.VirtualServices, .. ingressRoutes]),
            DestinationRules = OldestFirst([.. gatewayApi.DestinationRules, .. ordered.DestinationRules]),
            GatewayApi = gatewayApi.Outcome,
        };
        return before is not null && SnapshotShape.AreEqual(before, snapshot) ? snapshot.WithShapeOf(before, Changed(before, snapshot)) : snapshot;
    }

    private static List<int> Changed(MeshSnapshot before, MeshSnapshot after) =>
        [.. Enumerable.Range(0, after.Services.Length).Where(position => !ReferenceEquals(before.Services[position], after.Services[position]))];

    private static MeshService Kept(MeshService service, MeshSnapshot before)
    {
        foreach (var known in before.ServicesOf(service.Host))
        {
            if (known.IsAs(service))
            {
                return known;
            }
        }

        return service;
    }

    /// <summary>A Kubernetes Service keeps its host; the endpoints of an entry of the same host and namespace join it, before its own, and requests find the host by the entry's addresses.</summary>
    private static IEnumerable<MeshService> Registry(List<MeshService> kubernetes, List<MeshService> entries)
    {
        var owned = kubernetes.ToDictionary(service => service.Host);
        foreach (var entry in entries.Where(entry => owned.TryGetValue(entry.Host, out var owner) && owner.Namespace == entry.Namespace))
        {
            var owner = owned[entry.Host];
            owned[entry.Host] = owner with { Endpoints = [.. entry.Endpoints, .. owner.Endpoints], HostAddresses = entry.Addresses, Source = null };
        }

        return owned.Values.Concat(entries.Where(entry => !owned.ContainsKey(entry.Host)));
    }

    private static MeshObjects Ordered(MeshObjects objects) => objects with
    {
        VirtualServices = OldestFirst(objects.VirtualServices),
        DestinationRules = OldestFirst(objects.DestinationRules),
        ServiceEntries = OldestFirst(objects.ServiceEntries),
        WorkloadEntries = OldestFirst(objects.WorkloadEntries),
        Gateways = OldestFirst(objects.Gateways),
        Sidecars = OldestFirst(objects.Sidecars),
        PeerAuthentications = OldestFirst(objects.PeerAuthentications),
        AuthorizationPolicies = OldestFirst(objects.AuthorizationPolicies),
        RequestAuthentications = OldestFirst(objects.RequestAuthentications),
        Telemetries = OldestFirst(objects.Telemetries),
        K8sGateways = OldestFirst(objects.K8sGateways),
        K8sHttpRoutes = OldestFirst(objects.K8sHttpRoutes),
        K8sGrpcRoutes = OldestFirst(objects.K8sGrpcRoutes),
        K8sTcpRoutes = OldestFirst(objects.K8sTcpRoutes),
        K8sTlsRoutes = OldestFirst(objects.K8sTlsRoutes),
        K8sUdpRoutes = OldestFirst(objects.K8sUdpRoutes),
        K8sListenerSets = OldestFirst(objects.K8sListenerSets),
        K8sBackendTlsPolicies = OldestFirst(objects.K8sBackendTlsPolicies),
    };

    private static ImmutableArray<T> OldestFirst<T>(ImmutableArray<T> objects)
        where T : IKubeObject =>
        [
            .. objects
                .OrderBy(item => item.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue)
                .ThenBy(item => item.Metadata.Name, StringComparer.Ordinal)
                .ThenBy(item => item.Metadata.Namespace, StringComparer.Ordinal),
        ];
}
