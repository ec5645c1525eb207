using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>What has become of a pod.</summary>
public sealed record PodStatus : IObjectPart
{
    internal static readonly PodStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public long ObservedGeneration { get; init; }

    public string? Phase { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }

    public string? Message { get; init; }

    public string? Reason { get; init; }

    public string? NominatedNodeName { get; init; }

    public string? HostIP { get; init; }

    public ImmutableArray<HostIP> HostIPs { get => field.OrEmpty(); init; }

    public string? PodIP { get; init; }

    public ImmutableArray<PodIP> PodIPs { get => field.OrEmpty(); init; }

    public DateTimeOffset? StartTime { get; init; }

    public ImmutableArray<ContainerStatus> InitContainerStatuses { get => field.OrEmpty(); init; }

    public ImmutableArray<ContainerStatus> ContainerStatuses { get => field.OrEmpty(); init; }

    public ImmutableArray<ContainerStatus> EphemeralContainerStatuses { get => field.OrEmpty(); init; }

    public string? QosClass { get; init; }

    public string? Resize { get; init; }
}

public sealed record HostIP
{
    public string Ip { get => field ?? ""; init; }
}

public sealed record PodIP
{
    public string Ip { get => field ?? ""; init; }
}

public sealed record ContainerStatus
{
    public string Name { get => field ?? ""; init; }

    public ContainerState? State { get; init; }

    public ContainerState? LastState { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Ready { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int RestartCount { get; init; }

    public string Image { get => field ?? ""; init; }

    public string ImageID { get => field ?? ""; init; }

    public string? ContainerID { get; init; }

    public bool? Started { get; init; }

    public ResourceRequirements? Resources { get; init; }

    public ImmutableDictionary<string, Quantity> AllocatedResources { get => field.OrEmpty(); init; }

    public ImmutableArray<VolumeMountStatus> VolumeMounts { get => field.OrEmpty(); init; }

    public JsonObject? User { get; init; }
}

public sealed record VolumeMountStatus
{
    public string Name { get => field ?? ""; init; }

    public string MountPath { get => field ?? ""; init; }

    public bool ReadOnly { get; init; }

    public string? RecursiveReadOnly { get; init; }
}

/// <summary>Exactly one of the three is present.</summary>
public sealed record ContainerState
{
    public ContainerStateWaiting? Waiting { get; init; }

    public ContainerStateRunning? Running { get; init; }

    public ContainerStateTerminated? Terminated { get; init; }
}

public sealed record ContainerStateWaiting
{
    public string? Reason { get; init; }

    public string? Message { get; init; }
}

public sealed record ContainerStateRunning
{
    public DateTimeOffset? StartedAt { get; init; }
}

public sealed record ContainerStateTerminated
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int ExitCode { get; init; }

    public int Signal { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? ContainerID { get; init; }
}
