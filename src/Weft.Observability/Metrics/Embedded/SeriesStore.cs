using System.Collections.Immutable;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// Series in memory, bounded by time, number and size. Appending and reading go on at the same time; readers take no lock.
/// Whoever owns the store calls <see cref="Enforce"/> now and then.
/// </summary>
internal sealed class SeriesStore(SeriesStoreOptions options)
{
    // A clock that is corrected by less leaves a gap as long as the correction.
    private const long ClockSlack = 60_000;

    private readonly Lock _creation = new();
    private readonly Lock[] _appending = [.. Enumerable.Range(0, 64).Select(static _ => new Lock())];
    private volatile SeriesIndex _index = new();
    private int _nextId;
    private long _appended;
    private long _dropped;
    private long _rejected;
    private long _refused;

    public int SeriesCount => _index.All.Count;

    /// <summary>Samples taken in since the start.</summary>
    public long AppendedSamples => Volatile.Read(ref _appended);

    /// <summary>Samples that a limit has pushed out.</summary>
    public long DroppedSamples => Volatile.Read(ref _dropped);

    /// <summary>Samples that came out of order or contradicted an earlier one.</summary>
    public long RejectedSamples => Volatile.Read(ref _rejected);

    /// <summary>Series that were not created because the store was full of live ones.</summary>
    public long RefusedSeries => Volatile.Read(ref _refused);

    public long Size => Sum(static series => series.Size);

    public long SampleCount => Sum(static series => series.Chunks.Sum(static chunk => (long)chunk.Count));

    public IEnumerable<string> LabelNames => _index.LabelNames;

    public IEnumerable<string> LabelValues(string name) => _index.LabelValues(name);

    /// <summary>The series of the labels, created when it is not there; null when the store is full of series that are still written.</summary>
    public StoredSeries? GetOrAdd(LabelSet labels, long now)
    {
        if (_index.Find(labels) is { } known)
            return known;
        lock (_creation)
        {
            if (_index.Find(labels) is { } created)
                return created;
            if (SeriesCount >= options.MaxSeries && !DropIdleSeries(now))
            {
                _refused++;
                return null;
            }

            var series = new StoredSeries(_nextId++, labels);
            _index.Add(series);
            return series;
        }
    }

    public AppendOutcome Append(StoredSeries series, long time, double value)
    {
        AppendOutcome outcome;
        lock (_appending[series.Id % _appending.Length])
            outcome = series.Append(time, value);
        if (outcome == AppendOutcome.Added)
            Interlocked.Increment(ref _appended);
        else if (outcome is AppendOutcome.Duplicate or AppendOutcome.OutOfOrder)
            Interlocked.Increment(ref _rejected);
        return outcome;
    }

    /// <summary>As the other overload, for a series by its labels; false when the sample is not in the store afterwards.</summary>
    public bool Append(LabelSet labels, long time, double value)
    {
        while (GetOrAdd(labels, time) is { } series)
        {
            var outcome = Append(series, time, value);
            if (outcome != AppendOutcome.Dropped)
                return outcome is AppendOutcome.Added or AppendOutcome.Repeated;
        }

        return false;
    }

    /// <summary>Series with samples between the times that meet all conditions, in order of creation.</summary>
    public List<StoredSeries> Select(IReadOnlyList<LabelMatcher> matchers, long from, long to)
    {
        var selected = _index.Select(matchers);
        selected.RemoveAll(series => !series.Overlaps(from, to));
        return selected;
    }

    /// <summary>
    /// Drops what is older than the retention, then the oldest chunks until the size fits, then series without samples. What is of a time to come was
    /// written before the clock was set back: it goes, or nothing could be written until that time.
    /// </summary>
    public void Enforce(long now)
    {
        DropAfter(now + ClockSlack);
        DropBefore(now - (long)options.Retention.TotalMilliseconds);
        if (Size > options.MaxSize && TimeThatFits() is { } time)
            DropBefore(time);
        lock (_creation)
            Rebuild(static series => series.Chunks.Length > 0);
    }

    private long Sum(Func<StoredSeries, long> measure)
    {
        long sum = 0;
        foreach (var series in _index.All.Series)
            sum += measure(series);
        return sum;
    }

    private void DropBefore(long time)
    {
        foreach (var series in _index.All.Series)
        {
            if (series.Chunks is not [var first, ..] || first.MaxTime >= time)
                continue;
            lock (_appending[series.Id % _appending.Length])
                Interlocked.Add(ref _dropped, series.DropBefore(time));
        }
    }

    private void DropAfter(long time)
    {
        foreach (var series in _index.All.Series)
        {
            if (series.MaxTime <= time)
                continue;
            lock (_appending[series.Id % _appending.Length])
                Interlocked.Add(ref _dropped, series.DropAfter(time));
        }
    }

    // Chunks that end before this time are dropped: the oldest, until a tenth of the size is free.
    private long? TimeThatFits()
    {
        var excess = Size - (options.MaxSize / 10 * 9);
        var chunks = ImmutableArray.CreateBuilder<SampleChunk>();
        foreach (var series in _index.All.Series)
            chunks.AddRange(series.Chunks);
        chunks.Sort(static (left, right) => left.MaxTime.CompareTo(right.MaxTime));
        foreach (var chunk in chunks)
        {
            excess -= chunk.Size;
            if (excess <= 0)
                return chunk.MaxTime + 1;
        }

        return null;
    }

    // Makes room for new series at the cost of those that ended first; never of series that are still written.
    private bool DropIdleSeries(long now)
    {
        var idle = new List<StoredSeries>();
        foreach (var series in _index.All.Series)
        {
            if (series.MaxTime < now - PromQLEngineOptions.DefaultLookback)
                idle.Add(series);
        }

        if (idle.Count == 0)
            return false;
        idle.Sort(static (left, right) => left.MaxTime.CompareTo(right.MaxTime));
        var victims = idle.Take(Math.Max(1, options.MaxSeries / 10)).ToHashSet();
        Rebuild(series => !victims.Contains(series));
        return true;
    }

    private void Rebuild(Func<StoredSeries, bool> keep)
    {
        var anyGoes = false;
        foreach (var series in _index.All.Series)
            anyGoes |= !keep(series);
        if (!anyGoes)
            return;
        var kept = new SeriesIndex();
        foreach (var series in _index.All.Series)
        {
            bool stays;
            lock (_appending[series.Id % _appending.Length])
            {
                // A sample may have come since the caller looked.
                stays = keep(series);
                if (!stays)
                    series.MarkDropped();
            }

            if (stays)
                kept.Add(series);
            else
                Interlocked.Add(ref _dropped, series.Chunks.Sum(static chunk => chunk.Count));
        }

        _index = kept;
    }
}
