using System.Globalization;

namespace Weft.Proxy.Stats;

/// <summary>Counts of values in Envoy's default buckets. Written by any thread without a lock.</summary>
internal sealed class Histogram
{
    /// <summary>Upper bounds of Envoy's default buckets, used for milliseconds and bytes alike.</summary>
    public static ReadOnlySpan<double> Bounds => BoundsArray;

    /// <summary>The bounds as they stand in the label le.</summary>
    public static ReadOnlySpan<string> BoundLabels => BoundTexts;

    private static readonly double[] BoundsArray =
        [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

    private static readonly string[] BoundTexts = [.. BoundsArray.Select(bound => bound.ToString(CultureInfo.InvariantCulture))];

    private readonly long[] _counts = new long[BoundsArray.Length + 1];
    private long _sum;

    public void Record(long value)
    {
        var index = 0;
        while (index < BoundsArray.Length && value > BoundsArray[index])
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
