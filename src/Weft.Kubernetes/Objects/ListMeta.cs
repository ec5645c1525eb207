namespace Weft.Kubernetes.Objects;

/// <summary>The position of a list in the history of its collection, and its next page.</summary>
public sealed record ListMeta : IObjectPart
{
    internal static readonly ListMeta None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string? ResourceVersion { get; init; }

    public string? Continue { get; init; }

    public long? RemainingItemCount { get; init; }
}
