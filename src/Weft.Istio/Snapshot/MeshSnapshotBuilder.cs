using System.Collections.Frozen;
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
    public static MeshSnapshot Build(MeshObjects objects, MeshSnapshot? before = null)
    {
        var ordered = Ordered(objects);
        var places = new WorkloadPlaces(ordered);
        var services = Registry([.. KubernetesServices.Of(ordered, places)], [.. ServiceEntries.Of(ordered, places)])
            .OrderBy(service => service.CreationTimestamp ?? DateTimeOffset.MinValue)
            .ThenBy(service => $"{service.Name}.{service.Namespace}", StringComparer.Ordinal);
        var (gateways, virtualServices) = GatewayApiTranslation.Of(ordered);
        var (ingressGateways, ingressRoutes) = IngressTranslation.Of(ordered);
        var mayKeep = before is not null && ReferenceEquals(before.Mesh, objects.Mesh);
        var snapshot = new MeshSnapshot(ordered, mayKeep ? [.. services.Select(service => Kept(service, before!))] : [.. services]) // not null, else nothing may be kept
        {
            Gateways = OldestFirst([.. ordered.Gateways, .. gateways, .. ingressGateways]),
            VirtualServices = OldestFirst([.. ordered.VirtualServices, .. virtualServices, .. ingressRoutes]),
        };
        return before is not null && SnapshotShape.AreEqual(before, snapshot) ? snapshot.WithShapeOf(before) : snapshot;
    }

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

/// <summary>Pods by name and address, and the localities of nodes.</summary>
internal sealed class WorkloadPlaces
{
    private readonly FrozenDictionary<NamespacedName, Pod> _podsByName;
    private readonly FrozenDictionary<string, Pod> _podsByAddress;
    private readonly FrozenDictionary<string, Locality> _nodes;

    public WorkloadPlaces(MeshObjects objects)
    {
        _podsByName = objects.Pods.ToFrozenDictionary(pod => NamespacedName.Of(pod));
        _podsByAddress = objects.Pods
            .Where(pod => !string.IsNullOrEmpty(pod.Status.PodIP))
            .GroupBy(pod => pod.Status.PodIP!)
            .ToFrozenDictionary(group => group.Key, group => group.First());
        _nodes = objects.Nodes.ToFrozenDictionary(node => node.Metadata.Name, node => LocalityOfNode(node.Metadata.Labels));
    }

    public Pod? PodOf(Endpoint endpoint, string @namespace) =>
        endpoint.TargetRef is { Kind: "Pod", Name: { } name } target
            ? _podsByName.GetValueOrDefault(new NamespacedName(target.Namespace ?? @namespace, name))
            : endpoint.Addresses.Length > 0 ? _podsByAddress.GetValueOrDefault(endpoint.Addresses[0]) : null;

    /// <summary>The label of the pod wins over its node's labels.</summary>
    public Locality LocalityOf(ImmutableDictionary<string, string> podLabels, string? node)
    {
        var stated = podLabels.GetValueOrDefault("topology.istio.io/locality") ?? podLabels.GetValueOrDefault("istio-locality");
        return stated is { Length: > 0 } ? Locality.Parse(stated.Replace('.', '/')) : node is not null && _nodes.TryGetValue(node, out var place) ? place : Locality.None;
    }

    private static Locality LocalityOfNode(ImmutableDictionary<string, string> labels) => new(
        labels.GetValueOrDefault("topology.kubernetes.io/region") ?? labels.GetValueOrDefault("failure-domain.beta.kubernetes.io/region") ?? "",
        labels.GetValueOrDefault("topology.kubernetes.io/zone") ?? labels.GetValueOrDefault("failure-domain.beta.kubernetes.io/zone") ?? "",
        labels.GetValueOrDefault("topology.istio.io/subzone") ?? "");
}
