namespace Weft.ApiServer;

/// <summary>What `pods/exec` or `pods/attach` asked for.</summary>
public sealed record PodProcessRequest
{
    public required string Namespace { get; init; }

    public required string Pod { get; init; }

    /// <summary>Always set: the server picks the only (or default) container when the caller named none.</summary>
    public required string Container { get; init; }

    /// <summary>Program and arguments; empty to attach to the container's own process.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    public bool Tty { get; init; }
}

/// <summary>Width and height of the caller's terminal, in characters.</summary>
public readonly record struct TerminalSize(int Width, int Height);

/// <summary>The caller's ends of a process: what he types, and where its output goes. Streams that he did not ask for are empty, or swallow.</summary>
public sealed record PodProcessStreams(Stream Input, Stream Output, Stream Error, IAsyncEnumerable<TerminalSize> Sizes);

/// <summary>Runs processes in containers for the API server; implemented by the embedded node.</summary>
public interface IPodStreams
{
    /// <summary>
    /// Runs until the process ends, or the caller leaves (cancellation), and gives its exit code. The server has checked that the pod exists, has the container
    /// and is scheduled. Throws <see cref="PodStreamException"/> when nothing can be run: the container does not run, the program is not found.
    /// </summary>
    Task<int> RunAsync(PodProcessRequest request, PodProcessStreams streams, CancellationToken cancellationToken);
}

/// <summary>A process could not be started; the message is for the caller.</summary>
public sealed class PodStreamException(string message) : Exception(message);
