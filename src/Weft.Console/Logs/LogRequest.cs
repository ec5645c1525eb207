using System.Collections.Immutable;

namespace Weft.Console.Logs;

/// <summary>Which part of a container's log.</summary>
public sealed record LogRequest
{
    public required string Namespace { get; init; }

    public required string Pod { get; init; }

    public required string Container { get; init; }

    /// <summary>Only lines since then.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only lines within this time from <see cref="Since"/>, or from the first line.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Reading ends after so many lines; the answer then says that it is cut.</summary>
    public int? MaxLines { get; init; }

    /// <summary>Only the last lines.</summary>
    public int? TailLines { get; init; }

    /// <summary>Of the container's run before this one.</summary>
    public bool Previous { get; init; }

    /// <summary>Only lines that name one of these; any line when there are none.</summary>
    public ImmutableArray<string> About { get; init; } = [];

    /// <summary>Lines of an access log are read field by field.</summary>
    public bool IsProxy { get; init; }
}
