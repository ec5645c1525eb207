using static Weft.Observability.Metrics.PromQL.ExpressionType;

namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>Quantiles of histograms that are exposed as buckets with the label <c>le</c>. Native histograms are not stored.</summary>
internal static class HistogramFunctions
{
    private const string BucketLabel = "le";

    public static IEnumerable<PromQLFunction> All { get; } =
    [
        new("histogram_quantile", [Scalar, Vector], Vector, Quantile),
        new("histogram_count", [Vector], Vector, NothingNative),
        new("histogram_sum", [Vector], Vector, NothingNative),
        new("histogram_fraction", [Scalar, Scalar, Vector], Vector, NothingNative),
    ];

    private static VectorSteps NothingNative(Evaluator evaluator, Call call) => new([]);

    private static VectorSteps Quantile(Evaluator evaluator, Call call)
    {
        var quantiles = evaluator.Scalar(call.Arguments[0]);
        var results = new List<StepSeries>();
        foreach (var (labels, buckets) in Histograms(evaluator.Vector(call.Arguments[1])))
        {
            buckets.Sort(static (left, right) => left.UpperBound.CompareTo(right.UpperBound));
            var values = evaluator.NewSteps();
            var present = new List<(double UpperBound, double Count)>(buckets.Count);
            for (var step = 0; step < values.Length; step++)
            {
                Present(buckets, step, present);
                if (present.Count > 0)
                    values[step] = QuantileOf(quantiles[step], present);
            }

            results.Add(new StepSeries(labels, values));
        }

        return new VectorSteps(results);
    }

    private static Dictionary<LabelSet, List<(double UpperBound, double[] Counts)>> Histograms(List<StepSeries> vector)
    {
        var signature = LabelSignature.Dropping([BucketLabel]);
        var histograms = new Dictionary<LabelSet, List<(double, double[])>>();
        foreach (var (labels, values) in vector)
        {
            if (!PromText.TryParseNumber(labels[BucketLabel], out var bound))
                continue;
            var key = signature(labels);
            if (!histograms.TryGetValue(key, out var buckets))
                histograms.Add(key, buckets = []);
            buckets.Add((bound, values));
        }

        return histograms;
    }

    // Buckets of equal bounds are one bucket; counts never fall from bucket to bucket, whatever the scrapes say.
    private static void Present(List<(double UpperBound, double[] Counts)> buckets, int step, List<(double UpperBound, double Count)> present)
    {
        present.Clear();
        foreach (var (bound, counts) in buckets)
        {
            if (GoMath.IsStale(counts[step]))
                continue;
            if (present.Count > 0 && present[^1].UpperBound == bound)
                present[^1] = (bound, present[^1].Count + counts[step]);
            else
                present.Add((bound, counts[step]));
        }

        for (var i = 1; i < present.Count; i++)
        {
            if (present[i].Count < present[i - 1].Count)
                present[i] = (present[i].UpperBound, present[i - 1].Count);
        }
    }

    private static double QuantileOf(double quantile, List<(double UpperBound, double Count)> buckets)
    {
        if (double.IsNaN(quantile))
            return double.NaN;
        if (quantile < 0)
            return double.NegativeInfinity;
        if (quantile > 1)
            return double.PositiveInfinity;
        var total = buckets[^1].Count;
        if (!double.IsPositiveInfinity(buckets[^1].UpperBound) || buckets.Count < 2 || total == 0)
            return double.NaN;
        var rank = quantile * total;
        var index = 0;
        while (index < buckets.Count - 1 && !(buckets[index].Count >= rank))
            index++;
        if (index == buckets.Count - 1)
            return buckets[^2].UpperBound;
        if (index == 0 && buckets[0].UpperBound <= 0)
            return buckets[0].UpperBound;
        var (end, count) = buckets[index];
        var start = 0d;
        if (index > 0)
        {
            start = buckets[index - 1].UpperBound;
            count -= buckets[index - 1].Count;
            rank -= buckets[index - 1].Count;
        }

        return start + ((end - start) * (rank / count));
    }
}
