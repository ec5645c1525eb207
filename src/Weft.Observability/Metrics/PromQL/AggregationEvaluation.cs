using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Weft.Observability.Metrics.PromQL;

/// <summary><c>sum</c> and its like: one result series per group, except <c>topk</c> and <c>bottomk</c>, which keep the series themselves.</summary>
internal static partial class AggregationEvaluation
{
    public static List<StepSeries> Evaluate(Evaluator evaluator, Aggregation aggregation)
    {
        var vector = evaluator.Vector(aggregation.Inner);
        var signature = aggregation.Without ? LabelSignature.Dropping(aggregation.Grouping) : LabelSignature.Keeping(aggregation.Grouping);
        if (aggregation.Operation == "count_values")
            return CountValues(evaluator, aggregation, vector, signature);
        var groups = Groups(vector, signature);
        if (aggregation.Operation is "topk" or "bottomk")
            return Best(evaluator, aggregation, groups);
        var quantiles = aggregation.Parameter is { } parameter ? evaluator.Scalar(parameter) : null;
        var results = new List<StepSeries>(groups.Count);
        foreach (var (labels, members) in groups)
        {
            evaluator.Budget.Take(evaluator.Grid.Count);
            results.Add(new StepSeries(labels, quantiles is null ? Fold(aggregation.Operation, members, evaluator.Grid) : Quantiles(quantiles, members)));
        }

        return results;
    }

    // In the order in which their first members stand.
    private static List<(LabelSet Labels, List<StepSeries> Members)> Groups(List<StepSeries> vector, Func<LabelSet, LabelSet> signature)
    {
        var byLabels = new Dictionary<LabelSet, List<StepSeries>>();
        var groups = new List<(LabelSet, List<StepSeries>)>();
        foreach (var series in vector)
        {
            var labels = signature(series.Labels);
            if (!byLabels.TryGetValue(labels, out var members))
            {
                byLabels.Add(labels, members = []);
                groups.Add((labels, members));
            }

            members.Add(series);
        }

        return groups;
    }

    private static double[] Fold(string operation, List<StepSeries> members, StepGrid grid)
    {
        var kind = Enum.Parse<FoldKind>(operation, ignoreCase: true);
        var accumulators = new Accumulator[grid.Count];
        foreach (var (_, values) in members)
        {
            for (var step = 0; step < values.Length; step++)
            {
                if (!GoMath.IsStale(values[step]))
                    accumulators[step].Add(kind, values[step]);
            }
        }

        var results = grid.Constant(GoMath.Stale);
        for (var step = 0; step < results.Length; step++)
        {
            if (accumulators[step].Count > 0)
                results[step] = accumulators[step].Result(kind);
        }

        return results;
    }

    private static double[] Quantiles(double[] quantiles, List<StepSeries> members)
    {
        var results = new double[quantiles.Length];
        var present = new List<double>(members.Count);
        for (var step = 0; step < results.Length; step++)
        {
            present.Clear();
            present.AddRange(members.Select(series => series.Values[step]).Where(static value => !GoMath.IsStale(value)));
            results[step] = present.Count == 0
                ? GoMath.Stale
                : GoMath.Quantile(quantiles[step], System.Runtime.InteropServices.CollectionsMarshal.AsSpan(present));
        }

        return results;
    }

    private static List<StepSeries> Best(Evaluator evaluator, Aggregation aggregation, List<(LabelSet Labels, List<StepSeries> Members)> groups)
    {
        var limits = evaluator.Scalar(aggregation.Parameter!);
        foreach (var limit in limits)
        {
            if (double.IsNaN(limit) || limit is >= long.MaxValue or <= long.MinValue)
                throw new PromQLExecutionException(PromQLFailure.Execution, $"Scalar value {PromText.FormatNumber(limit)} overflows int64");
        }

        var results = new List<StepSeries>();
        foreach (var (_, members) in groups)
        {
            var kept = members.ConvertAll(series => new StepSeries(series.Labels, evaluator.NewSteps()));
            for (var step = 0; step < limits.Length; step++)
            {
                foreach (var index in Ranked(members, step, aggregation.Operation == "topk").Take((int)Math.Clamp(limits[step], 0, int.MaxValue)))
                    kept[index].Values[step] = members[index].Values[step];
            }

            // For one step the order is the result's; for several the caller sorts by labels.
            var order = limits.Length == 1 ? Ranked(members, 0, aggregation.Operation == "topk") : Enumerable.Range(0, members.Count);
            results.AddRange(order.Select(index => kept[index]).Where(static series => Array.Exists(series.Values, static value => !GoMath.IsStale(value))));
        }

        return results;
    }

    // NaN comes last whichever end is wanted.
    private static IEnumerable<int> Ranked(List<StepSeries> members, int step, bool largestFirst)
    {
        var present = Enumerable.Range(0, members.Count).Where(index => !GoMath.IsStale(members[index].Values[step]));
        var numbersFirst = present.OrderBy(index => double.IsNaN(members[index].Values[step]));
        return largestFirst ? numbersFirst.ThenByDescending(index => members[index].Values[step]) : numbersFirst.ThenBy(index => members[index].Values[step]);
    }

    private static List<StepSeries> CountValues(Evaluator evaluator, Aggregation aggregation, List<StepSeries> vector, Func<LabelSet, LabelSet> signature)
    {
        var label = Evaluator.Text(aggregation.Parameter!);
        if (!LabelName().IsMatch(label))
            throw new PromQLExecutionException(PromQLFailure.Execution, $"invalid label name {PromText.Quote(label)}");
        var counts = new Dictionary<LabelSet, double[]>();
        foreach (var (labels, values) in vector)
        {
            for (var step = 0; step < values.Length; step++)
            {
                if (GoMath.IsStale(values[step]))
                    continue;
                var marked = labels.ToBuilder().Set(label, PromText.FormatNumber(values[step])).Build();
                var key = aggregation.Without || aggregation.Grouping.Contains(label)
                    ? signature(marked)
                    : signature(marked).ToBuilder().Set(label, marked[label]).Build();
                if (!counts.TryGetValue(key, out var count))
                    counts.Add(key, count = evaluator.NewSteps());
                count[step] = GoMath.IsStale(count[step]) ? 1 : count[step] + 1;
            }
        }

        return [.. counts.Select(static pair => new StepSeries(pair.Key, pair.Value))];
    }

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelName();

    private enum FoldKind
    {
        Sum,
        Avg,
        Count,
        Min,
        Max,
        Group,
        StdDev,
        StdVar,
    }

    /// <summary>Folds the values of one group at one step, with the arithmetic of Prometheus 2.42.</summary>
    private struct Accumulator
    {
        private double _value;
        private double _mean;

        public int Count { get; private set; }

        public readonly double Result(FoldKind kind) => kind switch
        {
            FoldKind.Sum or FoldKind.Min or FoldKind.Max => _value,
            FoldKind.Avg => _mean,
            FoldKind.Count => Count,
            FoldKind.Group => 1,
            FoldKind.StdVar => _value / Count,
            FoldKind.StdDev => Math.Sqrt(_value / Count),
            _ => throw new UnreachableException(),
        };

        public void Add(FoldKind kind, double value)
        {
            Count++;
            switch (kind)
            {
                case FoldKind.Sum:
                    _value += value;
                    break;
                case FoldKind.Min:
                    if (Count == 1 || _value > value || double.IsNaN(_value))
                        _value = value;
                    break;
                case FoldKind.Max:
                    if (Count == 1 || _value < value || double.IsNaN(_value))
                        _value = value;
                    break;
                case FoldKind.Avg:
                    AddToMean(value);
                    break;
                // The first value is the mean, also when it is infinite: nothing deviates from it.
                case FoldKind.StdVar or FoldKind.StdDev when Count == 1:
                    _mean = value;
                    break;
                case FoldKind.StdVar or FoldKind.StdDev:
                    var delta = value - _mean;
                    _mean += delta / Count;
                    _value += delta * (value - _mean);
                    break;
            }
        }

        private void AddToMean(double value)
        {
            if (Count == 1)
            {
                _mean = value;
                return;
            }

            // An infinite mean stays unless infinity of the other sign or NaN comes.
            if (double.IsInfinity(_mean) && (value == _mean || double.IsFinite(value)))
                return;
            _mean += (value / Count) - (_mean / Count);
        }
    }
}
