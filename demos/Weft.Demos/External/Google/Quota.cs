namespace Weft.Demos.External.Google;

/// <summary>A bucket of permits: so many at once, one more each period.</summary>
internal sealed class Quota(TimeProvider time, int burst, TimeSpan period)
{
    private readonly Lock _lock = new();
    private double _permits = burst;
    private long _last = time.GetTimestamp();

    public bool TryTake()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _permits = Math.Min(burst, _permits + (time.GetElapsedTime(_last, now) / period));
            _last = now;
            if (_permits < 1)
            {
                return false;
            }

            _permits--;
            return true;
        }
    }
}
