using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Console.IstioConfig;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Inventory;

/// <summary>
/// What the cluster defines, prepared once per change for the questions the console asks on every request.
/// Immutable; lookups never scan the cluster.
/// </summary>
public sealed record MeshInventory
{
    public static MeshInventory Empty { get; } = new() { Cluster = "Kubernetes", ControlPlaneNamespace = "istio-system" };

    /// <summary>The name of the home cluster, as in Istio's <c>*_cluster</c> metric labels.</summary>
    public required string Cluster { get; init; }

    public required string ControlPlaneNamespace { get; init; }

    public FrozenDictionary<string, NamespaceInventory> Namespaces { get; init; } = FrozenDictionary<string, NamespaceInventory>.Empty;

    /// <summary>Workloads that are waypoints: proxies through which ambient workloads are called.</summary>
    public FrozenSet<NamespacedName> Waypoints { get; init; } = [];

    public ImmutableArray<VirtualServiceFacts> VirtualServices { get; init; } = [];

    public ImmutableArray<DestinationRuleFacts> DestinationRules { get; init; } = [];

    public ImmutableArray<GatewayFacts> Gateways { get; init; } = [];

    public ImmutableArray<ServiceEntryFacts> ServiceEntries { get; init; } = [];

    /// <summary>Classes of the Gateway API that Istio serves gateways of, the oldest first; empty when the cluster has no Gateway API.</summary>
    public ImmutableArray<string> GatewayClasses { get; init; } = [];

    /// <summary>All configuration objects as they are.</summary>
    public ConfigInventory Configuration { get; init; } = ConfigInventory.Empty;

    /// <summary>Which routes and rules lead to a host.</summary>
    public ServiceReferences Routes { get; init; } = new(ConfigInventory.Empty);

    /// <summary>The mesh configuration of the control plane; Istio's defaults when there is none that can be read.</summary>
    public MeshConfig Config { get; init; } = MeshConfig.Default;

    /// <summary>ConfigMaps of the control plane's namespace, by name.</summary>
    public FrozenDictionary<string, ConfigMap> ControlPlaneConfig { get; init; } = FrozenDictionary<string, ConfigMap>.Empty;

    /// <summary>Whether a cluster, as telemetry names it, is the one that this inventory is of. What names none is taken for ours.</summary>
    public bool IsHome(string cluster) => cluster == Cluster || cluster is "" or "unknown";

    public NamespaceInventory? FindNamespace(string name) => Namespaces.GetValueOrDefault(name);

    public WorkloadFacts? FindWorkload(string @namespace, string name) => FindNamespace(@namespace)?.Workloads.GetValueOrDefault(name);

    public ServiceFacts? FindService(string @namespace, string name) => FindNamespace(@namespace)?.Services.GetValueOrDefault(name);

    public ImmutableArray<WorkloadFacts> FindWorkloadsOfApp(string @namespace, string app) =>
        FindNamespace(@namespace)?.WorkloadsByApp.TryGetValue(app, out var found) == true ? found : [];
}

/// <summary>One namespace with what it defines.</summary>
public sealed record NamespaceInventory
{
    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    public bool IsControlPlane { get; init; }

    public bool IsAmbient { get; init; }

    /// <summary>The control plane revision that manages the namespace; null when none does.</summary>
    public string? Revision { get; init; }

    public FrozenDictionary<string, WorkloadFacts> Workloads { get; init; } = FrozenDictionary<string, WorkloadFacts>.Empty;

    public FrozenDictionary<string, ImmutableArray<WorkloadFacts>> WorkloadsByApp { get; init; } = FrozenDictionary<string, ImmutableArray<WorkloadFacts>>.Empty;

    public FrozenDictionary<string, ServiceFacts> Services { get; init; } = FrozenDictionary<string, ServiceFacts>.Empty;

    public ImmutableArray<WorkloadEntryFacts> WorkloadEntries { get; init; } = [];

    /// <summary>Hosts of the namespace's ServiceEntries, by host.</summary>
    public FrozenDictionary<string, ExternalServiceFacts> ExternalServices { get; init; } = FrozenDictionary<string, ExternalServiceFacts>.Empty;

    /// <summary>Every pod, also those that have ended.</summary>
    public FrozenDictionary<string, Pod> Pods { get; init; } = FrozenDictionary<string, Pod>.Empty;
}

/// <summary>A controller of pods (Deployment, StatefulSet, ... or the pod itself) or a WorkloadGroup, with its state.</summary>
public sealed record WorkloadFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>The kind of the controller, or Pod, or WorkloadGroup.</summary>
    public required GroupVersionKind GroupVersionKind { get; init; }

    public string Kind => GroupVersionKind.Kind;

    public DateTimeOffset? Created { get; init; }

    public string ResourceVersion { get; init; } = "";

    /// <summary>Labels of the pods.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Annotations of the controller alone; <see cref="Annotations"/> are those of the controller over those of its pods.</summary>
    public ImmutableDictionary<string, string> OwnAnnotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> TemplateLabels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> TemplateAnnotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The pods that have not ended, by name.</summary>
    public ImmutableArray<Pod> Pods { get; init; } = [];

    /// <summary>The WorkloadEntries of a WorkloadGroup.</summary>
    public ImmutableArray<UntypedObject> Entries { get; init; } = [];

    public ImmutableArray<string> ServiceAccounts { get; init; } = [];

    /// <summary>The configuration whose selector matches the pods.</summary>
    public ImmutableArray<ConfigReference> References { get; init; } = [];

    /// <summary>The Services whose selector matches the pods.</summary>
    public ImmutableArray<ServiceFacts> Services { get; init; } = [];

    public int PodCount { get; init; }

    public int DesiredReplicas { get; init; }

    public int CurrentReplicas { get; init; }

    public int AvailableReplicas { get; init; }

    /// <summary>Every pod has a sidecar; true when there are no pods.</summary>
    public bool HasSidecar { get; init; }

    public bool IsGateway { get; init; }

    public bool IsWaypoint { get; init; }

    public bool IsAmbient { get; init; }

    /// <summary>The proxy of a node, which carries the traffic of its ambient pods.</summary>
    public bool IsZtunnel { get; init; }

    public AppIdentity Identity => AppIdentity.Of(Labels);
}

public sealed record ServiceFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Selector { get; init; } = ImmutableDictionary<string, string>.Empty;

    public required Service Definition { get; init; }

    /// <summary>Fully qualified.</summary>
    public string Host => Hostname.OfService(Name, Namespace);

    /// <summary>The routes and rules that lead to it.</summary>
    public ImmutableArray<ConfigReference> References { get; init; } = [];

    /// <summary>Addresses behind it, as EndpointSlices tell.</summary>
    public ImmutableArray<EndpointSlice> Endpoints { get; init; } = [];

    public bool Selects(WorkloadFacts workload) => !Selector.IsEmpty && LabelMatch.IsSubset(Selector, workload.Labels);
}

/// <summary>A host that ServiceEntries bring into the registry.</summary>
public sealed record ExternalServiceFacts
{
    public required string Namespace { get; init; }

    public required string Host { get; init; }

    /// <summary>The ServiceEntries that define it.</summary>
    public required ImmutableArray<UntypedObject> Entries { get; init; }

    /// <summary>The entries, and the routes and rules that lead to it.</summary>
    public ImmutableArray<ConfigReference> References { get; init; } = [];
}

public sealed record WorkloadEntryFacts(string Namespace, string Name, ImmutableDictionary<string, string> Labels);

public sealed record ServiceEntryFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>MESH_EXTERNAL or MESH_INTERNAL.</summary>
    public required string Location { get; init; }

    public ImmutableArray<string> ExportTo { get; init; } = [];
}

/// <summary>What a VirtualService (or a Gateway API route) does, as far as the graph shows it.</summary>
public sealed record VirtualServiceFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Fully qualified hosts of the services that its routes lead to.</summary>
    public ImmutableArray<string> Destinations { get; init; } = [];

    public bool HasRequestRouting { get; init; }

    public bool HasRequestTimeout { get; init; }

    public bool HasFaultInjection { get; init; }

    public bool HasTrafficShifting { get; init; }

    public bool HasTcpTrafficShifting { get; init; }

    public bool HasMirroring { get; init; }

    public bool IsK8sGatewayApi { get; init; }
}

/// <summary>Where a DestinationRule breaks circuits.</summary>
public sealed record DestinationRuleFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Fully qualified.</summary>
    public required string Host { get; init; }

    public bool HasCircuitBreaker { get; init; }

    /// <summary>Labels of the subsets that have a circuit breaker of their own.</summary>
    public ImmutableArray<ImmutableDictionary<string, string>> CircuitBreakingSubsets { get; init; } = [];
}

public sealed record GatewayFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public ImmutableArray<string> Hostnames { get; init; } = [];

    /// <summary>Labels of the pods that serve it; for a Gateway API gateway its own generated pods' label.</summary>
    public ImmutableDictionary<string, string> Selector { get; init; } = ImmutableDictionary<string, string>.Empty;

    public bool IsK8sGatewayApi { get; init; }
}
