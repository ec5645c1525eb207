using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes ConfigMap.</summary>
public sealed record ConfigMap : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "ConfigMap"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public bool? Immutable { get; init; }

    public ImmutableDictionary<string, string> Data { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, byte[]> BinaryData { get => field.OrEmpty(); init; }
}
