using System.IO.Pipelines;
using System.Net.Sockets;

namespace Weft.Proxy.Listeners;

/// <summary>
/// Reads a socket into a bounded pipe from its first to its last byte, so that the peer's end is seen even while nobody reads.
/// </summary>
internal sealed class SocketReceiver(Socket socket) : IDisposable
{
    private const int BufferedBytes = 64 * 1024;
    private const int MinReadBytes = 4096;

    private readonly Pipe _pipe = new(new PipeOptions(
        // Who reads runs on where the bytes arrived, which is a thread of the pool already: one hop less for every request.
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: BufferedBytes,
        resumeWriterThreshold: BufferedBytes / 2,
        minimumSegmentSize: MinReadBytes,
        useSynchronizationContext: false));

    private readonly CancellationTokenSource _closed = new();

    public PipeReader Input => _pipe.Reader;

    /// <summary>Cancelled when the peer has ended its direction or the connection broke.</summary>
    public CancellationToken PeerClosed => _closed.Token;

    /// <summary>Whether the end was a reset rather than an orderly close.</summary>
    public bool WasReset { get; private set; }

    /// <summary>Runs until the peer's end, the reader's completion or the socket's disposal. Never throws.</summary>
    public async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            await ReceiveAsync();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            WasReset = error is SocketException { SocketErrorCode: SocketError.ConnectionReset };
            failure = new IOException("connection reset", error);
        }

        await _pipe.Writer.CompleteAsync(failure);
        await _closed.CancelAsync();
    }

    public void Dispose() => _closed.Dispose();

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var received = await socket.ReceiveAsync(_pipe.Writer.GetMemory(MinReadBytes), SocketFlags.None);
            if (received == 0)
            {
                return;
            }

            _pipe.Writer.Advance(received);
            var flushed = await _pipe.Writer.FlushAsync();
            if (flushed.IsCompleted)
            {
                return;
            }
        }
    }
}
