using System.Net.WebSockets;
using System.Text;

namespace Weft.Kubernetes.PortForward;

/// <summary>
/// The bytes of one forwarded connection. On the web socket (v4.channel.k8s.io) the first byte of a message names its channel, 0 for data and 1 for
/// what went wrong; the first message of each says only the port. One reader and one writer at a time. Reading throws IOException with the node's words
/// when the pod could not be reached. There is no half-close: the protocol has none.
/// </summary>
internal sealed class PortForwardStream(WebSocket socket) : AsyncStream
{
    /// <summary>Every API server since 1.7 forwards by it, when only one port is asked for.</summary>
    public const string Protocol = "v4.channel.k8s.io";

    private const byte Data = 0;
    private const int PortLength = 2;
    private const int LargestPart = 32 * 1024;
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(2);

    private readonly byte[] _received = new byte[LargestPart];
    private readonly byte[] _sent = new byte[LargestPart + 1];
    private readonly int[] _portBytesLeft = [PortLength, PortLength];
    private readonly MemoryStream _error = new();
    private ReadOnlyMemory<byte> _unread;
    private int _channel = -1;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_unread.IsEmpty)
        {
            if (!await ReceiveAsync(cancellationToken))
            {
                return _error.Length == 0 ? 0 : throw new IOException(Encoding.UTF8.GetString(_error.ToArray()));
            }
        }

        var count = Math.Min(buffer.Length, _unread.Length);
        _unread[..count].CopyTo(buffer);
        _unread = _unread[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer; !rest.IsEmpty;)
        {
            var part = rest[..Math.Min(rest.Length, LargestPart)];
            _sent[0] = Data;
            part.CopyTo(_sent.AsMemory(1));
            await Guarded(() => socket.SendAsync(_sent.AsMemory(0, part.Length + 1), WebSocketMessageType.Binary, true, cancellationToken).AsTask());
            rest = rest[part.Length..];
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await GoodbyeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
            _error.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Takes the next part of a message; false when there will be none.</summary>
    private async Task<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseSent))
        {
            return false;
        }

        var result = await Guarded(() => socket.ReceiveAsync(_received.AsMemory(), cancellationToken).AsTask());
        if (result.MessageType == WebSocketMessageType.Close)
        {
            await GoodbyeAsync();
            return false;
        }

        ReadOnlyMemory<byte> content = _received.AsMemory(0, result.Count);
        if (_channel < 0 && content.Length > 0)
        {
            _channel = content.Span[0];
            content = content[1..];
        }

        Take(_channel, content);
        _channel = result.EndOfMessage ? -1 : _channel;
        return true;
    }

    private async Task GoodbyeAsync()
    {
        using var limit = new CancellationTokenSource(s_goodbye);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", limit.Token);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }

    private void Take(int channel, ReadOnlyMemory<byte> content)
    {
        if (channel is not (0 or 1))
        {
            return;
        }

        var port = Math.Min(_portBytesLeft[channel], content.Length);
        _portBytesLeft[channel] -= port;
        content = content[port..];
        if (channel == Data)
        {
            _unread = content;
        }
        else if (_error.Length < LargestPart)
        {
            _error.Write(content.Span);
        }
    }

    /// <summary>What a web socket calls its failures, as any other stream would.</summary>
    private static async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException)
        {
            throw new IOException($"the forwarded connection broke: {failure.Message}", failure);
        }
    }

    private static Task<bool> Guarded(Func<Task> work) => Guarded(async () =>
    {
        await work();
        return true;
    });
}
