namespace Weft.Observability.Metrics.PromQL;

/// <summary>The times at which a query is evaluated, in milliseconds.</summary>
internal readonly record struct StepGrid(long Start, long Interval, int Count)
{
    public long TimeAt(int step) => Start + (step * Interval);

    public double[] Constant(double value)
    {
        var values = new double[Count];
        Array.Fill(values, value);
        return values;
    }
}

/// <summary>Start and end of the outermost query, for <c>@ start()</c> and <c>@ end()</c>.</summary>
internal readonly record struct QueryBounds(long Start, long End);
