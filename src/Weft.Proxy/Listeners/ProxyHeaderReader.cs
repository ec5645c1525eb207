using System.Buffers;
using System.IO.Pipelines;

namespace Weft.Proxy.Listeners;

/// <summary>Takes the PROXY protocol's header off a connection (listener filter proxy_protocol).</summary>
internal sealed class ProxyHeaderReader(TimeProvider time)
{
    /// <summary>Longer than any header without a load balancer's own data; those may be longer, but not by much.</summary>
    private const int Longest = 4096;

    /// <summary>False when there is no header, and the listener does not go on without, or it does not come in time.</summary>
    public async Task<bool> TakeAsync(DownstreamConnection connection, ListenerInspection inspection, CancellationToken cancellationToken)
    {
        var wait = inspection.Timeout > TimeSpan.Zero ? inspection.Timeout : Timeout.InfiniteTimeSpan;
        await using var timer = time.CreateTimer(static state => ((PipeReader)state!).CancelPendingRead(), connection.Input, wait, Timeout.InfiniteTimeSpan);
        while (true)
        {
            var read = await connection.Input.ReadAsync(cancellationToken);
            var state = Look(read.Buffer, out var length, out var told);
            if (state == InspectionState.Found)
            {
                connection.Input.AdvanceTo(read.Buffer.GetPosition(length));
                if (told is not null)
                {
                    connection.Told(told);
                }

                return true;
            }

            var isOver = state == InspectionState.NotFound || read.IsCompleted || read.IsCanceled || read.Buffer.Length > Longest;
            connection.Input.AdvanceTo(read.Buffer.Start, isOver ? read.Buffer.Start : read.Buffer.End);
            if (isOver)
            {
                return inspection.ProxyProtocol == ProxyProtocolRule.Optional && state == InspectionState.NotFound;
            }
        }
    }

    private static InspectionState Look(ReadOnlySequence<byte> buffer, out int length, out ToldAddresses? told) =>
        ProxyHeaderParser.Read(buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray(), out length, out told);
}
