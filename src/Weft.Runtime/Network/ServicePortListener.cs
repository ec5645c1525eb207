using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Weft.Runtime.Network;

/// <summary>One address and port: accepts, picks the next backend, relays. Connections outlive a change of the backends.</summary>
public sealed class ServicePortListener : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;
    private ImmutableArray<IPEndPoint> _backends;
    private uint _next;

    /// <summary>Throws <see cref="SocketException"/> when the address cannot be listened on.</summary>
    public ServicePortListener(IPEndPoint address, ImmutableArray<IPEndPoint> backends)
    {
        _backends = backends;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(address);
            _listener.Listen(Backlog);
        }
        catch
        {
            _listener.Dispose();
            _stop.Dispose();
            throw;
        }

        _accepting = AcceptAsync();
    }

    /// <summary>The endpoints of new connections.</summary>
    public ImmutableArray<IPEndPoint> Backends
    {
        get => _backends;
        set => ImmutableInterlocked.InterlockedExchange(ref _backends, value);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                Track(ServeAsync(client));
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that left before it was accepted, or no file handle is free: go on.
                await Task.Yield();
            }
        }
    }

    private void Track(Task connection)
    {
        _connections[connection] = true;
        connection.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            using var backend = await ConnectAsync((client.RemoteEndPoint as IPEndPoint)?.Address);
            if (backend is not null)
                await TcpRelay.RunAsync(client, backend, _stop.Token);
            else
                client.LingerState = new LingerOption(enable: true, seconds: 0); // Closing resets: nobody is there.
        }
    }

    /// <summary>The next backend that answers, from the client's own address, so that the pod sees who calls; null when none does.</summary>
    private async Task<Socket?> ConnectAsync(IPAddress? client)
    {
        var backends = _backends;
        for (var tried = 0; tried < backends.Length; tried++)
        {
            var backend = backends[(int)(Interlocked.Increment(ref _next) % (uint)backends.Length)];
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            timeout.CancelAfter(ConnectTimeout);
            try
            {
                return await TcpConnector.ConnectSocketAsync(backend, client, timeout.Token);
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                // A dead endpoint that its slice still lists: try the next one.
            }
        }

        return null;
    }
}
