namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Pod.</summary>
public sealed record Pod : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "Pod"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public PodSpec Spec { get => field ?? PodSpec.None; init; }

    public PodStatus Status { get => field ?? PodStatus.None; init; }
}

/// <summary>What a workload stamps its pods from.</summary>
public sealed record PodTemplateSpec : IObjectPart
{
    internal static readonly PodTemplateSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public PodSpec Spec { get => field ?? PodSpec.None; init; }
}
