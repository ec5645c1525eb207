using System.Buffers;
using System.IO.Pipelines;

namespace Weft.Proxy.Listeners;

/// <summary>What the listener filters found in the first bytes.</summary>
internal sealed record InspectionResult(bool IsTls, string ServerName, IReadOnlyList<string> Protocols)
{
    public static InspectionResult Nothing { get; } = new(false, "", []);
}

/// <summary>
/// Runs the listener filters that are configured (tls_inspector, http_inspector) without consuming a byte. Where none is,
/// nothing is read, so that a server may speak first.
/// </summary>
internal sealed class ConnectionInspector(TimeProvider time)
{
    /// <summary>Once a client has begun, it must get to the point (slow-loris).</summary>
    private static readonly TimeSpan LimitOnceBegun = TimeSpan.FromSeconds(15);

    /// <summary>Null when the client closed without a byte, or dawdled and the listener does not go on without inspection.</summary>
    public async Task<InspectionResult?> InspectAsync(DownstreamConnection connection, ListenerModel listener, CancellationToken cancellationToken)
    {
        var port = connection.OriginalDestination.Port;
        var tls = listener.Inspection.InspectsTls(port);
        var http = listener.Inspection.InspectsHttp(port);
        if (!tls && !http)
        {
            return InspectionResult.Nothing;
        }

        var wait = listener.Inspection.Timeout;
        await using var timer = time.CreateTimer(
            static state => ((PipeReader)state!).CancelPendingRead(), connection.Input, wait > TimeSpan.Zero ? wait : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var begun = wait > TimeSpan.Zero;
        while (true)
        {
            var read = await connection.Input.ReadAsync(cancellationToken);
            if (read.IsCanceled)
            {
                connection.Input.AdvanceTo(read.Buffer.Start);
                return listener.Inspection.ContinuesOnTimeout ? InspectionResult.Nothing : null;
            }

            var result = Look(read.Buffer, tls, http);
            connection.Input.AdvanceTo(read.Buffer.Start, result is null ? read.Buffer.End : read.Buffer.Start);
            if (result is not null || (read.IsCompleted && read.Buffer.IsEmpty))
            {
                return result;
            }

            if (read.IsCompleted)
            {
                return InspectionResult.Nothing;
            }

            if (!begun)
            {
                begun = true;
                timer.Change(LimitOnceBegun, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static InspectionResult? Look(ReadOnlySequence<byte> buffer, bool tls, bool http)
    {
        var bytes = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
        if (tls)
        {
            var state = ClientHello.Inspect(bytes, out var hello);
            if (state == InspectionState.Found)
            {
                return new InspectionResult(true, hello!.ServerName, hello.Alpn);
            }

            if (state == InspectionState.NeedMore)
            {
                return null;
            }
        }

        if (!http)
        {
            return InspectionResult.Nothing;
        }

        return HttpPreface.Inspect(bytes, out var protocol) switch
        {
            InspectionState.Found => new InspectionResult(false, "", [protocol]),
            InspectionState.NotFound => InspectionResult.Nothing,
            _ => null,
        };
    }
}
