using Weft.Proxy.Filters.Network;

namespace Weft.Proxy.Forwarding;

/// <summary>Ends a TCP connection on which nothing moves any more, or that is too old. No timer is made for a time that has no end.</summary>
internal sealed class TcpTimers : IDisposable
{
    private readonly TcpSession _session;
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private readonly Action _end;
    private readonly ITimer? _idleTimer;
    private readonly ITimer? _wholeTimer;

    /// <param name="end">Breaks the connection; any thread.</param>
    public TcpTimers(TcpSession session, TcpProxyModel model, TimeProvider time, Action end)
    {
        (_session, _time, _idle, _end) = (session, time, model.IdleTimeout, end);
        session.Moved();
        _idleTimer = _idle > TimeSpan.Zero ? time.CreateTimer(static timers => ((TcpTimers)timers!).CheckIdle(), this, _idle, Timeout.InfiniteTimeSpan) : null;
        _wholeTimer = model.MaxDuration > TimeSpan.Zero ? time.CreateTimer(static timers => ((TcpTimers)timers!).EndOld(), this, model.MaxDuration, Timeout.InfiniteTimeSpan) : null;
    }

    public void Dispose()
    {
        _idleTimer?.Dispose();
        _wholeTimer?.Dispose();
    }

    private void CheckIdle()
    {
        var left = _idle - _time.GetElapsedTime(_session.LastActivity);
        if (left <= TimeSpan.Zero)
        {
            _end();
        }
        else
        {
            _idleTimer?.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndOld()
    {
        _session.Flags |= ResponseFlags.DurationTimeout;
        _end();
    }
}
