namespace Weft.Runtime.Commands;

/// <summary>A command for a container of this node, as <c>kubectl exec</c> and <c>kubectl attach</c> ask for one.</summary>
public sealed record PodCommandRequest
{
    public required string Namespace { get; init; }

    public required string Pod { get; init; }

    public required string Container { get; init; }

    /// <summary>Program and arguments; empty to follow the output of the container itself.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
}

/// <summary>The caller's ends of a command: what he types, and where its output goes. Not closed by the command.</summary>
public sealed record CommandStreams(Stream Input, Stream Output, Stream Error)
{
    /// <summary>Nothing is typed, and the output is lost.</summary>
    public static CommandStreams Nobody { get; } = new(Stream.Null, Stream.Null, Stream.Null);
}

/// <summary>A command cannot be run at all: the container is not there or does not run. The message is for the caller.</summary>
public sealed class CommandRefusedException(string message) : Exception(message);
