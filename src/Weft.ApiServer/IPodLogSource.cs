namespace Weft.ApiServer;

/// <summary>What `GET pods/{name}/log` asked for. Null means the parameter was not given.</summary>
public sealed record PodLogRequest
{
    public required string Namespace { get; init; }

    public required string Pod { get; init; }

    /// <summary>Always set: the server picks the only (or default) container when the caller named none.</summary>
    public required string Container { get; init; }

    public bool Follow { get; init; }

    public bool Previous { get; init; }

    public bool Timestamps { get; init; }

    public long? TailLines { get; init; }

    public long? LimitBytes { get; init; }

    public long? SinceSeconds { get; init; }

    public DateTimeOffset? SinceTime { get; init; }
}

/// <summary>Reads container logs for the API server; implemented by the embedded node.</summary>
public interface IPodLogSource
{
    /// <summary>
    /// Chunks of log text as the request asks, ending when the log ends or, with Follow, when the container does. Null when the container has no log
    /// (not started yet). The server has checked that the pod exists and has the container.
    /// </summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>>? Read(PodLogRequest request, CancellationToken cancellationToken);
}
