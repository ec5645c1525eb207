namespace Weft.Observability.Metrics.PromQL;

/// <summary>What becomes of series that have the same labels after an operation.</summary>
internal static class SeriesMerge
{
    private const string SameLabels = "vector cannot contain metrics with the same labelset";

    /// <summary>For range functions, which refuse equal labels even when the series never meet.</summary>
    public static List<StepSeries> RequireDistinct(List<StepSeries> series)
    {
        if (series.Count < 2)
            return series;
        var seen = new HashSet<LabelSet>(series.Count);
        foreach (var (labels, _) in series)
        {
            if (!seen.Add(labels))
                throw new PromQLExecutionException(PromQLFailure.Execution, SameLabels);
        }

        return series;
    }

    /// <summary>Joins series of equal labels into one; two values at the same step are an error.</summary>
    public static List<StepSeries> Join(List<StepSeries> series, string conflict = SameLabels)
    {
        if (series.Count < 2)
            return series;
        var byLabels = new Dictionary<LabelSet, double[]>(series.Count);
        var joined = new List<StepSeries>(series.Count);
        foreach (var (labels, values) in series)
        {
            if (byLabels.TryAdd(labels, values))
                joined.Add(new StepSeries(labels, values));
            else
                Add(byLabels[labels], values, conflict);
        }

        return joined;
    }

    private static void Add(double[] target, double[] values, string conflict)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (GoMath.IsStale(values[i]))
                continue;
            if (!GoMath.IsStale(target[i]))
                throw new PromQLExecutionException(PromQLFailure.Execution, conflict);
            target[i] = values[i];
        }
    }
}
