namespace Weft.Observability.Metrics.PromQL;

/// <summary>The value of an expression at every step of a query: an array with one entry per step.</summary>
internal abstract class StepValue;

internal sealed class ScalarSteps(double[] values) : StepValue
{
    public double[] Values { get; } = values;
}

internal sealed class VectorSteps(List<StepSeries> series) : StepValue
{
    public List<StepSeries> Series { get; } = series;
}

/// <summary>One series of a vector; <see cref="GoMath.Stale"/> stands where it has no value.</summary>
internal readonly record struct StepSeries(LabelSet Labels, double[] Values);
