using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.MeshTopology;

/// <summary>A control plane with what it is configured to do.</summary>
public sealed record ControlPlane
{
    public required WorkloadFacts Workload { get; init; }

    public required string Revision { get; init; }

    /// <summary>Istio's version; null when nothing tells it.</summary>
    public string? Version { get; init; }

    public required ComponentState State { get; init; }

    /// <summary>The mesh configuration as it was written.</summary>
    public required JsonObject MeshConfig { get; init; }

    public required JsonObject MeshNetworks { get; init; }

    public ImmutableArray<CaCertificate> Certificates { get; init; } = [];

    public ResourceRequirements? Resources { get; init; }

    /// <summary>The namespaces whose proxies it configures.</summary>
    public ImmutableArray<NamespaceInventory> ManagedNamespaces { get; init; } = [];
}

/// <summary>A root of trust that workloads are given.</summary>
/// <param name="Error">Why it cannot be read; empty when it can.</param>
public sealed record CaCertificate(string ConfigMap, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Error);
