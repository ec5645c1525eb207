using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>Pods by name and address, and the localities of nodes. Immutable; the places after a few pods changed are made of those before.</summary>
internal sealed class WorkloadPlaces
{
    /// <summary>The name of the one cluster that is watched.</summary>
    private const string ClusterId = "Kubernetes";

    private readonly ImmutableDictionary<NamespacedName, Pod> _podsByName;
    private readonly ImmutableDictionary<string, Pod> _podsByAddress;
    private readonly ImmutableDictionary<string, Pod> _livePodsByAddress;
    private readonly FrozenDictionary<string, Locality> _nodes;
    private readonly MeshNetworks _networks;
    private readonly string? _network;

    public WorkloadPlaces(MeshObjects objects)
    {
        var (byName, byAddress, live) = (
            ImmutableDictionary.CreateBuilder<NamespacedName, Pod>(), ImmutableDictionary.CreateBuilder<string, Pod>(), ImmutableDictionary.CreateBuilder<string, Pod>());
        foreach (var pod in objects.Pods)
        {
            byName.Add(NamespacedName.Of(pod), pod);
            AddAddress(pod, byAddress, live);
        }

        (_podsByName, _podsByAddress, _livePodsByAddress) = (byName.ToImmutable(), byAddress.ToImmutable(), live.ToImmutable());
        _nodes = objects.Nodes.ToFrozenDictionary(node => node.Metadata.Name, node => LocalityOfNode(node.Metadata.Labels));
        _networks = objects.Mesh.Networks;
        _network = objects.Namespaces.FirstOrDefault(item => item.Metadata.Name == objects.Mesh.RootNamespace)?.Metadata.Labels.GetValueOrDefault(MeshNetworks.NetworkLabel);
    }

    private WorkloadPlaces(WorkloadPlaces before, ImmutableArray<Pod> pods, PodChanges changes)
    {
        var (byName, byAddress, live) = (before._podsByName.ToBuilder(), before._podsByAddress.ToBuilder(), before._livePodsByAddress.ToBuilder());
        byName.RemoveRange(changes.Removed.Select(NamespacedName.Of));
        foreach (var pod in changes.Added)
        {
            byName.Add(NamespacedName.Of(pod), pod);
        }

        byAddress.RemoveRange(changes.Addresses);
        live.RemoveRange(changes.Addresses);
        foreach (var pod in pods.Where(pod => changes.Addresses.Contains(pod.Status.PodIP ?? "")))
        {
            AddAddress(pod, byAddress, live);
        }

        (_podsByName, _podsByAddress, _livePodsByAddress) = (byName.ToImmutable(), byAddress.ToImmutable(), live.ToImmutable());
        (_nodes, _networks, _network) = (before._nodes, before._networks, before._network);
    }

    /// <summary>The places with these pods instead, on the same nodes.</summary>
    public WorkloadPlaces After(ImmutableArray<Pod> pods, PodChanges changes) => changes.IsNone ? this : new WorkloadPlaces(this, pods, changes);

    public Pod? PodOf(Endpoint endpoint, string @namespace) =>
        TargetOf(endpoint, @namespace) is { } target
            ? _podsByName.GetValueOrDefault(target)
            : endpoint.Addresses.Length > 0 ? _podsByAddress.GetValueOrDefault(endpoint.Addresses[0]) : null;

    /// <summary>The pod that has an address for itself and has not ended.</summary>
    public Pod? LivePodAt(string address) => _livePodsByAddress.GetValueOrDefault(address);

    /// <summary>The label of the pod wins over its node's labels.</summary>
    public Locality LocalityOf(ImmutableDictionary<string, string> podLabels, string? node)
    {
        var stated = podLabels.GetValueOrDefault("topology.istio.io/locality") ?? podLabels.GetValueOrDefault("istio-locality");
        return stated is { Length: > 0 } ? Locality.Parse(stated.Replace('.', '/')) : node is not null && _nodes.TryGetValue(node, out var place) ? place : Locality.None;
    }

    /// <summary>As the workload's label says, else the root namespace's; else as the mesh's networks hold its address or its cluster. Empty for none.</summary>
    public string NetworkOf(ImmutableDictionary<string, string> labels, string address) =>
        labels.GetValueOrDefault(MeshNetworks.NetworkLabel) is { Length: > 0 } own ? own
        : _network is { Length: > 0 } ? _network
        : _networks.NetworkOf(address, ClusterId) ?? "";

    /// <summary>The pod that an endpoint names; null when only its address tells.</summary>
    public static NamespacedName? TargetOf(Endpoint endpoint, string @namespace) =>
        endpoint.TargetRef is { Kind: "Pod", Name: { } name } target ? new NamespacedName(target.Namespace ?? @namespace, name) : null;

    /// <summary>Of several pods with one address the first counts.</summary>
    private static void AddAddress(Pod pod, ImmutableDictionary<string, Pod>.Builder byAddress, ImmutableDictionary<string, Pod>.Builder live)
    {
        if (pod.Status.PodIP is not { Length: > 0 } address)
        {
            return;
        }

        byAddress.TryAdd(address, pod);
        if (!pod.Spec.HostNetwork && pod.Status.Phase is not ("Succeeded" or "Failed"))
        {
            live.TryAdd(address, pod);
        }
    }

    private static Locality LocalityOfNode(ImmutableDictionary<string, string> labels) => new(
        labels.GetValueOrDefault("topology.kubernetes.io/region") ?? labels.GetValueOrDefault("failure-domain.beta.kubernetes.io/region") ?? "",
        labels.GetValueOrDefault("topology.kubernetes.io/zone") ?? labels.GetValueOrDefault("failure-domain.beta.kubernetes.io/zone") ?? "",
        labels.GetValueOrDefault("topology.istio.io/subzone") ?? "");
}

/// <summary>The pods that differ between two lists, and by what endpoints find them.</summary>
internal sealed class PodChanges
{
    public PodChanges(ListChanges<Pod> changes)
    {
        (Removed, Added) = (changes.Removed, changes.Added);
        Names = Removed.Concat(Added).Select(NamespacedName.Of).ToHashSet();
        Addresses = Removed.Concat(Added).Select(pod => pod.Status.PodIP).OfType<string>().Where(address => address.Length > 0).ToHashSet();
    }

    public ImmutableArray<Pod> Removed { get; }

    public ImmutableArray<Pod> Added { get; }

    public HashSet<NamespacedName> Names { get; }

    public HashSet<string> Addresses { get; }

    public bool IsNone => Names.Count == 0;
}
