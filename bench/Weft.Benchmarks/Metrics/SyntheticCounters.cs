namespace Weft.Benchmarks.Metrics;

/// <summary>
/// Counters that grow as those of a mesh do: each by its own rate with some chance, errors hardly, a third not at all. In the order of
/// <see cref="SyntheticMetrics.Series"/>: per edge two counters of requests, then cumulative buckets.
/// </summary>
internal sealed class SyntheticCounters(int count, int seed)
{
    private const int PerEdge = 12;
    private const int Buckets = 10;

    private readonly double[] _values = new double[count];
    private readonly Random _random = new(seed);

    public double this[int series] => _values[series];

    /// <summary>One interval later.</summary>
    public void Advance()
    {
        for (var edge = 0; edge * PerEdge < _values.Length; edge++)
        {
            if (edge % 3 == 0)
                continue;
            var requests = _random.Next(edge % 40 * 10, (edge % 40 * 11) + 3);
            _values[edge * PerEdge] += requests;
            _values[(edge * PerEdge) + 1] += _random.Next(20) == 0 ? 1 : 0;
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                // The slower the bound, the more of the requests are below it.
                var below = bucket == Buckets - 1 ? requests : (int)(requests * (1 - Math.Exp(-0.5 * (bucket + 1)))) - _random.Next(2);
                _values[(edge * PerEdge) + 2 + bucket] += Math.Max(0, below);
            }
        }
    }
}
