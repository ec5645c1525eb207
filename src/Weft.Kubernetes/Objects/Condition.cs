namespace Weft.Kubernetes.Objects;

/// <summary>One condition of a status. The union of what Kubernetes' condition types carry; fields a kind does not have stay absent.</summary>
public sealed record Condition
{
    public string Type { get => field ?? ""; init; }

    public string Status { get => field ?? ""; init; }

    public long ObservedGeneration { get; init; }

    public DateTimeOffset? LastProbeTime { get; init; }

    public DateTimeOffset? LastHeartbeatTime { get; init; }

    public DateTimeOffset? LastUpdateTime { get; init; }

    public DateTimeOffset? LastTransitionTime { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }
}
