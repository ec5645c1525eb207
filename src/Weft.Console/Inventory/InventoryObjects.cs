using System.Collections.Immutable;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Inventory;

/// <summary>The objects that an inventory is made of, as watched. A list that nobody watches is empty.</summary>
public sealed record InventoryObjects
{
    public ImmutableArray<Namespace> Namespaces { get; init; } = [];

    public ImmutableArray<Pod> Pods { get; init; } = [];

    public ImmutableArray<Service> Services { get; init; } = [];

    public ImmutableArray<Deployment> Deployments { get; init; } = [];

    public ImmutableArray<StatefulSet> StatefulSets { get; init; } = [];

    public ImmutableArray<DaemonSet> DaemonSets { get; init; } = [];

    public ImmutableArray<VirtualService> VirtualServices { get; init; } = [];

    public ImmutableArray<DestinationRule> DestinationRules { get; init; } = [];

    public ImmutableArray<ServiceEntry> ServiceEntries { get; init; } = [];

    public ImmutableArray<WorkloadEntry> WorkloadEntries { get; init; } = [];

    public ImmutableArray<UntypedObject> WorkloadGroups { get; init; } = [];

    public ImmutableArray<Gateway> Gateways { get; init; } = [];

    /// <summary>Gateways of the Gateway API.</summary>
    public ImmutableArray<UntypedObject> K8sGateways { get; init; } = [];
}
