using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>What one event of a watch says.</summary>
public enum WatchEventType
{
    Added,
    Modified,
    Deleted,

    /// <summary>Nothing changed up to this resourceVersion.</summary>
    Bookmark,

    /// <summary>An object changed, but does not have the shape of its kind.</summary>
    Malformed,
}

/// <summary>One event of one watch request.</summary>
/// <param name="ResourceVersion">Where a later watch may go on.</param>
/// <param name="Resource">Present for Added, Modified and Deleted.</param>
public sealed record WatchEvent<T>(WatchEventType Type, string? ResourceVersion, T? Resource, MalformedObject? Malformed)
    where T : class, IKubeObject;
