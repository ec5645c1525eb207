using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes ReplicaSet.</summary>
public sealed record ReplicaSet : IKubeObject
{
    public string ApiVersion { get => field ?? "apps/v1"; init; }

    public string Kind { get => field ?? "ReplicaSet"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public ReplicaSetSpec Spec { get => field ?? ReplicaSetSpec.None; init; }

    public ReplicaSetStatus Status { get => field ?? ReplicaSetStatus.None; init; }
}

public sealed record ReplicaSetSpec : IObjectPart
{
    internal static readonly ReplicaSetSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public int? Replicas { get; init; }

    public int MinReadySeconds { get; init; }

    public LabelSelector? Selector { get; init; }

    public PodTemplateSpec Template { get => field ?? PodTemplateSpec.None; init; }
}

public sealed record ReplicaSetStatus : IObjectPart
{
    internal static readonly ReplicaSetStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }

    public int FullyLabeledReplicas { get; init; }

    public int ReadyReplicas { get; init; }

    public int AvailableReplicas { get; init; }

    public int? TerminatingReplicas { get; init; }

    public long ObservedGeneration { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }
}
