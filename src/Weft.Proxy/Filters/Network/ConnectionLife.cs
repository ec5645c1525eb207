using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Weft.Proxy.Filters.Network;

/// <summary>
/// How long a client's HTTP connection lives (common_http_protocol_options): idle_timeout without a request, max_connection_duration,
/// max_requests_per_connection. Its end is announced: requests under way finish, HTTP/2 clients get GOAWAY. Safe for any thread.
/// </summary>
internal sealed class ConnectionLife : IDisposable
{
    private readonly IFeatureCollection _features;
    private readonly HttpConnectionManagerModel _manager;
    private readonly ITimer? _idle;
    private readonly ITimer? _whole;
    private int _active;
    private long _requests;

    public ConnectionLife(IFeatureCollection features, HttpConnectionManagerModel manager, TimeProvider time)
    {
        _features = features;
        _manager = manager;
        _idle = manager.ConnectionIdleTimeout > TimeSpan.Zero ? time.CreateTimer(_ => EndIfIdle(), null, manager.ConnectionIdleTimeout, Timeout.InfiniteTimeSpan) : null;
        _whole = manager.MaxConnectionDuration > TimeSpan.Zero ? time.CreateTimer(_ => End(), null, manager.MaxConnectionDuration, Timeout.InfiniteTimeSpan) : null;
    }

    /// <summary>A request has come.</summary>
    /// <returns>Whether it is the last that this connection takes.</returns>
    public bool Begin()
    {
        if (Interlocked.Increment(ref _active) == 1)
        {
            _idle?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return Interlocked.Increment(ref _requests) == _manager.MaxRequestsPerConnection;
    }

    /// <summary>A request is over.</summary>
    public void Finish()
    {
        if (Interlocked.Decrement(ref _active) == 0)
        {
            _idle?.Change(_manager.ConnectionIdleTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Takes no further request.</summary>
    public void End() => _features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    public void Dispose()
    {
        _idle?.Dispose();
        _whole?.Dispose();
    }

    private void EndIfIdle()
    {
        if (Volatile.Read(ref _active) == 0)
        {
            End();
        }
    }
}
