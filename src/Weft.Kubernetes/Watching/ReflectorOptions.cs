namespace Weft.Kubernetes.Watching;

/// <summary>Which objects to follow, and how patiently.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>A collection that the server does not serve (404) counts as empty and synced, and is asked for again.</summary>
    public bool MissingIsEmpty { get; init; }

    /// <summary>A collection that we may not read (403) counts as empty and synced, with a warning in the log, and is asked for again.</summary>
    public bool ForbiddenIsEmpty { get; init; }

    /// <summary>The most objects of one page of the list.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>After which the server is asked to end each watch.</summary>
    public TimeSpan WatchDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after that a connection without an end counts as dead.</summary>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The wait after a first failure; it doubles up to <see cref="LongestBackOff"/>.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(30);
}
