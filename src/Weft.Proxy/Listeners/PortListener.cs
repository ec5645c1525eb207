using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Listeners;

/// <summary>One bound port: accepts until disposed and hands each connection to its handler. Owns the connections.</summary>
internal sealed partial class PortListener : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Func<DownstreamConnection, CancellationToken, Task> _serve;
    private readonly ProxyStats _stats;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<DownstreamConnection, Task> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <exception cref="SocketException">The port cannot be bound.</exception>
    public PortListener(IPEndPoint endpoint, Func<DownstreamConnection, CancellationToken, Task> serve, ProxyStats stats, TimeProvider time, ILogger logger)
    {
        _serve = serve;
        _stats = stats;
        _time = time;
        _logger = logger;
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(endpoint);
            _socket.Listen(1024);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        Endpoint = endpoint;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>No more connections; those that are there go on.</summary>
    public void StopAccepting() => _socket.Dispose();

    /// <summary>Waits for the connections to end, and breaks those that last longer.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        StopAccepting();
        try
        {
            await Task.WhenAll(_connections.Values).WaitAsync(limit, _time);
        }
        catch (TimeoutException)
        {
            await _stop.CancelAsync();
            foreach (var connection in _connections.Keys)
            {
                connection.Abort();
            }

            await Task.WhenAll(_connections.Values);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DrainAsync(TimeSpan.Zero);
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync();
            }
            catch (Exception error) when (error is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted or SocketError.InvalidArgument })
            {
                return;
            }
            catch (SocketException error)
            {
                // Out of descriptors, or a client that was gone before it was accepted.
                LogAcceptFailed(Endpoint, error.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
                continue;
            }

            Begin(accepted);
        }
    }

    private void Begin(Socket accepted)
    {
        DownstreamConnection connection;
        try
        {
            connection = new DownstreamConnection(accepted, _time.GetUtcNow());
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException)
        {
            accepted.Dispose();
            return;
        }

        _stats.ConnectionsAccepted.Increment();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = ServeAsync(connection, started.Task);
        started.SetResult();
    }

    private async Task ServeAsync(DownstreamConnection connection, Task started)
    {
        await started;
        try
        {
            await _serve(connection, _stop.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            connection.Abort();
        }
        catch (Exception error)
        {
            LogConnectionFailed(error, Endpoint);
            connection.Abort();
        }

        await connection.DisposeAsync();
        _stats.ConnectionsClosed.Increment();
        _connections.TryRemove(connection, out _);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Accept on {Endpoint} failed: {Reason}")]
    private partial void LogAcceptFailed(IPEndPoint endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Connection to {Endpoint} failed by a defect")]
    private partial void LogConnectionFailed(Exception error, IPEndPoint endpoint);
}
