using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Networking;

/// <summary>Istio's ServiceEntry: hosts added to the registry.</summary>
public sealed record ServiceEntry : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.istio.io/v1"; init; }

    public string Kind { get => field ?? "ServiceEntry"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public ServiceEntrySpec Spec { get => field ?? new(); init; }
}

public sealed record ServiceEntrySpec
{
    public ImmutableArray<string> Hosts { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Addresses { get => field.OrEmpty(); init; }

    public ImmutableArray<ServiceEntryPort> Ports { get => field.OrEmpty(); init; }

    public string? Location { get; init; }

    public string? Resolution { get; init; }

    public ImmutableArray<WorkloadEntrySpec> Endpoints { get => field.OrEmpty(); init; }

    public WorkloadSelector? WorkloadSelector { get; init; }

    public ImmutableArray<string> ExportTo { get => field.OrEmpty(); init; }

    public ImmutableArray<string> SubjectAltNames { get => field.OrEmpty(); init; }
}

public sealed record ServiceEntryPort
{
    public int Number { get; init; }

    public string? Protocol { get; init; }

    public string Name { get => field ?? ""; init; }

    public int TargetPort { get; init; }
}

/// <summary>Istio's WorkloadEntry: one instance outside Kubernetes.</summary>
public sealed record WorkloadEntry : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.istio.io/v1"; init; }

    public string Kind { get => field ?? "WorkloadEntry"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public WorkloadEntrySpec Spec { get => field ?? new(); init; }
}

public sealed record WorkloadEntrySpec
{
    public string Address { get => field ?? ""; init; }

    public ImmutableDictionary<string, int> Ports { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> Labels { get => field.OrEmpty(); init; }

    public string? Network { get; init; }

    public string? Locality { get; init; }

    public uint Weight { get; init; }

    public string? ServiceAccount { get; init; }
}
