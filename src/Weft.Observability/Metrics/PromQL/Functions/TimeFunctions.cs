using static Weft.Observability.Metrics.PromQL.ExpressionType;

namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>Time of evaluation, time of samples, and parts of dates in UTC.</summary>
internal static class TimeFunctions
{
    // What a date can hold; values beyond it have no day.
    private static readonly long MinSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static IEnumerable<PromQLFunction> All { get; } =
    [
        new("time", [], Scalar, static (evaluator, _) => new ScalarSteps(Now(evaluator))),
        new("timestamp", [Vector], Vector, Timestamp),
        OfDate("minute", static date => date.Minute),
        OfDate("hour", static date => date.Hour),
        OfDate("day_of_week", static date => (int)date.DayOfWeek),
        OfDate("day_of_month", static date => date.Day),
        OfDate("day_of_year", static date => date.DayOfYear),
        OfDate("days_in_month", static date => DateTime.DaysInMonth(date.Year, date.Month)),
        OfDate("month", static date => date.Month),
        OfDate("year", static date => date.Year),
    ];

    private static double[] Now(Evaluator evaluator)
    {
        var grid = evaluator.Grid;
        var times = new double[grid.Count];
        for (var step = 0; step < times.Length; step++)
            times[step] = grid.TimeAt(step) / 1000d;
        return times;
    }

    private static VectorSteps Timestamp(Evaluator evaluator, Call call)
    {
        var argument = call.Arguments[0];
        while (argument is Parenthesized parenthesized)
            argument = parenthesized.Inner;
        if (argument is VectorSelector selector)
        {
            var times = evaluator.Select(selector, static (time, _) => time / 1000d);
            return new VectorSteps(SeriesMerge.Join(times.ConvertAll(static series => series with { Labels = series.Labels.WithoutMetricName() })));
        }

        var grid = evaluator.Grid;
        return PromQLFunction.MapSteps(evaluator, evaluator.Vector(argument), (_, step) => grid.TimeAt(step) / 1000d);
    }

    private static PromQLFunction OfDate(string name, Func<DateTimeOffset, int> part) =>
        new(name, [Vector], Vector, (evaluator, call) =>
        {
            var vector = call.Arguments.IsEmpty ? [new StepSeries(LabelSet.Empty, Now(evaluator))] : evaluator.Vector(call.Arguments[0]);
            return PromQLFunction.MapSteps(evaluator, vector, (value, _) =>
                value >= MinSeconds && value <= MaxSeconds ? part(DateTimeOffset.FromUnixTimeSeconds((long)value)) : double.NaN);
        })
        { OptionalArguments = 1 };
}
