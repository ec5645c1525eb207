using System.Collections.Concurrent;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Listeners;

/// <summary>
/// Connections by the filter chain that serves them. When a new configuration has that chain no more, its connections get the drain time
/// (Envoy's --drain-time-s, Istio's drainDuration) and are then closed. Safe for any thread.
/// </summary>
internal sealed class DrainingConnections(ProxyContext proxy)
{
    private readonly ConcurrentDictionary<DownstreamConnection, Served> _connections = new();

    /// <summary>A chain begins to serve a connection, until the result is disposed.</summary>
    public IDisposable Enter(DownstreamConnection connection, ListenerModel listener, TerminalFilterModel terminal)
    {
        var served = new Served(this, connection, listener, terminal);
        _connections[connection] = served;
        // The configuration may have changed since the chain was matched.
        served.Follow(proxy.Config.Current);
        return served;
    }

    /// <summary>Begins to drain what a configuration no longer serves.</summary>
    public void Follow(ProxyConfig config)
    {
        foreach (var served in _connections.Values)
        {
            served.Follow(config);
        }
    }

    private sealed class Served(DrainingConnections owner, DownstreamConnection connection, ListenerModel listener, TerminalFilterModel terminal) : IDisposable
    {
        private readonly Lock _lock = new();
        private ITimer? _end;
        private bool _isOver;

        public void Follow(ProxyConfig config)
        {
            var current = config.Listeners.ByName.GetValueOrDefault(listener.Name);
            if (ReferenceEquals(current, listener) || current?.Serves(terminal) == true)
            {
                return;
            }

            lock (_lock)
            {
                if (!_isOver)
                {
                    _end ??= owner.StartEnd(connection);
                }
            }
        }

        public void Dispose()
        {
            owner._connections.TryRemove(connection, out _);
            lock (_lock)
            {
                _isOver = true;
                _end?.Dispose();
            }
        }
    }

    private ITimer StartEnd(DownstreamConnection connection) =>
        proxy.Time.CreateTimer(static connection => ((DownstreamConnection)connection!).Abort(), connection, proxy.Bootstrap.ListenerDrain, Timeout.InfiniteTimeSpan);
}
