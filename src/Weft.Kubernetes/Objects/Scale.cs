using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>The scale subresource of a workload.</summary>
public sealed record Scale : IKubeObject
{
    public string ApiVersion { get => field ?? "autoscaling/v1"; init; }

    public string Kind { get => field ?? "Scale"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public ScaleSpec Spec { get => field ?? ScaleSpec.None; init; }

    public ScaleStatus Status { get => field ?? ScaleStatus.None; init; }
}

public sealed record ScaleSpec : IObjectPart
{
    internal static readonly ScaleSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public int Replicas { get; init; }
}

public sealed record ScaleStatus : IObjectPart
{
    internal static readonly ScaleStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }

    public string? Selector { get; init; }
}
