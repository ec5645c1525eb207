using System.Net.WebSockets;
using Weft.Kubernetes.PortForward;

namespace Weft.ApiServer.Streams;

/// <summary>The binary messages of a web socket as one stream of bytes, both ways. One reader and one writer at a time.</summary>
internal sealed class WebSocketStream(WebSocket socket) : AsyncStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (socket.State == WebSocketState.Open)
        {
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close) return 0;
            if (received.Count > 0) return received.Count;
        }

        return 0;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        socket.SendAsync(buffer, WebSocketMessageType.Binary, true, cancellationToken);
}
