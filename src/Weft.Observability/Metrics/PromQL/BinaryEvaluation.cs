namespace Weft.Observability.Metrics.PromQL;

/// <summary>Operators between scalars and vectors. Series of both sides are matched once, not at every step.</summary>
internal static class BinaryEvaluation
{
    private const string OneToOneConflict = "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)";
    private const string GroupConflict = "multiple matches for labels: grouping labels must ensure unique matches";

    public static StepValue Evaluate(Evaluator evaluator, BinaryOperation operation)
    {
        var left = evaluator.Evaluate(operation.Left);
        var right = evaluator.Evaluate(operation.Right);
        return (left, right) switch
        {
            (ScalarSteps l, ScalarSteps r) => new ScalarSteps(Scalars(operation.Operator, l.Values, r.Values)),
            (VectorSteps l, ScalarSteps r) => new VectorSteps(WithScalar(evaluator, operation, l.Series, r.Values, scalarIsLeft: false)),
            (ScalarSteps l, VectorSteps r) => new VectorSteps(WithScalar(evaluator, operation, r.Series, l.Values, scalarIsLeft: true)),
            _ when operation.Operator.IsSet => new VectorSteps(SetOperation(evaluator, operation, ((VectorSteps)left).Series, ((VectorSteps)right).Series)),
            _ => new VectorSteps(Vectors(evaluator, operation, ((VectorSteps)left).Series, ((VectorSteps)right).Series)),
        };
    }

    private static double[] Scalars(BinaryOperator operation, double[] left, double[] right)
    {
        var results = new double[left.Length];
        for (var i = 0; i < results.Length; i++)
            results[i] = operation.Compute(left[i], right[i]);
        return results;
    }

    private static List<StepSeries> WithScalar(Evaluator evaluator, BinaryOperation operation, List<StepSeries> vector, double[] scalar, bool scalarIsLeft)
    {
        var dropName = operation.Operator.DropsName || operation.ReturnBool;
        var results = new List<StepSeries>(vector.Count);
        foreach (var (labels, values) in vector)
        {
            var computed = evaluator.NewSteps();
            var any = false;
            for (var i = 0; i < computed.Length; i++)
            {
                if (GoMath.IsStale(values[i]))
                    continue;
                var result = scalarIsLeft ? operation.Operator.Compute(scalar[i], values[i]) : operation.Operator.Compute(values[i], scalar[i]);
                computed[i] = Filtered(operation, result, values[i]);
                any |= !GoMath.IsStale(computed[i]);
            }

            if (any)
                results.Add(new StepSeries(dropName ? labels.WithoutMetricName() : labels, computed));
        }

        return dropName ? SeriesMerge.Join(results) : results;
    }

    // A comparison without "bool" keeps the operand or drops it.
    private static double Filtered(BinaryOperation operation, double result, double operand) =>
        !operation.Operator.IsComparison || operation.ReturnBool ? result
        : result == 1 ? operand
        : GoMath.Stale;

    private static Func<LabelSet, LabelSet> Signature(VectorMatching matching) =>
        matching.On ? LabelSignature.Keeping(matching.Labels) : LabelSignature.Dropping(matching.Labels);

    private static List<StepSeries> SetOperation(Evaluator evaluator, BinaryOperation operation, List<StepSeries> left, List<StepSeries> right)
    {
        var signature = Signature(operation.Matching);
        if (operation.Operator.Symbol == "or")
        {
            var present = Presence(left, signature, evaluator.Grid.Count);
            return SeriesMerge.Join([.. Copies(evaluator, left), .. Masked(evaluator, right, signature, present, wanted: false)]);
        }

        return Masked(evaluator, left, signature, Presence(right, signature, evaluator.Grid.Count), wanted: operation.Operator.Symbol == "and");
    }

    private static Dictionary<LabelSet, bool[]> Presence(List<StepSeries> vector, Func<LabelSet, LabelSet> signature, int steps)
    {
        var present = new Dictionary<LabelSet, bool[]>();
        foreach (var (labels, values) in vector)
        {
            var key = signature(labels);
            if (!present.TryGetValue(key, out var mask))
                present.Add(key, mask = new bool[steps]);
            for (var i = 0; i < steps; i++)
                mask[i] |= !GoMath.IsStale(values[i]);
        }

        return present;
    }

    private static List<StepSeries> Masked(Evaluator evaluator, List<StepSeries> vector, Func<LabelSet, LabelSet> signature, Dictionary<LabelSet, bool[]> present, bool wanted)
    {
        var results = new List<StepSeries>(vector.Count);
        foreach (var (labels, values) in vector)
        {
            var mask = present.GetValueOrDefault(signature(labels));
            var kept = evaluator.NewSteps();
            var any = false;
            for (var i = 0; i < kept.Length; i++)
            {
                if (GoMath.IsStale(values[i]) || (mask is not null && mask[i]) != wanted)
                    continue;
                kept[i] = values[i];
                any = true;
            }

            if (any)
                results.Add(new StepSeries(labels, kept));
        }

        return results;
    }

    // Joining writes into the first of two equal series.
    private static IEnumerable<StepSeries> Copies(Evaluator evaluator, List<StepSeries> vector)
    {
        foreach (var (labels, values) in vector)
        {
            evaluator.Budget.Take(values.Length);
            yield return new StepSeries(labels, [.. values]);
        }
    }

    private static List<StepSeries> Vectors(Evaluator evaluator, BinaryOperation operation, List<StepSeries> left, List<StepSeries> right)
    {
        var matching = operation.Matching;
        var swapped = matching.Cardinality == MatchCardinality.OneToMany;
        var (many, one) = swapped ? (right, left) : (left, right);
        if (many.Count == 0 || one.Count == 0)
            return [];
        var signature = Signature(matching);
        var sides = one.GroupBy(series => signature(series.Labels)).ToDictionary(static group => group.Key, static group => group.ToArray());
        var steps = evaluator.Grid.Count;
        RequireUnique(sides, matching, swapped, AnyAt(many, steps));
        var taken = new Dictionary<LabelSet, bool[]>();
        var results = new List<StepSeries>();
        foreach (var series in many)
        {
            var key = signature(series.Labels);
            if (!sides.TryGetValue(key, out var partners))
                continue;
            if (matching.Cardinality == MatchCardinality.OneToOne && !taken.ContainsKey(key))
                taken.Add(key, new bool[steps]);
            foreach (var partner in partners)
                AddPair(evaluator, operation, series, partner, swapped, taken.GetValueOrDefault(key), results);
        }

        return SeriesMerge.Join(results, matching.Cardinality == MatchCardinality.OneToOne ? "vector cannot contain metrics with the same labelset" : GroupConflict);
    }

    private static void AddPair(Evaluator evaluator, BinaryOperation operation, StepSeries many, StepSeries one, bool swapped, bool[]? taken, List<StepSeries> results)
    {
        var computed = evaluator.NewSteps();
        var any = false;
        for (var i = 0; i < computed.Length; i++)
        {
            if (GoMath.IsStale(many.Values[i]) || GoMath.IsStale(one.Values[i]))
                continue;
            var (left, right) = swapped ? (one.Values[i], many.Values[i]) : (many.Values[i], one.Values[i]);
            var result = Filtered(operation, operation.Operator.Compute(left, right), left);
            if (GoMath.IsStale(result))
                continue;
            if (taken is not null && taken[i])
                throw new PromQLExecutionException(PromQLFailure.Execution, OneToOneConflict);
            if (taken is not null)
                taken[i] = true;
            computed[i] = result;
            any = true;
        }

        if (any)
            results.Add(new StepSeries(ResultLabels(operation, many.Labels, one.Labels), computed));
    }

    private static LabelSet ResultLabels(BinaryOperation operation, LabelSet many, LabelSet one)
    {
        var matching = operation.Matching;
        var dropName = operation.Operator.DropsName || operation.ReturnBool;
        var labels = dropName ? many.WithoutMetricName() : many;
        if (matching.Cardinality == MatchCardinality.OneToOne)
        {
            return matching.On
                ? labels.Where(name => matching.Labels.Contains(name))
                : labels.Where(name => !matching.Labels.Contains(name));
        }

        if (matching.Include.IsEmpty)
            return labels;
        var builder = labels.ToBuilder();
        foreach (var name in matching.Include)
            builder.Set(name, one[name]);
        return operation.ReturnBool ? builder.Build().WithoutMetricName() : builder.Build();
    }

    private static bool[] AnyAt(List<StepSeries> vector, int steps)
    {
        var any = new bool[steps];
        foreach (var (_, values) in vector)
        {
            for (var i = 0; i < steps; i++)
                any[i] |= !GoMath.IsStale(values[i]);
        }

        return any;
    }

    private static void RequireUnique(Dictionary<LabelSet, StepSeries[]> sides, VectorMatching matching, bool swapped, bool[] otherSidePresent)
    {
        foreach (var (key, group) in sides)
        {
            for (var step = 0; group.Length > 1 && step < otherSidePresent.Length; step++)
            {
                var present = group.Where(series => otherSidePresent[step] && !GoMath.IsStale(series.Values[step])).Take(2).ToArray();
                if (present.Length == 2)
                    throw new PromQLExecutionException(PromQLFailure.Execution, DuplicateMessage(key, present, matching, swapped));
            }
        }
    }

    private static string DuplicateMessage(LabelSet key, StepSeries[] present, VectorMatching matching, bool swapped)
    {
        var shown = matching.On ? key : key.Where(name => !matching.Labels.Contains(name));
        return $"found duplicate series for the match group {shown} on the {(swapped ? "left" : "right")} hand-side of the operation: "
            + $"[{Braced(present[1].Labels)}, {Braced(present[0].Labels)}];many-to-many matching not allowed: matching labels must be unique on one side";
    }

    // Here Prometheus prints the name as a label like the others.
    private static string Braced(LabelSet labels) => $"{{{string.Join(", ", labels.Select(static label => $"{label.Key}={PromText.Quote(label.Value)}"))}}}";
}
