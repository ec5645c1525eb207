namespace Weft.Runtime.Pods;

/// <summary>
/// How long a container that ended waits before it is started again: not at all after the first end, then the first delay, twice
/// as long each time, up to the longest. A run twice as long as the longest delay forgives all. One container, one instance.
/// </summary>
internal sealed class RestartBackOff(TimeSpan first, TimeSpan longest)
{
    private TimeSpan _next = TimeSpan.Zero;

    public TimeSpan AfterRunOf(TimeSpan duration)
    {
        if (duration >= longest * 2)
            _next = TimeSpan.Zero;
        var delay = _next;
        _next = delay == TimeSpan.Zero ? first : delay * 2 < longest ? delay * 2 : longest;
        return delay;
    }

    /// <summary>For what failed before it ran at all: there is no free first time.</summary>
    public TimeSpan AfterFailedStart()
    {
        if (_next == TimeSpan.Zero)
            _next = first;
        return AfterRunOf(TimeSpan.Zero);
    }
}
