namespace Weft.Kubernetes.Client;

/// <summary>Which objects of a collection, and which page of them.</summary>
public sealed record ListOptions
{
    public static readonly ListOptions All = new();

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>The most objects of one page; null leaves it to the server, which then sends all.</summary>
    public int? Limit { get; init; }

    /// <summary>The continue token of the page before.</summary>
    public string? Continue { get; init; }

    public string? ResourceVersion { get; init; }

    public string? ResourceVersionMatch { get; init; }
}

/// <summary>From where and how long to watch.</summary>
public sealed record WatchOptions
{
    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>The version after which changes are wanted; null: the present objects first, as Added.</summary>
    public string? ResourceVersion { get; init; }

    public bool AllowBookmarks { get; init; } = true;

    /// <summary>After which the server ends the watch.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>How to write.</summary>
public sealed record WriteOptions
{
    public static readonly WriteOptions Default = new();

    /// <summary>Check and answer, but store nothing.</summary>
    public bool DryRun { get; init; }

    public string? FieldManager { get; init; }

    /// <summary>Strict, Warn or Ignore.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>As in <c>status</c> or <c>scale</c>.</summary>
    public string? Subresource { get; init; }
}

/// <summary>How and under which conditions to delete.</summary>
public sealed record DeleteOptions
{
    public static readonly DeleteOptions Default = new();

    /// <summary>Background, Foreground or Orphan.</summary>
    public string? PropagationPolicy { get; init; }

    public long? GracePeriodSeconds { get; init; }

    /// <summary>Delete only the object with this uid.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this version of the object.</summary>
    public string? ResourceVersion { get; init; }

    public bool DryRun { get; init; }
}

/// <summary>Which part of a container's log.</summary>
public sealed record LogOptions
{
    public string? Container { get; init; }

    /// <summary>Go on until the container ends.</summary>
    public bool Follow { get; init; }

    public int? TailLines { get; init; }

    public TimeSpan? Since { get; init; }

    public DateTimeOffset? SinceTime { get; init; }

    /// <summary>Of the container's run before this one.</summary>
    public bool Previous { get; init; }

    /// <summary>Each line begins with its time.</summary>
    public bool Timestamps { get; init; }

    public long? LimitBytes { get; init; }
}
