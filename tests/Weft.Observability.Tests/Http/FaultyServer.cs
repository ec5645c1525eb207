using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.Observability.Http;

/// <summary>A server on loopback that reads one request per connection and then does to the connection what it is told.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<FaultyServer, NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _accepting;
    private int _requests;

    public FaultyServer(Func<FaultyServer, NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public int Requests => _requests;

    public static byte[] Head(string status, params string[] headers) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Connection: close\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            // A reset instead of an orderly end, for whoever leaves in the middle.
            client.LingerState = new LingerOption(true, 0);
            try
            {
                var stream = client.GetStream();
                if (await stream.ReadAsync(new byte[65536], _end.Token) == 0)
                    return;
                Interlocked.Increment(ref _requests);
                await _answer(this, stream, _end.Token);
            }
            catch (Exception cause) when (cause is IOException or OperationCanceledException)
            {
                // The client has left.
            }
        }
    }
}
