using System.Collections.Immutable;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>
/// One function of PromQL: its name, the types of its arguments, how many of them may be left out at the end (or, when unbounded,
/// the last type may repeat), the type of its result, and what it does.
/// </summary>
internal sealed record PromQLFunction(
    string Name, ImmutableArray<ExpressionType> Arguments, ExpressionType Result, Func<Evaluator, Call, StepValue> Evaluate)
{
    public int OptionalArguments { get; init; }

    public bool Unbounded { get; init; }

    public int RequiredArguments => Arguments.Length - OptionalArguments;

    public int MaxArguments => Unbounded ? int.MaxValue : Arguments.Length;

    public ExpressionType ArgumentType(int index) => Arguments[Math.Min(index, Arguments.Length - 1)];

    /// <summary>A function of each sample's value and of scalars that follow it; the metric's name goes.</summary>
    public static PromQLFunction OfValue(string name, Func<double, double> compute) =>
        new(name, [ExpressionType.Vector], ExpressionType.Vector, (evaluator, call) =>
            MapSteps(evaluator, evaluator.Vector(call.Arguments[0]), (value, _) => compute(value)));

    /// <summary>A function of a window, its scalar arguments in the places that <paramref name="arguments"/> says.</summary>
    public static PromQLFunction OfRange(string name, RangeComputation compute, ImmutableArray<ExpressionType> arguments = default, bool keepName = false) =>
        new(name, arguments.IsDefault ? [ExpressionType.Matrix] : arguments, ExpressionType.Vector, (evaluator, call) =>
        {
            var range = call.Arguments.Single(static argument => argument.Type == ExpressionType.Matrix);
            double[][] scalars = [.. call.Arguments.Where(static argument => argument.Type == ExpressionType.Scalar).Select(evaluator.Scalar)];
            return new VectorSteps(evaluator.OverRanges(range, scalars, keepName, compute));
        });

    /// <summary>Computes each value that is there, given its step; a result of <see cref="GoMath.Stale"/> removes it.</summary>
    public static VectorSteps MapSteps(Evaluator evaluator, List<StepSeries> vector, Func<double, int, double> compute)
    {
        var results = new List<StepSeries>(vector.Count);
        foreach (var (labels, values) in vector)
        {
            var computed = evaluator.NewSteps();
            var any = false;
            for (var step = 0; step < computed.Length; step++)
            {
                if (GoMath.IsStale(values[step]))
                    continue;
                computed[step] = compute(values[step], step);
                any |= !GoMath.IsStale(computed[step]);
            }

            if (any)
                results.Add(new StepSeries(labels.WithoutMetricName(), computed));
        }

        return new VectorSteps(SeriesMerge.Join(results));
    }
}
