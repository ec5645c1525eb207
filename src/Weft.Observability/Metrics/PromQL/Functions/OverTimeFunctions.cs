using static Weft.Observability.Metrics.PromQL.ExpressionType;

namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>Aggregations of one series over its window.</summary>
internal static class OverTimeFunctions
{
    public static IEnumerable<PromQLFunction> All { get; } =
    [
        PromQLFunction.OfRange("avg_over_time", Average),
        PromQLFunction.OfRange("sum_over_time", Sum),
        PromQLFunction.OfRange("count_over_time", static (in RangeWindow window) => window.Count),
        PromQLFunction.OfRange("min_over_time", Minimum),
        PromQLFunction.OfRange("max_over_time", Maximum),
        PromQLFunction.OfRange("last_over_time", static (in RangeWindow window) => window.Values[^1], keepName: true),
        PromQLFunction.OfRange("present_over_time", static (in RangeWindow window) => 1),
        PromQLFunction.OfRange("stddev_over_time", static (in RangeWindow window) => Math.Sqrt(Variance(window))),
        PromQLFunction.OfRange("stdvar_over_time", static (in RangeWindow window) => Variance(window)),
        PromQLFunction.OfRange("quantile_over_time", Quantile, [Scalar, Matrix]),
        new("absent_over_time", [Matrix], Vector, AbsentOverTime),
    ];

    private static double Average(in RangeWindow window)
    {
        double mean = 0, compensation = 0;
        var count = 0;
        foreach (var value in window.Values)
        {
            count++;
            if (double.IsInfinity(mean) && (value == mean || double.IsFinite(value)))
                continue;
            GoMath.KahanAdd((value / count) - (mean / count), ref mean, ref compensation);
        }

        return double.IsInfinity(mean) ? mean : mean + compensation;
    }

    private static double Sum(in RangeWindow window)
    {
        double sum = 0, compensation = 0;
        foreach (var value in window.Values)
            GoMath.KahanAdd(value, ref sum, ref compensation);
        return double.IsInfinity(sum) ? sum : sum + compensation;
    }

    private static double Minimum(in RangeWindow window)
    {
        var minimum = window.Values[0];
        foreach (var value in window.Values)
        {
            if (value < minimum || double.IsNaN(minimum))
                minimum = value;
        }

        return minimum;
    }

    private static double Maximum(in RangeWindow window)
    {
        var maximum = window.Values[0];
        foreach (var value in window.Values)
        {
            if (value > maximum || double.IsNaN(maximum))
                maximum = value;
        }

        return maximum;
    }

    private static double Variance(in RangeWindow window)
    {
        double mean = 0, meanCompensation = 0, sum = 0, sumCompensation = 0;
        var count = 0;
        foreach (var value in window.Values)
        {
            count++;
            var delta = value - (mean + meanCompensation);
            GoMath.KahanAdd(delta / count, ref mean, ref meanCompensation);
            GoMath.KahanAdd(delta * (value - (mean + meanCompensation)), ref sum, ref sumCompensation);
        }

        return (sum + sumCompensation) / count;
    }

    private static double Quantile(in RangeWindow window) => GoMath.Quantile(window.Arguments[0], window.Values.ToArray());

    private static VectorSteps AbsentOverTime(Evaluator evaluator, Call call)
    {
        var present = evaluator.OverRanges(call.Arguments[0], [], keepName: true, static (in RangeWindow window) => 1);
        return VectorFunctions.AbsenceOf(evaluator, call.Arguments[0], present);
    }
}
