using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes StatefulSet.</summary>
public sealed record StatefulSet : IKubeObject
{
    public string ApiVersion { get => field ?? "apps/v1"; init; }

    public string Kind { get => field ?? "StatefulSet"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public StatefulSetSpec Spec { get => field ?? StatefulSetSpec.None; init; }

    public StatefulSetStatus Status { get => field ?? StatefulSetStatus.None; init; }
}

public sealed record StatefulSetSpec : IObjectPart
{
    internal static readonly StatefulSetSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public int? Replicas { get; init; }

    public LabelSelector? Selector { get; init; }

    public PodTemplateSpec Template { get => field ?? PodTemplateSpec.None; init; }

    public JsonArray? VolumeClaimTemplates { get; init; }

    public string? ServiceName { get; init; }

    public string? PodManagementPolicy { get; init; }

    public DeploymentStrategy UpdateStrategy { get => field ?? DeploymentStrategy.None; init; }

    public int? RevisionHistoryLimit { get; init; }

    public int MinReadySeconds { get; init; }

    public JsonObject? PersistentVolumeClaimRetentionPolicy { get; init; }

    public JsonObject? Ordinals { get; init; }
}

public sealed record StatefulSetStatus : IObjectPart
{
    internal static readonly StatefulSetStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public long ObservedGeneration { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }

    public int ReadyReplicas { get; init; }

    public int CurrentReplicas { get; init; }

    public int UpdatedReplicas { get; init; }

    public string? CurrentRevision { get; init; }

    public string? UpdateRevision { get; init; }

    public int? CollisionCount { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }

    public int AvailableReplicas { get; init; }
}
