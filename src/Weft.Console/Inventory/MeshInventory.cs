using System.Collections.Frozen;
using System.Collections.Immutable;

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

    public ImmutableArray<VirtualServiceFacts> VirtualServices { get; init; } = [];

    public ImmutableArray<DestinationRuleFacts> DestinationRules { get; init; } = [];

    public ImmutableArray<GatewayFacts> Gateways { get; init; } = [];

    public ImmutableArray<ServiceEntryFacts> ServiceEntries { get; init; } = [];

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
}

/// <summary>A controller of pods (Deployment, StatefulSet, ... or the pod itself) or a WorkloadGroup, with its state.</summary>
public sealed record WorkloadFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>Labels of the pods.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    public int PodCount { get; init; }

    public int DesiredReplicas { get; init; }

    public int CurrentReplicas { get; init; }

    public int AvailableReplicas { get; init; }

    /// <summary>Every pod has a sidecar; true when there are no pods.</summary>
    public bool HasSidecar { get; init; }

    public bool IsGateway { get; init; }

    public bool IsWaypoint { get; init; }

    public bool IsAmbient { get; init; }

    public AppIdentity Identity => AppIdentity.Of(Labels);
}

public sealed record ServiceFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Selector { get; init; } = ImmutableDictionary<string, string>.Empty;
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

    public bool IsExportedTo(string @namespace) =>
        ExportTo.IsEmpty || ExportTo.Contains("*") || ExportTo.Contains(@namespace) || (ExportTo.Contains(".") && Namespace == @namespace);
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
