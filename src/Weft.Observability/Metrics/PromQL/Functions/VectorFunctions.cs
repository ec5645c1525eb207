using System.Collections.Immutable;
using static Weft.Observability.Metrics.PromQL.ExpressionType;

namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>Functions of a vector as a whole, and between vectors and scalars.</summary>
internal static class VectorFunctions
{
    public static IEnumerable<PromQLFunction> All { get; } =
    [
        new("pi", [], Scalar, static (evaluator, _) => new ScalarSteps(evaluator.Grid.Constant(Math.PI))),
        new("scalar", [Vector], Scalar, ToScalar),
        new("vector", [Scalar], Vector, static (evaluator, call) => new VectorSteps([new StepSeries(LabelSet.Empty, evaluator.Scalar(call.Arguments[0]))])),
        new("absent", [Vector], Vector, static (evaluator, call) => AbsenceOf(evaluator, call.Arguments[0], evaluator.Vector(call.Arguments[0]))),
        new("sort", [Vector], Vector, static (evaluator, call) => Sort(evaluator.Vector(call.Arguments[0]), descending: false)),
        new("sort_desc", [Vector], Vector, static (evaluator, call) => Sort(evaluator.Vector(call.Arguments[0]), descending: true)),
    ];

    /// <summary>1 at the steps where none of the series has a value, with the labels that the selector's equalities name.</summary>
    public static VectorSteps AbsenceOf(Evaluator evaluator, Expression expression, List<StepSeries> vector)
    {
        var values = evaluator.Grid.Constant(1);
        foreach (var (_, present) in vector)
        {
            for (var step = 0; step < values.Length; step++)
            {
                if (!GoMath.IsStale(present[step]))
                    values[step] = GoMath.Stale;
            }
        }

        return new VectorSteps(Array.TrueForAll(values, GoMath.IsStale) ? [] : [new StepSeries(LabelsOfAbsence(expression), values)]);
    }

    private static LabelSet LabelsOfAbsence(Expression expression)
    {
        var selector = expression switch
        {
            VectorSelector vector => vector,
            MatrixSelector matrix => matrix.Selector,
            _ => null,
        };
        if (selector is null)
            return LabelSet.Empty;
        // A label with two conditions has no certain value.
        var unambiguous = selector.Matchers
            .GroupBy(static matcher => matcher.Name)
            .Where(static group => group.Key != LabelSet.MetricNameLabel && group.Count() == 1 && group.Single().Kind == MatchKind.Equal);
        return LabelSet.From(unambiguous.Select(static group => KeyValuePair.Create(group.Key, group.Single().Value)));
    }

    private static ScalarSteps ToScalar(Evaluator evaluator, Call call)
    {
        var vector = evaluator.Vector(call.Arguments[0]);
        var values = evaluator.Grid.Constant(double.NaN);
        for (var step = 0; step < values.Length; step++)
        {
            var present = vector.Where(series => !GoMath.IsStale(series.Values[step])).Take(2).ToImmutableArray();
            if (present.Length == 1)
                values[step] = present[0].Values[step];
        }

        return new ScalarSteps(values);
    }

    // Range results are ordered by labels afterwards, so only the first step counts. NaN comes last.
    private static VectorSteps Sort(List<StepSeries> vector, bool descending)
    {
        var numbersFirst = vector.OrderBy(static series => double.IsNaN(series.Values[0]));
        return new VectorSteps([.. descending ? numbersFirst.ThenByDescending(static series => series.Values[0]) : numbersFirst.ThenBy(static series => series.Values[0])]);
    }
}
