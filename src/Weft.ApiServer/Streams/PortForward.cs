using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weft.ApiServer.Streams;

/// <summary>A pod to which connections go, and where it is.</summary>
internal sealed record PodAddress(string Pod, string Address)
{
    public string Failure(int port, SocketException cause) => $"error forwarding port {port} to pod {Pod}: dial tcp {Address}:{port}: {cause.Message}";
}

/// <summary>
/// Forwards connections of `kubectl port-forward` to ports of one pod. For every connection the client opens two streams with the same request id:
/// one for its data, and one on which it is told what went wrong.
/// </summary>
internal sealed class PortForward(PodAddress target, CancellationToken cancellationToken)
{
    private const int BufferSize = 32 * 1024;
    private readonly ConcurrentDictionary<string, SpdyStream> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _connections = [];

    /// <summary>Pairs the streams of a connection; the second one begins it.</summary>
    public Task TakeAsync(SpdyStream stream)
    {
        var id = stream.Headers.GetValueOrDefault("requestid", "");
        if (!_waiting.TryRemove(id, out var other))
        {
            _waiting[id] = stream;
            return Task.CompletedTask;
        }

        var data = stream.Headers.GetValueOrDefault("streamtype") == "data" ? stream : other;
        _connections.Add(ServeAsync(data, data == stream ? other : stream));
        return Task.CompletedTask;
    }

    /// <summary>Completes when every connection has ended.</summary>
    public Task EndedAsync() => Task.WhenAll(_connections);

    private async Task ServeAsync(SpdyStream data, SpdyStream errors)
    {
        try
        {
            var text = data.Headers.GetValueOrDefault("port", "");
            if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) await errors.WriteAsync(Encoding.UTF8.GetBytes($"unable to parse \"{text}\" as a port"), cancellationToken);
            else await ForwardAsync(data, errors, port);
            await data.EndAsync(cancellationToken);
            await errors.EndAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // The client, or the connection to it, is gone.
        }
    }

    private async Task ForwardAsync(SpdyStream data, SpdyStream errors, int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(target.Address, port, cancellationToken);
        }
        catch (SocketException exception)
        {
            await errors.WriteAsync(Encoding.UTF8.GetBytes(target.Failure(port, exception)), cancellationToken);
            return;
        }

        var connection = client.GetStream();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var upload = UploadAsync(data, client, connection, ended.Token);
        await DownloadAsync(data, connection);
        await ended.CancelAsync();
        await upload;
    }

    private async Task DownloadAsync(SpdyStream data, NetworkStream connection)
    {
        var buffer = new byte[BufferSize];
        try
        {
            int read;
            while ((read = await connection.ReadAsync(buffer, cancellationToken)) > 0) await data.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        catch (IOException)
        {
            // Reset by the pod: as good as an end.
        }
    }

    private static async Task UploadAsync(SpdyStream data, TcpClient client, NetworkStream connection, CancellationToken ended)
    {
        try
        {
            await data.Input.CopyToAsync(connection, ended);
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The pod has closed.
        }
        finally
        {
            await data.Input.CompleteAsync();
        }
    }
}
