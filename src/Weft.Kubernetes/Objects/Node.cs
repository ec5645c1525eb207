using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Node.</summary>
public sealed record Node : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "Node"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public NodeSpec Spec { get => field ?? NodeSpec.None; init; }

    public NodeStatus Status { get => field ?? NodeStatus.None; init; }
}

public sealed record NodeSpec : IObjectPart
{
    internal static readonly NodeSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string? PodCIDR { get; init; }

    public ImmutableArray<string> PodCIDRs { get => field.OrEmpty(); init; }

    public string? ProviderID { get; init; }

    public bool Unschedulable { get; init; }

    public ImmutableArray<Taint> Taints { get => field.OrEmpty(); init; }
}

public sealed record Taint
{
    public string Key { get => field ?? ""; init; }

    public string? Value { get; init; }

    public string Effect { get => field ?? ""; init; }

    public DateTimeOffset? TimeAdded { get; init; }
}

public sealed record NodeStatus : IObjectPart
{
    internal static readonly NodeStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableDictionary<string, Quantity> Capacity { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, Quantity> Allocatable { get => field.OrEmpty(); init; }

    public string? Phase { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }

    public ImmutableArray<NodeAddress> Addresses { get => field.OrEmpty(); init; }

    public NodeDaemonEndpoints? DaemonEndpoints { get; init; }

    public NodeSystemInfo? NodeInfo { get; init; }

    public ImmutableArray<ContainerImage> Images { get => field.OrEmpty(); init; }
}

public sealed record NodeAddress
{
    public string Type { get => field ?? ""; init; }

    public string Address { get => field ?? ""; init; }
}

public sealed record NodeDaemonEndpoints
{
    public DaemonEndpoint? KubeletEndpoint { get; init; }
}

public sealed record DaemonEndpoint
{
    [JsonPropertyName("Port")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }
}

public sealed record ContainerImage
{
    public ImmutableArray<string> Names { get => field.OrEmpty(); init; }

    public long SizeBytes { get; init; }
}

public sealed record NodeSystemInfo
{
    public string MachineID { get => field ?? ""; init; }

    public string SystemUUID { get => field ?? ""; init; }

    public string BootID { get => field ?? ""; init; }

    public string KernelVersion { get => field ?? ""; init; }

    public string OsImage { get => field ?? ""; init; }

    public string ContainerRuntimeVersion { get => field ?? ""; init; }

    public string KubeletVersion { get => field ?? ""; init; }

    public string KubeProxyVersion { get => field ?? ""; init; }

    public string OperatingSystem { get => field ?? ""; init; }

    public string Architecture { get => field ?? ""; init; }
}
