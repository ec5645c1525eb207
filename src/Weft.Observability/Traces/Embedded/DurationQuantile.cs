namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// A running estimate of one quantile in constant memory: stochastic approximation on the logarithm of the duration, so that a step is a
/// ratio and the estimate follows drift. Good to about ten percent after a hundred values, which is enough to tell the slow ones.
/// </summary>
internal sealed class DurationQuantile(double quantile)
{
    private const int WarmUp = 20;
    private double _logarithm;
    private int _count;

    /// <summary>Whether the duration lies above the estimate as it was before; never during the first values. Takes it in.</summary>
    public bool IsAbove(TimeSpan duration)
    {
        var logarithm = Math.Log(Math.Max(1, duration.Ticks));
        var above = _count >= WarmUp && logarithm > _logarithm;
        if (_count == 0)
            _logarithm = logarithm;
        // While warming up, the estimate may not lie below what was seen: it starts at the maximum and sinks.
        else if (_count < WarmUp)
            _logarithm = Math.Max(_logarithm, logarithm);
        else
            _logarithm += Step() * (logarithm > _logarithm ? quantile : quantile - 1);
        if (_count < int.MaxValue)
            _count++;
        return above;
    }

    private double Step() => Math.Max(0.05, 4.0 / _count);
}
