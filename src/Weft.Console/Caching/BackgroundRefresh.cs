namespace Weft.Console.Caching;

/// <summary>
/// Makes again, in the background, what is asked for again and again, so that it is there when it is asked next. What nobody has asked for
/// in the last minute is forgotten; of more things than fit, the one that was asked for longest ago. One is made at a time.
/// </summary>
internal sealed class BackgroundRefresh<TKey>(int capacity, Action<Exception> failed, TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];

    /// <summary>How many things are made again at present.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Somebody has asked.</summary>
    /// <param name="interval">When he will ask again; null when he did not say: then the time between two questions decides, and nothing is made after only one.</param>
    /// <param name="make">Called about every second with the time until the next question; decides whether there is anything to make, and limits itself.</param>
    public void Asked(TKey key, TimeSpan? interval, Func<TimeSpan, Task> make)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var between = _entries.TryGetValue(key, out var before) ? time.GetElapsedTime(before.AskedAt, now) : default(TimeSpan?);
            _entries[key] = new Entry(now, interval ?? Shortest(between), make);
            if (_entries.Count > capacity)
            {
                _entries.Remove(_entries.MinBy(pair => pair.Value.AskedAt).Key);
            }
        }
    }

    /// <summary>Ends only by cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await StepAsync().ConfigureAwait(false);
        }
    }

    internal async Task StepAsync()
    {
        foreach (var entry in Present())
        {
            if (entry.Interval is { } interval)
            {
                var elapsed = time.GetElapsedTime(entry.AskedAt);
                await MakeAsync(entry, interval - TimeSpan.FromTicks(elapsed.Ticks % interval.Ticks)).ConfigureAwait(false);
            }
        }
    }

    private async Task MakeAsync(Entry entry, TimeSpan untilAsked)
    {
        try
        {
            await entry.Make(untilAsked).ConfigureAwait(false);
        }
        // Whoever asks next will be told; the loop serves the others.
        catch (Exception failure)
        {
            failed(failure);
        }
    }

    private List<Entry> Present()
    {
        lock (_lock)
        {
            foreach (var (key, entry) in _entries)
            {
                if (time.GetElapsedTime(entry.AskedAt) >= Remembered)
                {
                    _entries.Remove(key);
                }
            }

            return [.. _entries.Values];
        }
    }

    private static TimeSpan? Shortest(TimeSpan? between) => between is { } some && some < Step ? Step : between;

    private sealed record Entry(long AskedAt, TimeSpan? Interval, Func<TimeSpan, Task> Make);
}
