using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes ServiceAccount.</summary>
public sealed record ServiceAccount : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "ServiceAccount"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public ImmutableArray<ObjectReference> Secrets { get => field.OrEmpty(); init; }

    public ImmutableArray<LocalObjectReference> ImagePullSecrets { get => field.OrEmpty(); init; }

    public bool? AutomountServiceAccountToken { get; init; }
}
