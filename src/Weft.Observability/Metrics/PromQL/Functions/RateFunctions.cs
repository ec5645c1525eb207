namespace Weft.Observability.Metrics.PromQL.Functions;

/// <summary>How fast something changes.</summary>
internal static class RateFunctions
{
    public static IEnumerable<PromQLFunction> All { get; } =
    [
        PromQLFunction.OfRange("rate", static (in RangeWindow window) => Extrapolated(window, isCounter: true, perSeconds: window.Seconds)),
        PromQLFunction.OfRange("increase", static (in RangeWindow window) => Extrapolated(window, isCounter: true)),
        PromQLFunction.OfRange("delta", static (in RangeWindow window) => Extrapolated(window, isCounter: false)),
        PromQLFunction.OfRange("irate", static (in RangeWindow window) => LastDifference(window, isRate: true)),
        PromQLFunction.OfRange("idelta", static (in RangeWindow window) => LastDifference(window, isRate: false)),
        PromQLFunction.OfRange("changes", Changes),
        PromQLFunction.OfRange("resets", Resets),
    ];

    private static double Extrapolated(in RangeWindow window, bool isCounter, double perSeconds = 1)
    {
        if (window.Count < 2)
            return GoMath.Stale;
        var times = window.Times;
        var values = window.Values;
        var increase = values[^1] - values[0];
        for (var i = 1; isCounter && i < values.Length; i++)
        {
            // The counter has been reset: what it had counted before belongs to the increase.
            if (values[i] < values[i - 1])
                increase += values[i - 1];
        }

        var sampled = (times[^1] - times[0]) / 1000d;
        var average = sampled / (values.Length - 1);
        var toStart = (times[0] - window.Start) / 1000d;
        var toEnd = (window.End - times[^1]) / 1000d;
        var threshold = average * 1.1;
        // A counter is not extrapolated to below zero.
        var toZero = isCounter && increase > 0 && values[0] >= 0 ? sampled * (values[0] / increase) : double.PositiveInfinity;
        toStart = window.Dialect == PromQLDialect.Prometheus2
            ? Limited(Math.Min(toStart, toZero), threshold, average)
            : Math.Min(Limited(toStart, threshold, average), toZero);
        return increase * ((sampled + toStart + Limited(toEnd, threshold, average)) / sampled / perSeconds);
    }

    // A series that begins or ends well within the window is taken to go on for half an interval.
    private static double Limited(double distance, double threshold, double average) => distance < threshold ? distance : average / 2;

    private static double LastDifference(in RangeWindow window, bool isRate)
    {
        if (window.Count < 2)
            return GoMath.Stale;
        var (last, previous) = (window.Values[^1], window.Values[^2]);
        var difference = isRate && last < previous ? last : last - previous;
        var interval = window.Times[^1] - window.Times[^2];
        return interval == 0 ? GoMath.Stale : isRate ? difference / (interval / 1000d) : difference;
    }

    private static double Changes(in RangeWindow window)
    {
        var changes = 0;
        for (var i = 1; i < window.Count; i++)
        {
            var (current, previous) = (window.Values[i], window.Values[i - 1]);
            if (current != previous && !(double.IsNaN(current) && double.IsNaN(previous)))
                changes++;
        }

        return changes;
    }

    private static double Resets(in RangeWindow window)
    {
        var resets = 0;
        for (var i = 1; i < window.Count; i++)
        {
            if (window.Values[i] < window.Values[i - 1])
                resets++;
        }

        return resets;
    }
}
