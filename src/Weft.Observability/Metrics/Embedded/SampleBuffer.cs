using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>A growing list of samples, times and values apart, that is filled again and again.</summary>
internal sealed class SampleBuffer
{
    private long[] _times = new long[256];
    private double[] _values = new double[256];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(long time, double value)
    {
        if (Count == _times.Length)
        {
            Array.Resize(ref _times, 2 * Count);
            Array.Resize(ref _values, 2 * Count);
        }

        _times[Count] = time;
        _values[Count] = value;
        Count++;
    }

    /// <summary>Takes out the marks of ended series, which no window counts.</summary>
    public void RemoveStale()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (GoMath.IsStale(_values[i]))
                continue;
            _times[kept] = _times[i];
            _values[kept++] = _values[i];
        }

        Count = kept;
    }
}
