using System.Collections.Immutable;
using Weft.Console.IstioConfig;
using Weft.Istio.GatewayApi;
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

    public ImmutableArray<EndpointSlice> EndpointSlices { get; init; } = [];

    /// <summary>Of the control plane's namespace.</summary>
    public ImmutableArray<ConfigMap> ControlPlaneConfig { get; init; } = [];

    public ImmutableArray<K8sGatewayClass> GatewayClasses { get; init; } = [];

    /// <summary>Istio's kinds and the Gateway API's, as they are.</summary>
    public ConfigInventory Configuration { get; init; } = ConfigInventory.Empty;
}
