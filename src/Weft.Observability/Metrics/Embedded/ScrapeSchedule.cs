namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// When a target is scraped. In the long run every target has its own place in the interval, so that not all are scraped at once.
/// A new target is scraped five times as often for its first two intervals: a rate needs two samples of a series, and who has just
/// started a workload waits for its traffic. All times are Unix times in milliseconds.
/// </summary>
internal sealed class ScrapeSchedule
{
    private readonly long _interval;
    private readonly long _place;
    private readonly long _youngInterval;
    private readonly long _youngUntil;

    /// <param name="interval">Milliseconds between two scrapes.</param>
    /// <param name="seed">What spreads targets over the interval: a hash of the target.</param>
    /// <param name="start">When the target appeared.</param>
    public ScrapeSchedule(long interval, uint seed, long start)
    {
        _interval = interval;
        _place = seed % interval;
        _youngInterval = Math.Max(1, interval / 5);
        _youngUntil = start + (2 * interval);
        Next = start + (seed % _youngInterval);
    }

    /// <summary>The time of the next scrape; it may have passed already.</summary>
    public long Next { get; private set; }

    /// <summary>Goes on to the first turn after now. A scrape that took long, or a clock that jumped, skips turns instead of catching up.</summary>
    public void Advance(long now)
    {
        // A timer may fire a little early, and that turn is done; but a plan further away than that was made before the clock was set back.
        var done = Next > now + _interval ? now : Math.Max(now, Next);
        var young = done < _youngUntil && _youngUntil - done <= 2 * _interval;
        Next = young ? FirstAfter(done, Next, _youngInterval) : FirstAfter(done, done - (done % _interval) + _place - _interval, _interval);
    }

    private static long FirstAfter(long now, long turn, long interval) => turn > now ? now + interval : turn + ((((now - turn) / interval) + 1) * interval);
}
