using System.Buffers;
using System.Net.Sockets;

namespace Weft.Runtime.Network;

/// <summary>Copies bytes between two connected sockets until both directions have ended; passes half-closes on.</summary>
internal static class TcpRelay
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Ends when both directions have ended or one has failed; a reset on one side resets the other. Never throws for I/O.</summary>
    public static async Task RunAsync(Socket client, Socket server, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = CopyAsync(client, server, stop);
        var down = CopyAsync(server, client, stop);
        if (!(await up & await down))
        {
            Abort(client);
            Abort(server);
        }
    }

    private static async Task<bool> CopyAsync(Socket from, Socket to, CancellationTokenSource stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await from.ReceiveAsync(buffer, stop.Token) is > 0 and var count)
                await SendAllAsync(to, buffer.AsMemory(0, count), stop.Token);
            to.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction would wait for a peer that may never speak again.
            await stop.CancelAsync();
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
    }

    /// <summary>Closing with a zero linger time sends RST, so the peer learns that the stream was cut and not ended.</summary>
    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Already closed: nothing left to reset.
        }
    }
}
