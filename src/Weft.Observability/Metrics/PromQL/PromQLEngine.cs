using System.Collections.Concurrent;
using System.Collections.Immutable;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>
/// Answers PromQL queries from a series store. Throws <see cref="PromQLParseException"/> for a text that is no query and
/// <see cref="PromQLExecutionException"/> for one that cannot be answered. Safe for parallel use.
/// </summary>
internal sealed class PromQLEngine(SeriesStore store, PromQLEngineOptions options, TimeProvider time) : IDisposable
{
    /// <summary>The most points per series that a range query may ask for, as in Prometheus.</summary>
    public const int MaxPoints = 11_000;

    // Consoles send the same texts again and again, and regular expressions are dear to compile.
    private const int MaxKnownQueries = 2000;

    private readonly SemaphoreSlim _running = new(options.MaxConcurrency);
    private readonly ConcurrentDictionary<string, Expression> _known = new(StringComparer.Ordinal);

    public Task<QueryResult> QueryAsync(string query, long at, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var expression = Parsed(query);
        return RunAsync(timeout, budget => Instant(expression, at, budget), cancellationToken);
    }

    /// <summary>Times in milliseconds. The caller has checked that the step is positive, the end not before the start, and the number of steps bearable.</summary>
    public Task<QueryResult> QueryRangeAsync(string query, long start, long end, long step, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var expression = Parsed(query);
        if (expression.Type is not (ExpressionType.Vector or ExpressionType.Scalar))
        {
            throw new PromQLParseException(
                $"invalid expression type {PromText.Quote(TypeChecker.Describe(expression.Type))} for range query, must be Scalar or instant Vector");
        }

        var count = (int)((end - start) / step) + 1;
        return RunAsync(timeout, budget => Range(expression, new StepGrid(start, step, count), new QueryBounds(start, end), budget), cancellationToken);
    }

    public void Dispose() => _running.Dispose();

    private Expression Parsed(string query)
    {
        if (_known.TryGetValue(query, out var expression))
            return expression;
        expression = Parser.Parse(query);
        if (_known.Count >= MaxKnownQueries)
            _known.Clear();
        if (query.Length < 10_000)
            _known[query] = expression;
        return expression;
    }

    private async Task<QueryResult> RunAsync(TimeSpan? timeout, Func<QueryBudget, QueryResult> evaluate, CancellationToken cancellationToken)
    {
        var limit = timeout is { } asked && asked < options.Timeout ? asked : options.Timeout;
        using var clock = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            await _running.WaitAsync(either.Token);
            try
            {
                return evaluate(new QueryBudget(options.MaxSamples, either.Token));
            }
            finally
            {
                _running.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new PromQLExecutionException(PromQLFailure.Canceled, "query was canceled in expression evaluation");
        }
        catch (OperationCanceledException)
        {
            throw new PromQLExecutionException(PromQLFailure.Timeout, "query timed out in expression evaluation");
        }
    }

    private QueryResult Instant(Expression expression, long at, QueryBudget budget)
    {
        var evaluator = new Evaluator(store, options, budget, new StepGrid(at, 1, 1), new QueryBounds(at, at));
        switch (expression.Type)
        {
            case ExpressionType.String:
                return new StringResult(at, Evaluator.Text(expression));
            case ExpressionType.Matrix:
                var series = evaluator.Matrix(expression);
                series.Sort(static (left, right) => left.Labels.CompareTo(right.Labels));
                return new MatrixResult([.. series]);
            case ExpressionType.Scalar:
                return new ScalarResult(at, evaluator.Scalar(expression)[0]);
            default:
                var vector = evaluator.Vector(expression).Where(static series => !GoMath.IsStale(series.Values[0]));
                return new VectorResult([.. vector.Select(series => new VectorSample(series.Labels, at, series.Values[0]))]);
        }
    }

    private MatrixResult Range(Expression expression, StepGrid grid, QueryBounds bounds, QueryBudget budget)
    {
        var evaluator = new Evaluator(store, options, budget, grid, bounds);
        if (expression.Type == ExpressionType.Scalar)
            return new MatrixResult([new MatrixSeries(LabelSet.Empty, Points(evaluator.Scalar(expression), grid))]);
        var vector = evaluator.Vector(expression);
        vector.Sort(static (left, right) => left.Labels.CompareTo(right.Labels));
        var series = vector.Select(series => new MatrixSeries(series.Labels, Points(series.Values, grid)));
        return new MatrixResult([.. series.Where(static series => series.Points.Length > 0)]);
    }

    private static ImmutableArray<SamplePoint> Points(double[] values, StepGrid grid)
    {
        var points = ImmutableArray.CreateBuilder<SamplePoint>(values.Length);
        for (var step = 0; step < values.Length; step++)
        {
            if (!GoMath.IsStale(values[step]))
                points.Add(new SamplePoint(grid.TimeAt(step), values[step]));
        }

        return points.DrainToImmutable();
    }
}
