using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>
/// Evaluates expressions at all steps of a query at once: every selector reads its series once, whatever the number of steps.
/// Used by one query; a subquery has an evaluator of its own with a finer grid.
/// </summary>
internal sealed class Evaluator(SeriesStore store, PromQLEngineOptions options, QueryBudget budget, StepGrid grid, QueryBounds bounds)
{
    private readonly SampleBuffer _buffer = new();

    public StepGrid Grid => grid;

    public QueryBudget Budget => budget;

    public StepValue Evaluate(Expression expression)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new PromQLExecutionException(PromQLFailure.Execution, "expression is nested too deeply");
        budget.Take(0);
        return expression switch
        {
            NumberLiteral number => new ScalarSteps(grid.Constant(number.Value)),
            Parenthesized parenthesized => Evaluate(parenthesized.Inner),
            Negation negation => Negate(negation),
            VectorSelector selector => new VectorSteps(Select(selector, static (_, value) => value)),
            Call call => call.Function.Evaluate(this, call),
            Aggregation aggregation => new VectorSteps(AggregationEvaluation.Evaluate(this, aggregation)),
            BinaryOperation operation => BinaryEvaluation.Evaluate(this, operation),
            _ => throw new UnreachableException(),
        };
    }

    public List<StepSeries> Vector(Expression expression) => ((VectorSteps)Evaluate(expression)).Series;

    public double[] Scalar(Expression expression) => ((ScalarSteps)Evaluate(expression)).Values;

    public static string Text(Expression expression) => expression switch
    {
        TextLiteral text => text.Value,
        Parenthesized parenthesized => Text(parenthesized.Inner),
        _ => throw new UnreachableException(),
    };

    /// <summary>An array for a new series, without any value yet; counts against the budget.</summary>
    public double[] NewSteps()
    {
        budget.Take(grid.Count);
        return grid.Constant(GoMath.Stale);
    }

    /// <summary>The last sample of each series at each step, as something made of its time and value.</summary>
    public List<StepSeries> Select(VectorSelector selector, Func<long, double, double> result)
    {
        var lookback = (long)options.Lookback.TotalMilliseconds;
        // The oldest sample that still counts at time t is one of t - lookback, or one after it.
        var oldest = options.Dialect == PromQLDialect.Prometheus2 ? lookback : lookback - 1;
        var from = ReferenceTime(selector.Shift, 0) - oldest;
        var to = ReferenceTime(selector.Shift, grid.Count - 1);
        var selected = new List<StepSeries>();
        foreach (var series in SeriesOf(selector, from, to))
        {
            _buffer.Clear();
            series.ReadInto(_buffer, from, to);
            budget.Take(_buffer.Count);
            if (LastSamples(selector.Shift, oldest, result) is { } values)
                selected.Add(new StepSeries(series.Labels, values));
        }

        return selected;
    }

    /// <summary>Calls a range function for each series and step; series without any result are left out.</summary>
    public List<StepSeries> OverRanges(Expression range, ReadOnlySpan<double[]> arguments, bool keepName, RangeComputation compute)
    {
        var results = new List<StepSeries>();
        var (window, shift) = WindowOf(range);
        var current = new double[arguments.Length];
        foreach (var (labels, samples) in Ranges(range))
        {
            budget.Take(samples.Count + grid.Count);
            var values = grid.Constant(GoMath.Stale);
            int low = 0, high = 0;
            var any = false;
            for (var step = 0; step < grid.Count; step++)
            {
                var end = ReferenceTime(shift, step);
                Slide(samples.Times, end - window, end, ref low, ref high);
                if (high == low)
                    continue;
                for (var i = 0; i < current.Length; i++)
                    current[i] = arguments[i][step];
                values[step] = compute(new RangeWindow
                {
                    Times = samples.Times[low..high],
                    Values = samples.Values[low..high],
                    Start = end - window,
                    End = end,
                    EvaluationTime = grid.TimeAt(step),
                    Arguments = current,
                    Dialect = options.Dialect,
                });
                any |= !GoMath.IsStale(values[step]);
            }

            if (any)
                results.Add(new StepSeries(keepName ? labels : labels.WithoutMetricName(), values));
        }

        return keepName ? results : SeriesMerge.RequireDistinct(results);
    }

    /// <summary>The samples of each series of a range expression at a single step, for a query whose result is a matrix.</summary>
    public List<MatrixSeries> Matrix(Expression range)
    {
        var result = new List<MatrixSeries>();
        var (window, shift) = WindowOf(range);
        var end = ReferenceTime(shift, 0);
        foreach (var (labels, samples) in Ranges(range))
        {
            budget.Take(samples.Count);
            int low = 0, high = 0;
            Slide(samples.Times, end - window, end, ref low, ref high);
            if (high == low)
                continue;
            var points = ImmutableArray.CreateBuilder<SamplePoint>(high - low);
            for (var i = low; i < high; i++)
                points.Add(new SamplePoint(samples.Times[i], samples.Values[i]));
            result.Add(new MatrixSeries(labels, points.MoveToImmutable()));
        }

        return result;
    }

    private static Expression Bare(Expression expression)
    {
        while (expression is Parenthesized parenthesized)
            expression = parenthesized.Inner;
        return expression;
    }

    private static (long Window, TimeShift Shift) WindowOf(Expression range) => Bare(range) switch
    {
        MatrixSelector matrix => (matrix.Window, matrix.Selector.Shift),
        Subquery subquery => (subquery.Window, subquery.Shift),
        _ => throw new UnreachableException(),
    };

    private long ReferenceTime(TimeShift shift, int step) => shift.Anchor switch
    {
        TimeAnchor.None => grid.TimeAt(step),
        TimeAnchor.Fixed => shift.FixedTime,
        TimeAnchor.QueryStart => bounds.Start,
        TimeAnchor.QueryEnd => bounds.End,
        _ => throw new UnreachableException(),
    } - shift.Offset;

    private StepValue Negate(Negation negation)
    {
        var value = Evaluate(negation.Inner);
        if (!negation.Negative)
            return value;
        if (value is ScalarSteps scalar)
            return new ScalarSteps(Array.ConvertAll(scalar.Values, static number => -number));
        var negated = ((VectorSteps)value).Series.ConvertAll(
            static series => new StepSeries(series.Labels.WithoutMetricName(), Array.ConvertAll(series.Values, static number => GoMath.IsStale(number) ? number : -number)));
        return new VectorSteps(SeriesMerge.RequireDistinct(negated));
    }

    private double[]? LastSamples(TimeShift shift, long oldest, Func<long, double, double> result)
    {
        var times = _buffer.Times;
        double[]? values = null;
        var last = -1;
        for (var step = 0; step < grid.Count; step++)
        {
            var time = ReferenceTime(shift, step);
            while (last + 1 < times.Length && times[last + 1] <= time)
                last++;
            if (last < 0 || times[last] < time - oldest || GoMath.IsStale(_buffer.Values[last]))
                continue;
            values ??= NewSteps();
            values[step] = result(times[last], _buffer.Values[last]);
        }

        return values;
    }

    private void Slide(ReadOnlySpan<long> times, long start, long end, ref int low, ref int high)
    {
        if (options.Dialect == PromQLDialect.Prometheus3)
            start++;
        while (high < times.Length && times[high] <= end)
            high++;
        while (low < high && times[low] < start)
            low++;
    }

    // Yields the same buffer again and again.
    private IEnumerable<(LabelSet Labels, SampleBuffer Samples)> Ranges(Expression range) => Bare(range) switch
    {
        MatrixSelector matrix => StoredRanges(matrix),
        Subquery subquery => SubqueryRanges(subquery),
        _ => throw new UnreachableException(),
    };

    private List<StoredSeries> SeriesOf(VectorSelector selector, long from, long to)
    {
        var series = store.Select(selector.Matchers, from, to);
        return series.Count <= options.MaxSeries
            ? series
            : throw new PromQLExecutionException(
                PromQLFailure.Execution, $"query processing would read {series.Count} series of one selector, the limit is {options.MaxSeries}: select fewer by their labels");
    }

    private IEnumerable<(LabelSet Labels, SampleBuffer Samples)> StoredRanges(MatrixSelector matrix)
    {
        var shift = matrix.Selector.Shift;
        var from = ReferenceTime(shift, 0) - matrix.Window;
        var to = ReferenceTime(shift, grid.Count - 1);
        var buffer = new SampleBuffer();
        foreach (var series in SeriesOf(matrix.Selector, from, to))
        {
            buffer.Clear();
            series.ReadInto(buffer, from, to);
            buffer.RemoveStale();
            yield return (series.Labels, buffer);
        }
    }

    private IEnumerable<(LabelSet Labels, SampleBuffer Samples)> SubqueryRanges(Subquery subquery)
    {
        var step = subquery.Step > 0 ? subquery.Step : (long)options.DefaultSubqueryStep.TotalMilliseconds;
        var earliest = ReferenceTime(subquery.Shift, 0) - subquery.Window;
        // Steps lie on multiples of the step, whatever the time of the query.
        var start = step * (earliest / step);
        if (start < earliest)
            start += step;
        var end = ReferenceTime(subquery.Shift, grid.Count - 1);
        if (end < start)
            yield break;
        var inner = new StepGrid(start, step, CountOf((end - start) / step));
        var evaluator = new Evaluator(store, options, budget, inner, bounds);
        var buffer = new SampleBuffer();
        foreach (var series in evaluator.Vector(subquery.Inner))
        {
            buffer.Clear();
            for (var i = 0; i < inner.Count; i++)
            {
                if (!GoMath.IsStale(series.Values[i]))
                    buffer.Add(inner.TimeAt(i), series.Values[i]);
            }

            yield return (series.Labels, buffer);
        }
    }

    private int CountOf(long steps)
    {
        // More steps than samples allowed: let the budget refuse before an array is made.
        if (steps >= options.MaxSamples)
            budget.Take(options.MaxSamples + 1);
        return (int)steps + 1;
    }
}
