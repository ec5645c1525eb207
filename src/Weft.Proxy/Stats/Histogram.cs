namespace Weft.Proxy.Stats;

/// <summary>Counts of values in buckets. Written by any thread without a lock.</summary>
internal sealed class Histogram(HistogramBounds bounds)
{
    private readonly long[] _counts = new long[bounds.Values.Length + 1];
    private long _sum;

    public HistogramBounds Bounds => bounds;

    public void Record(long value)
    {
        var index = 0;
        while (index < bounds.Values.Length && value > bounds.Values[index])
        {
            index++;
        }

        Interlocked.Increment(ref _counts[index]);
        Interlocked.Add(ref _sum, value);
    }

    public long Sum => Volatile.Read(ref _sum);

    /// <summary>The count of one bucket alone (not cumulative); the last index holds what lies above all bounds.</summary>
    public long CountOf(int bucket) => Volatile.Read(ref _counts[bucket]);
}

/// <summary>A number that only grows.</summary>
internal sealed class Counter
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Increment() => Interlocked.Increment(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
