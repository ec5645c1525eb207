using System.Text;
using Weft.ApiServer;
using Weft.Runtime.Logs;

namespace Weft.Host.Composition;

/// <summary>The embedded node's container logs, as the API server reads them.</summary>
internal sealed class NodeLogs(TimeProvider time) : IPodLogSource
{
    private PodLogs? _logs;

    /// <summary>Gives the source its node, which starts after the API server.</summary>
    public void Connect(PodLogs logs) => Volatile.Write(ref _logs, logs);

    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Read(PodLogRequest request, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _logs) is not { } logs)
        {
            return null;
        }

        var query = Query(request);
        try
        {
            return ReadAsync(logs.ReadAsync(query, cancellationToken), query);
        }
        catch (LogNotFoundException)
        {
            return null;
        }
    }

    private PodLogQuery Query(PodLogRequest request) => new()
    {
        Namespace = request.Namespace,
        Pod = request.Pod,
        Container = request.Container,
        Previous = request.Previous,
        Follow = request.Follow,
        Timestamps = request.Timestamps,
        TailLines = request.TailLines,
        LimitBytes = request.LimitBytes,
        Since = request.SinceTime ?? (request.SinceSeconds is { } seconds ? time.GetUtcNow().AddSeconds(-seconds) : null),
    };

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(IAsyncEnumerable<LogLine> lines, PodLogQuery query)
    {
        var left = query.LimitBytes ?? long.MaxValue;
        await foreach (var line in lines)
        {
            var bytes = Encoding.UTF8.GetBytes(query.Timestamps ? $"{line.Timestamp} {line.Text}\n" : line.Text + "\n");
            var count = (int)Math.Min(bytes.Length, left);
            yield return bytes.AsMemory(0, count);
            left -= count;
            if (left == 0)
            {
                yield break;
            }
        }
    }
}
