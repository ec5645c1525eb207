using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Listeners;

/// <summary>
/// The ports that a proxy has bound: a sidecar's capturing ports and those of its application, and the listeners that configuration binds.
/// Follows the configuration: what is wanted no more stops accepting, and its connections drain.
/// </summary>
internal sealed partial class BoundPorts(ProxyContext proxy, ProxyPipeline pipeline, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<BoundPorts>();
    private readonly SemaphoreSlim _binding = new(1, 1);
    private readonly Dictionary<IPEndPoint, PortListener> _ports = [];
    private readonly List<Task> _retired = [];

    /// <summary>Binds what a sidecar has before any configuration: 15001 and 15006.</summary>
    /// <exception cref="SocketException">One of them is taken.</exception>
    public void BindOwn()
    {
        foreach (var (address, serve) in Own())
        {
            Bind(address, serve);
        }
    }

    /// <summary>Binds and retires ports as the configuration wants it.</summary>
    public async Task FollowAsync(ProxyConfig config)
    {
        await _binding.WaitAsync();
        try
        {
            proxy.Stats.ListenerUpdates.Increment();
            pipeline.Follow(config);
            var wanted = Wanted(config);
            foreach (var gone in _ports.Keys.Where(address => !wanted.ContainsKey(address)).ToList())
            {
                _ports.Remove(gone, out var listener);
                _retired.RemoveAll(task => task.IsCompleted);
                _retired.Add(listener!.DrainAsync(proxy.Bootstrap.TerminationDrain));
            }

            foreach (var (address, serve) in wanted.Where(entry => !_ports.ContainsKey(entry.Key)))
            {
                TryBind(address, serve);
            }
        }
        finally
        {
            _binding.Release();
        }
    }

    public void StopAccepting()
    {
        foreach (var listener in _ports.Values)
        {
            listener.StopAccepting();
        }
    }

    /// <summary>Lets connections end within the drain time.</summary>
    public Task DrainAsync() => Task.WhenAll(_ports.Values.Select(listener => listener.DrainAsync(proxy.Bootstrap.TerminationDrain)).Concat(_retired));

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _ports.Values)
        {
            await listener.DisposeAsync();
        }

        _ports.Clear();
        _binding.Dispose();
    }

    private Dictionary<IPEndPoint, Func<DownstreamConnection, CancellationToken, Task>> Wanted(ProxyConfig config)
    {
        var wanted = Own().ToDictionary(entry => entry.Address, entry => entry.Serve);
        // Without packet redirection every inbound port is bound by itself.
        foreach (var port in config.Listeners.VirtualInbound?.DestinationPorts ?? [])
        {
            wanted.TryAdd(At(port), pipeline.ServeInboundAsync);
        }

        foreach (var configured in config.Listeners.Bound.Keys)
        {
            wanted.TryAdd(Local(configured), (connection, cancellationToken) => pipeline.ServeBoundAsync(configured, connection, cancellationToken));
        }

        return wanted;
    }

    private IEnumerable<(IPEndPoint Address, Func<DownstreamConnection, CancellationToken, Task> Serve)> Own() => proxy.Bootstrap.IsGateway
        ? []
        : [(At(SidecarPorts.Outbound), pipeline.ServeOutboundAsync), (At(SidecarPorts.Inbound), pipeline.ServeInboundAsync)];

    private IPEndPoint At(int port) => new(proxy.Bootstrap.InstanceAddress, port);

    // Any address is the pod's, and its loopback address is where its application lives: a pod has no network namespace of its own here.
    private IPEndPoint Local(IPEndPoint configured)
    {
        if (configured.Address.Equals(IPAddress.Any) || configured.Address.Equals(IPAddress.IPv6Any))
        {
            return At(configured.Port);
        }

        return IPAddress.IsLoopback(configured.Address) && configured.Address.ToString() is "127.0.0.1" or "::1"
            ? new IPEndPoint(proxy.Bootstrap.ApplicationAddress, configured.Port)
            : configured;
    }

    private void TryBind(IPEndPoint address, Func<DownstreamConnection, CancellationToken, Task> serve)
    {
        try
        {
            Bind(address, serve);
        }
        catch (SocketException error)
        {
            LogBindFailed(address, error.Message);
        }
    }

    private void Bind(IPEndPoint address, Func<DownstreamConnection, CancellationToken, Task> serve) =>
        _ports[address] = new PortListener(address, serve, proxy.Stats, proxy.Time, loggers.CreateLogger<PortListener>());

    [LoggerMessage(Level = LogLevel.Error, Message = "Port {Address} cannot be bound: {Reason}")]
    private partial void LogBindFailed(IPEndPoint address, string reason);
}
