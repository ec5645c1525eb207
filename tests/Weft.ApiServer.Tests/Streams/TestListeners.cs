using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.ApiServer.Streams;

/// <summary>A server at a pod's address that gives back what it gets.</summary>
internal sealed class EchoListener(string address) : PodListener(address)
{
    protected override Task ServeAsync(NetworkStream connection) => connection.CopyToAsync(connection);
}

/// <summary>A server at a pod's address that answers every HTTP request with one text.</summary>
internal sealed class TextListener(string address, string text) : PodListener(address)
{
    protected override async Task ServeAsync(NetworkStream connection)
    {
        using var reader = new StreamReader(connection, leaveOpen: true);
        while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
        {
            // The head of the request, up to its empty line.
        }

        await connection.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\ncontent-length: {text.Length}\r\nconnection: close\r\n\r\n{text}"));
    }
}

/// <summary>Serves connections at a free port of an address until it is disposed.</summary>
internal abstract class PodListener : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _serving;

    protected PodListener(string address)
    {
        _listener = new TcpListener(IPAddress.Parse(address), 0);
        _listener.Start();
        _serving = ListenAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    protected abstract Task ServeAsync(NetworkStream connection);

    private async Task ListenAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(TakeAsync(await _listener.AcceptTcpClientAsync()));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }

        await Task.WhenAll(connections);
    }

    private async Task TakeAsync(TcpClient client)
    {
        try
        {
            using (client) await ServeAsync(client.GetStream());
        }
        catch (IOException)
        {
            // The other side is gone.
        }
    }
}
