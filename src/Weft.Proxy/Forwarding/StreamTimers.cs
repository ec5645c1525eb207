using Weft.Proxy.Filters.Network;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>Which of its times a stream ran out of.</summary>
internal enum StreamExpiry
{
    None,

    /// <summary>The route's timeout.</summary>
    Response,

    /// <summary>stream_idle_timeout, or the route's idle_timeout.</summary>
    Idle,

    /// <summary>max_stream_duration.</summary>
    MaxStream,

    /// <summary>The connection manager's request_timeout.</summary>
    Request,
}

/// <summary>The times of one request: whichever runs out first cancels <see cref="Token"/> and says which it was. No timer is made for a time that has no end.</summary>
internal sealed class StreamTimers : IDisposable
{
    private readonly CancellationTokenSource _expired;
    private readonly TimeProvider _time;
    private ITimer? _response;
    private ITimer? _whole;
    private ITimer? _request;
    private readonly TimeSpan _idle;
    private ITimer? _idleTimer;
    private long _lastProgress;
    private int _expiry;

    public StreamTimers(HttpExchange exchange, RouteTimeouts route)
    {
        _time = exchange.Proxy.Time;
        _expired = CancellationTokenSource.CreateLinkedTokenSource(exchange.Http.RequestAborted);
        var manager = exchange.Manager;
        var requested = exchange.IsGrpc ? GrpcTimeout.Parse(exchange.RequestHeader(GrpcTimeout.Header)) : null;
        Response = exchange.RequestedTimeout ?? route.ResponseFor(exchange.IsGrpc, requested);
        _idle = route.Idle ?? manager.StreamIdleTimeout;
        AfterRequest(exchange, Response);
        StartIdle(exchange);
        StartRest(exchange, route, manager, requested);
    }

    public CancellationToken Token => _expired.Token;

    public StreamExpiry Expiry => (StreamExpiry)Volatile.Read(ref _expiry);

    /// <summary>The time for a response; zero has no end.</summary>
    public TimeSpan Response { get; }

    /// <summary>A byte went either way.</summary>
    public void Progress() => Volatile.Write(ref _lastProgress, _time.GetTimestamp());

    /// <summary>The stream became a tunnel, whose request never ends: the time for a response no longer counts (Envoy starts it at the request's end).</summary>
    public void BecomeTunnel() => _response?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _response?.Dispose();
        _whole?.Dispose();
        _request?.Dispose();
        _idleTimer?.Dispose();
        _expired.Dispose();
    }

    /// <summary>A timer that begins when all of the request has been sent.</summary>
    public static ITimer WhenSent(HttpExchange exchange, TimerCallback fire, object? state, TimeSpan timeout)
    {
        var body = exchange.RequestBody is { IsComplete: false } unsent ? unsent : null;
        var timer = exchange.Proxy.Time.CreateTimer(fire, state, body is null ? timeout : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (body is not null)
        {
            body.Completed += () => timer.Change(timeout, Timeout.InfiniteTimeSpan);
        }

        return timer;
    }

    // The time of a response counts from the end of the request.
    private void AfterRequest(HttpExchange exchange, TimeSpan timeout)
    {
        if (timeout > TimeSpan.Zero)
        {
            _response = WhenSent(exchange, static state => ((StreamTimers)state!).Expire(StreamExpiry.Response), this, timeout);
        }
    }

    private void StartIdle(HttpExchange exchange)
    {
        if (_idle <= TimeSpan.Zero)
        {
            return;
        }

        Progress();
        _idleTimer = _time.CreateTimer(_ => CheckIdle(), null, _idle, Timeout.InfiniteTimeSpan);
        if (exchange.RequestBody is { } body)
        {
            body.Progress = Progress;
        }
    }

    private void StartRest(HttpExchange exchange, RouteTimeouts route, HttpConnectionManagerModel manager, TimeSpan? requested)
    {
        if ((route.StreamFor(requested) ?? manager.MaxStreamDuration) is { Ticks: > 0 } longest)
        {
            _whole = Start(longest - _time.GetElapsedTime(exchange.StartTimestamp), StreamExpiry.MaxStream);
        }

        if (manager.RequestTimeout > TimeSpan.Zero && exchange.RequestBody is { IsComplete: false } body)
        {
            _request = Start(manager.RequestTimeout - _time.GetElapsedTime(exchange.StartTimestamp), StreamExpiry.Request);
            body.Completed += () => _request.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private ITimer Start(TimeSpan due, StreamExpiry expiry) =>
        _time.CreateTimer(_ => Expire(expiry), null, due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    private void CheckIdle()
    {
        var left = _idle - _time.GetElapsedTime(Volatile.Read(ref _lastProgress));
        if (left <= TimeSpan.Zero)
        {
            Expire(StreamExpiry.Idle);
        }
        else
        {
            _idleTimer?.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private void Expire(StreamExpiry expiry)
    {
        if (Interlocked.CompareExchange(ref _expiry, (int)expiry, 0) != 0)
        {
            return;
        }

        try
        {
            _expired.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The stream ended at the same moment.
        }
    }
}
