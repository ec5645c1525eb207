using System.Buffers.Binary;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Weft.ApiServer.Streams;

/// <summary>
/// Port-forward by web socket channels (v4.channel.k8s.io), as clients of every Kubernetes speak it: the first byte of a message names its channel,
/// two for each port: data, and what went wrong. The server's first message of each says the port. The socket closes when every connection has ended.
/// </summary>
internal sealed class PortForwardChannels(WebSocket socket, PodAddress target, ushort[] ports) : IDisposable
{
    public const int MostPorts = 100;
    private const int LargestPart = 32 * 1024;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TcpClient[] _pods = [.. ports.Select(_ => new TcpClient())];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var at = 0; at < ports.Length; at++)
        {
            var port = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(port, ports[at]);
            await SendAsync(DataOf(at), port, cancellationToken);
            await SendAsync(ErrorOf(at), port, cancellationToken);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var connected = await Task.WhenAll(Enumerable.Range(0, ports.Length).Select(at => ConnectAsync(at, cancellationToken)));
        var downloads = Task.WhenAll(Enumerable.Range(0, ports.Length).Where(at => connected[at]).Select(at => DownloadAsync(at, ended.Token)));
        var uploads = UploadAsync(ended.Token);
        await Task.WhenAny(downloads, uploads);
        if (downloads.IsCompleted) await GoodbyeAsync(uploads, ended, cancellationToken);
        await ended.CancelAsync();
        await Task.WhenAll(downloads, uploads);
    }

    public void Dispose()
    {
        foreach (var pod in _pods) pod.Dispose();
        _sending.Dispose();
    }

    private static byte DataOf(int at) => (byte)(2 * at);

    private static byte ErrorOf(int at) => (byte)((2 * at) + 1);

    /// <summary>The client answers the goodbye; to hang up before that would lose what is under way to him.</summary>
    private async Task GoodbyeAsync(Task uploads, CancellationTokenSource ended, CancellationToken cancellationToken)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
        ended.CancelAfter(PodStreamOperation.GoodbyeTime);
        await uploads;
    }

    private async Task<bool> ConnectAsync(int at, CancellationToken cancellationToken)
    {
        try
        {
            await _pods[at].ConnectAsync(target.Address, ports[at], cancellationToken);
            return true;
        }
        catch (SocketException exception)
        {
            await SendAsync(ErrorOf(at), Encoding.UTF8.GetBytes(target.Failure(ports[at], exception)), cancellationToken);
            return false;
        }
    }

    private async Task DownloadAsync(int at, CancellationToken ended)
    {
        var buffer = new byte[LargestPart];
        try
        {
            int read;
            while ((read = await _pods[at].GetStream().ReadAsync(buffer, ended)) > 0) await SendAsync(DataOf(at), buffer.AsMemory(0, read), ended);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Either side is gone: as good as an end.
        }
    }

    /// <summary>Brings what the client sends to the pods until he leaves.</summary>
    private async Task UploadAsync(CancellationToken ended)
    {
        var buffer = new byte[LargestPart];
        var channel = -1;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), ended) is { MessageType: not WebSocketMessageType.Close } received)
            {
                var content = buffer.AsMemory(0, received.Count);
                if (channel < 0 && !content.IsEmpty) (channel, content) = (content.Span[0], content[1..]);
                if (!content.IsEmpty && channel % 2 == 0 && channel / 2 < _pods.Length && _pods[channel / 2].Connected) await _pods[channel / 2].GetStream().WriteAsync(content, ended);
                if (received.EndOfMessage) channel = -1;
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Either side is gone.
        }
    }

    private static bool IsEnd(Exception exception) => exception is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private async Task SendAsync(byte channel, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var message = new byte[content.Length + 1];
        message[0] = channel;
        content.CopyTo(message.AsMemory(1));
        await _sending.WaitAsync(cancellationToken);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }
}
