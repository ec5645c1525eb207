using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Text.Json;
using System.Threading.Channels;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.PortForward;

namespace Weft.ApiServer.Streams;

/// <summary>
/// Kubernetes' remote command protocol on a web socket (v4 and v5.channel.k8s.io): the first byte of a message names its channel: 0 input, 1 output,
/// 2 error output, 3 the final Status, 4 terminal sizes; v5 adds 255, by which an end closes one channel.
/// </summary>
internal sealed class ChannelSocket(WebSocket socket) : IDisposable
{
    public const string V5 = "v5.channel.k8s.io";
    public const string V4 = "v4.channel.k8s.io";
    private const int LargestMessage = 1024 * 1024;
    private const byte CloseChannel = 255;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Pipe _input = new();
    private readonly Channel<TerminalSize> _sizes = Channel.CreateBounded<TerminalSize>(new BoundedChannelOptions(8) { FullMode = BoundedChannelFullMode.DropOldest });

    private enum Kind : byte
    {
        Input = 0,
        Output = 1,
        Error = 2,
        Status = 3,
        Resize = 4,
    }

    public PodProcessStreams Streams(bool input, bool output, bool error) => new(
        input ? _input.Reader.AsStream() : Stream.Null,
        output ? new Sender(this, Kind.Output) : Stream.Null,
        error ? new Sender(this, Kind.Error) : Stream.Null,
        _sizes.Reader.ReadAllAsync());

    /// <summary>Reads what the caller sends until he leaves.</summary>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            using var message = new MemoryStream();
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close) return;
                message.Write(buffer, 0, received.Count);
                if (message.Length > LargestMessage) return;
                if (!received.EndOfMessage) continue;
                await TakeAsync(message.ToArray(), cancellationToken);
                message.SetLength(0);
            }
        }
        catch (WebSocketException)
        {
            // The caller left without a word.
        }
        finally
        {
            await _input.Writer.CompleteAsync();
            _sizes.Writer.TryComplete();
        }
    }

    /// <summary>Says how the process ended, and closes.</summary>
    public async Task EndAsync(JsonObject status, CancellationToken cancellationToken)
    {
        // What is still typed goes nowhere, and must not hold up the caller's goodbye.
        await _input.Reader.CompleteAsync();
        await SendAsync(Kind.Status, JsonText.Write(status), cancellationToken);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
    }

    public void Dispose() => _sending.Dispose();

    private async Task TakeAsync(byte[] message, CancellationToken cancellationToken)
    {
        if (message.Length == 0) return;
        var content = message.AsMemory(1);
        if (message[0] == CloseChannel)
        {
            if (content.Length == 1 && content.Span[0] == (byte)Kind.Input) await _input.Writer.CompleteAsync();
        }
        else if (message[0] == (byte)Kind.Input)
        {
            await _input.Writer.WriteAsync(content, cancellationToken);
        }
        else if (message[0] == (byte)Kind.Resize && Size(content.Span) is { } size)
        {
            _sizes.Writer.TryWrite(size);
        }
    }

    private static TerminalSize? Size(ReadOnlySpan<byte> json)
    {
        try
        {
            var size = JsonText.ParseObject(json);
            return size.Number("Width") is > 0 and < 10_000 and var width && size.Number("Height") is > 0 and < 10_000 and var height ? new TerminalSize((int)width, (int)height) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task SendAsync(Kind kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var message = new byte[content.Length + 1];
        message[0] = (byte)kind;
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

    /// <summary>One outgoing channel as a stream.</summary>
    private sealed class Sender(ChannelSocket owner, Kind kind) : AsyncStream
    {
        private const int LargestPart = 32 * 1024;

        public override bool CanRead => false;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var at = 0; at < buffer.Length; at += LargestPart)
                await owner.SendAsync(kind, buffer[at..Math.Min(buffer.Length, at + LargestPart)], cancellationToken);
        }
    }
}
