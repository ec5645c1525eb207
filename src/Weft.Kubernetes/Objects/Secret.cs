using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Secret. Values are decoded bytes.</summary>
public sealed record Secret : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "Secret"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public bool? Immutable { get; init; }

    public ImmutableDictionary<string, byte[]> Data { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> StringData { get => field.OrEmpty(); init; }

    public string? Type { get; init; }
}
