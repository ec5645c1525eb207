using System.Runtime.CompilerServices;
using System.Text;

namespace Weft.Runtime.Logs;

/// <summary>What a reader of a container's log wants; the parameters of the pod log endpoint.</summary>
public sealed record PodLogQuery
{
    public required string Namespace { get; init; }

    public required string Pod { get; init; }

    /// <summary>The pod's uid; null reads the newest pod of that name.</summary>
    public string? PodUid { get; init; }

    public required string Container { get; init; }

    /// <summary>The run before the present one.</summary>
    public bool Previous { get; init; }

    /// <summary>Goes on with what is written later, until the run ends.</summary>
    public bool Follow { get; init; }

    public bool Timestamps { get; init; }

    /// <summary>Only the last so many lines of what is there.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only lines of this moment and later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Ends after so many bytes, in the middle of a line if need be.</summary>
    public long? LimitBytes { get; init; }
}

/// <summary>There is no such log; the message says why, in Kubernetes' words where it has them.</summary>
public sealed class LogNotFoundException(string message) : Exception(message);

/// <summary>The read side of the container logs.</summary>
public sealed class PodLogs(ContainerLogStore store)
{
    /// <summary>
    /// The lines of the wanted run, oldest first. With <see cref="PodLogQuery.Follow"/> ends when the run ends or with the token.
    /// Throws <see cref="LogNotFoundException"/> when the container never ran or has no earlier run.
    /// </summary>
    public IAsyncEnumerable<LogLine> ReadAsync(PodLogQuery query, CancellationToken cancellationToken) =>
        ReadRunAsync(query, Find(query), cancellationToken);

    /// <summary>Writes the log as the pod log endpoint sends it; flushes after each batch, so that a follower sees lines at once.</summary>
    public async Task WriteAsync(PodLogQuery query, Stream destination, CancellationToken cancellationToken)
    {
        var left = query.LimitBytes ?? long.MaxValue;
        await foreach (var line in ReadAsync(query, cancellationToken))
        {
            var bytes = Encoding.UTF8.GetBytes(query.Timestamps ? $"{line.Timestamp} {line.Text}\n" : line.Text + "\n");
            var count = (int)Math.Min(bytes.Length, left);
            await destination.WriteAsync(bytes.AsMemory(0, count), cancellationToken);
            if (query.Follow)
                await destination.FlushAsync(cancellationToken);
            left -= count;
            if (left == 0)
                break;
        }

        await destination.FlushAsync(cancellationToken);
    }

    private ContainerLogId Find(PodLogQuery query)
    {
        var uid = query.PodUid ?? store.NewestUid(query.Namespace, query.Pod)
            ?? throw NeverStarted(query);
        var runs = store.Runs(query.Namespace, query.Pod, uid, query.Container);
        if (runs.Count == 0)
            throw NeverStarted(query);
        var last = new ContainerLogId(query.Namespace, query.Pod, uid, query.Container, runs[^1]);
        if (!query.Previous)
            return last;
        return runs.Count >= 2
            ? last with { Run = runs[^2] }
            : throw new LogNotFoundException($"previous terminated container \"{query.Container}\" in pod \"{query.Pod}\" not found");
    }

    private static LogNotFoundException NeverStarted(PodLogQuery query) =>
        new($"container \"{query.Container}\" in pod \"{query.Pod}\" is waiting to start: ContainerCreating");

    private async IAsyncEnumerable<LogLine> ReadRunAsync(
        PodLogQuery query, ContainerLogId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var cursor = new LogCursor(store.PathOf(id), store.FindOpen(id));
        var seen = cursor.Changed;
        foreach (var line in Present(query, cursor))
            yield return line;

        while (query.Follow)
        {
            await seen.WaitAsync(cancellationToken);
            var ended = cursor.IsClosed;
            seen = cursor.Changed;
            foreach (var line in Wanted(query, cursor))
                yield return line;
            if (ended)
                break;
        }
    }

    private static IEnumerable<LogLine> Present(PodLogQuery query, LogCursor cursor)
    {
        var lines = Wanted(query, cursor);
        return query.TailLines switch
        {
            null => lines,
            // Read all the same: what is followed begins behind them.
            0 => lines.Where(static _ => false),
            { } tail => lines.TakeLast((int)Math.Min(tail, int.MaxValue)),
        };
    }

    private static IEnumerable<LogLine> Wanted(PodLogQuery query, LogCursor cursor) =>
        query.Since is { } since ? cursor.ReadToEnd().Where(line => line.Time >= since) : cursor.ReadToEnd();
}
