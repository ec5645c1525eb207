using System.Text.Json.Serialization;
using Weft.Kubernetes.Json;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Lease.</summary>
public sealed record Lease : IKubeObject
{
    public string ApiVersion { get => field ?? "coordination.k8s.io/v1"; init; }

    public string Kind { get => field ?? "Lease"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public LeaseSpec Spec { get => field ?? LeaseSpec.None; init; }
}

public sealed record LeaseSpec : IObjectPart
{
    internal static readonly LeaseSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string? HolderIdentity { get; init; }

    public int? LeaseDurationSeconds { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    public int? LeaseTransitions { get; init; }

    public string? Strategy { get; init; }

    public string? PreferredHolder { get; init; }
}
