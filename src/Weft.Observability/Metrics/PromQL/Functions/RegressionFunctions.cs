using static Weft.Observability.Metrics.PromQL.ExpressionType;

namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>Trends: a straight line through the samples, or double exponential smoothing.</summary>
internal static class RegressionFunctions
{
    public static IEnumerable<PromQLFunction> All { get; } =
    [
        PromQLFunction.OfRange("deriv", Derivative),
        PromQLFunction.OfRange("predict_linear", Predict, [Matrix, Scalar]),
        PromQLFunction.OfRange("holt_winters", HoltWinters, [Matrix, Scalar, Scalar]),
    ];

    private static double Derivative(in RangeWindow window) => window.Count < 2 ? GoMath.Stale : Line(window, window.Times[0]).Slope;

    private static double Predict(in RangeWindow window)
    {
        if (window.Count < 2)
            return GoMath.Stale;
        var (slope, intercept) = Line(window, window.EvaluationTime);
        return (slope * window.Arguments[0]) + intercept;
    }

    private static (double Slope, double Intercept) Line(in RangeWindow window, long origin)
    {
        double sumX = 0, cX = 0, sumY = 0, cY = 0, sumXY = 0, cXY = 0, sumX2 = 0, cX2 = 0;
        var first = window.Values[0];
        var constant = true;
        for (var i = 0; i < window.Count; i++)
        {
            var x = (window.Times[i] - origin) / 1000d;
            var y = window.Values[i];
            constant &= y == first;
            GoMath.KahanAdd(x, ref sumX, ref cX);
            GoMath.KahanAdd(y, ref sumY, ref cY);
            GoMath.KahanAdd(x * y, ref sumXY, ref cXY);
            GoMath.KahanAdd(x * x, ref sumX2, ref cX2);
        }

        if (constant)
            return double.IsInfinity(first) ? (double.NaN, double.NaN) : (0, first);
        var n = (double)window.Count;
        (sumX, sumY, sumXY, sumX2) = (sumX + cX, sumY + cY, sumXY + cXY, sumX2 + cX2);
        var slope = (sumXY - (sumX * sumY / n)) / (sumX2 - (sumX * sumX / n));
        return (slope, (sumY / n) - (slope * sumX / n));
    }

    private static double HoltWinters(in RangeWindow window)
    {
        var (smoothing, trendFactor) = (window.Arguments[0], window.Arguments[1]);
        RequireFactor("smoothing", smoothing, "sf");
        RequireFactor("trend", trendFactor, "tf");
        if (window.Count < 2)
            return GoMath.Stale;
        var values = window.Values;
        double previous = 0, smoothed = values[0], trend = values[1] - values[0];
        for (var i = 1; i < values.Length; i++)
        {
            if (i > 1)
                trend = (trendFactor * (smoothed - previous)) + ((1 - trendFactor) * trend);
            var next = (smoothing * values[i]) + ((1 - smoothing) * (smoothed + trend));
            (previous, smoothed) = (smoothed, next);
        }

        return smoothed;
    }

    private static void RequireFactor(string name, double factor, string symbol)
    {
        if (factor is <= 0 or >= 1)
        {
            throw new PromQLExecutionException(
                PromQLFailure.Execution,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"invalid {name} factor. Expected: 0 < {symbol} < 1, got: {factor:F6}"));
        }
    }
}
