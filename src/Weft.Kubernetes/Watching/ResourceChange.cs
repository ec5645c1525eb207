using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Watching;

/// <summary>What happened to an object, or to the knowledge about its collection.</summary>
public enum ResourceChangeType
{
    /// <summary>The object is there: before the first Synced it was there already.</summary>
    Added,

    Modified,

    Deleted,

    /// <summary>Everything before this is the present state. Comes again after each new list.</summary>
    Synced,
}

/// <summary>One change of a collection.</summary>
/// <param name="Resource">Null for Synced only; for Deleted the last known state.</param>
public sealed record ResourceChange<T>(ResourceChangeType Type, T? Resource, string? ResourceVersion)
    where T : class, IKubeObject;
