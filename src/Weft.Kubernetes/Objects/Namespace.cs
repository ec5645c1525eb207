using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Namespace.</summary>
public sealed record Namespace : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "Namespace"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public NamespaceSpec Spec { get => field ?? NamespaceSpec.None; init; }

    public NamespaceStatus Status { get => field ?? NamespaceStatus.None; init; }
}

public sealed record NamespaceSpec : IObjectPart
{
    internal static readonly NamespaceSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableArray<string> Finalizers { get => field.OrEmpty(); init; }
}

public sealed record NamespaceStatus : IObjectPart
{
    internal static readonly NamespaceStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string? Phase { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }
}
