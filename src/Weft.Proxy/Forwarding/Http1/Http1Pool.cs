using Weft.Proxy.Clusters;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>
/// HTTP/1.1 connections of one kind to one endpoint, each for one request at a time; the one that was last used is used next. How many there are is for the
/// cluster's circuit breaker to limit.
/// </summary>
internal sealed class Http1Pool(UpstreamConnector connector, ClusterModel cluster, EndpointModel endpoint, UpstreamDial dial, TimeProvider time) : UpstreamPool
{
    private readonly Lock _lock = new();
    private readonly List<Http1Connection> _resting = [];
    private ITimer? _expiry;
    private bool _isTimed;
    private bool _isDisposed;

    /// <summary>A request that a kept connection's end overtook is sent again on another, if the upstream cannot have acted on it or may act twice.</summary>
    public override async Task<UpstreamReply> SendAsync(OutgoingRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = TryTake() ?? await ConnectAsync(cancellationToken);
            connection.Requests++;
            LastConnection = connection.Upstream;
            var reply = new Http1Reply(this, connection, request, cancellationToken);
            try
            {
                await reply.BeginAsync(closes: cluster.MaxRequestsPerConnection is var limit and > 0 && connection.Requests >= limit);
                return reply;
            }
            catch (Exception error)
            {
                await reply.DisposeAsync();
                if (!reply.MayRepeatAfter(error))
                {
                    throw;
                }
            }
        }
    }

    public override void Dispose()
    {
        Http1Connection[] resting;
        lock (_lock)
        {
            _isDisposed = true;
            _expiry?.Dispose();
            resting = [.. _resting];
            _resting.Clear();
        }

        EndAll(resting);
    }

    internal long Now => time.GetTimestamp();

    /// <summary>Takes back a connection whose request is over on both sides.</summary>
    internal void Return(Http1Connection connection)
    {
        connection.Rest(time.GetTimestamp(), Forget);
        lock (_lock)
        {
            if (!_isDisposed)
            {
                // Its end may have been seen already.
                if (connection.IsResting)
                {
                    _resting.Add(connection);
                    StartExpiry();
                }

                return;
            }
        }

        EndAll([connection]);
    }

    private Http1Connection? TryTake()
    {
        lock (_lock)
        {
            while (_resting is [.., var last])
            {
                _resting.RemoveAt(_resting.Count - 1);
                if (!last.TryTake())
                {
                    continue;
                }

                if (TimeLeft(last) > TimeSpan.Zero)
                {
                    return last;
                }

                last.End();
            }
        }

        return null;
    }

    private async ValueTask<Http1Connection> ConnectAsync(CancellationToken cancellationToken) =>
        new(await connector.ConnectAsync(cluster, endpoint, dial, cancellationToken), time.GetTimestamp());

    private void Forget(Http1Connection connection)
    {
        lock (_lock)
        {
            _resting.Remove(connection);
        }
    }

    private TimeSpan TimeLeft(Http1Connection connection)
    {
        var left = TimeSpan.MaxValue;
        if (cluster.HttpIdleTimeout > TimeSpan.Zero)
        {
            left = cluster.HttpIdleTimeout - time.GetElapsedTime(connection.RestingSince);
        }

        return cluster.HttpConnectionLifetime > TimeSpan.Zero && cluster.HttpConnectionLifetime - time.GetElapsedTime(connection.OpenedAt) is var rest && rest < left ? rest : left;
    }

    // One timer for all, set for the first that will expire.
    private void StartExpiry()
    {
        if (_isTimed || (cluster.HttpIdleTimeout <= TimeSpan.Zero && cluster.HttpConnectionLifetime <= TimeSpan.Zero))
        {
            return;
        }

        var due = _resting.Min(TimeLeft);
        due = due > TimeSpan.Zero ? due : TimeSpan.Zero;
        _isTimed = true;
        _expiry ??= time.CreateTimer(static pool => ((Http1Pool)pool!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _expiry.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Expire()
    {
        Http1Connection[] expired;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isTimed = false;
            expired = [.. _resting.Where(connection => TimeLeft(connection) <= TimeSpan.Zero)];
            _resting.RemoveAll(expired.Contains);
            if (_resting.Count > 0)
            {
                StartExpiry();
            }
        }

        EndAll(expired);
    }

    private static void EndAll(IEnumerable<Http1Connection> connections)
    {
        foreach (var connection in connections)
        {
            if (connection.TryTake())
            {
                connection.End();
            }
        }
    }
}
