namespace Weft.ControlPlane;

/// <summary>A histogram of Prometheus: how many values lie at or below each bound, how many there are, and their sum. Safe for concurrent calls.</summary>
internal sealed class MetricDistribution(double[] bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Length];
    private long _count;
    private double _sum;

    public void Record(double value)
    {
        lock (_lock)
        {
            _count++;
            _sum += value;
            for (var i = 0; i < bounds.Length; i++)
            {
                _counts[i] += value <= bounds[i] ? 1 : 0;
            }
        }
    }

    /// <summary>Bounds with the values at or below them, then the count and the sum of all.</summary>
    public (IReadOnlyList<(double Bound, long Count)> Buckets, long Count, double Sum) Read()
    {
        lock (_lock)
        {
            return ([.. bounds.Select((bound, i) => (bound, _counts[i]))], _count, _sum);
        }
    }
}
