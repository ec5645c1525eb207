using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Deployment.</summary>
public sealed record Deployment : IKubeObject
{
    public string ApiVersion { get => field ?? "apps/v1"; init; }

    public string Kind { get => field ?? "Deployment"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public DeploymentSpec Spec { get => field ?? DeploymentSpec.None; init; }

    public DeploymentStatus Status { get => field ?? DeploymentStatus.None; init; }
}

public sealed record DeploymentSpec : IObjectPart
{
    internal static readonly DeploymentSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public int? Replicas { get; init; }

    public LabelSelector? Selector { get; init; }

    public PodTemplateSpec Template { get => field ?? PodTemplateSpec.None; init; }

    public DeploymentStrategy Strategy { get => field ?? DeploymentStrategy.None; init; }

    public int MinReadySeconds { get; init; }

    public int? RevisionHistoryLimit { get; init; }

    public bool Paused { get; init; }

    public int? ProgressDeadlineSeconds { get; init; }
}

public sealed record DeploymentStrategy : IObjectPart
{
    internal static readonly DeploymentStrategy None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string? Type { get; init; }

    public RollingUpdate? RollingUpdate { get; init; }
}

/// <summary>Of Deployments and DaemonSets; partition is of StatefulSets.</summary>
public sealed record RollingUpdate
{
    public IntOrString? MaxUnavailable { get; init; }

    public IntOrString? MaxSurge { get; init; }

    public int? Partition { get; init; }
}

public sealed record DeploymentStatus : IObjectPart
{
    internal static readonly DeploymentStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public long ObservedGeneration { get; init; }

    public int Replicas { get; init; }

    public int UpdatedReplicas { get; init; }

    public int ReadyReplicas { get; init; }

    public int AvailableReplicas { get; init; }

    public int UnavailableReplicas { get; init; }

    public int? TerminatingReplicas { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }

    public int? CollisionCount { get; init; }
}
