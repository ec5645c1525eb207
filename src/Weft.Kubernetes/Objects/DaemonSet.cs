using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes DaemonSet.</summary>
public sealed record DaemonSet : IKubeObject
{
    public string ApiVersion { get => field ?? "apps/v1"; init; }

    public string Kind { get => field ?? "DaemonSet"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public DaemonSetSpec Spec { get => field ?? DaemonSetSpec.None; init; }

    public DaemonSetStatus Status { get => field ?? DaemonSetStatus.None; init; }
}

public sealed record DaemonSetSpec : IObjectPart
{
    internal static readonly DaemonSetSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public LabelSelector? Selector { get; init; }

    public PodTemplateSpec Template { get => field ?? PodTemplateSpec.None; init; }

    public DeploymentStrategy UpdateStrategy { get => field ?? DeploymentStrategy.None; init; }

    public int MinReadySeconds { get; init; }

    public int? RevisionHistoryLimit { get; init; }
}

public sealed record DaemonSetStatus : IObjectPart
{
    internal static readonly DaemonSetStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int CurrentNumberScheduled { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int NumberMisscheduled { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int DesiredNumberScheduled { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int NumberReady { get; init; }

    public long ObservedGeneration { get; init; }

    public int UpdatedNumberScheduled { get; init; }

    public int NumberAvailable { get; init; }

    public int NumberUnavailable { get; init; }

    public int? CollisionCount { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }
}
