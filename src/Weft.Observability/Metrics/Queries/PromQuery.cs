using System.Collections.Immutable;

namespace Weft.Observability.Metrics.Queries;

/// <summary>A piece of PromQL that is an expression on its own. Composed by the methods here, so that no caller formats query text.</summary>
public readonly record struct PromQuery(string Text)
{
    /// <summary>Per-second increase of counters over the window.</summary>
    public static PromQuery Rate(RangeSelector range) => Call("rate", range.ToString());

    /// <summary>Per-second increase between the last two samples in the window.</summary>
    public static PromQuery InstantRate(RangeSelector range) => Call("irate", range.ToString());

    /// <summary>Quantile of a histogram whose buckets still carry the label <c>le</c>.</summary>
    public static PromQuery HistogramQuantile(double quantile, PromQuery buckets) =>
        Call("histogram_quantile", PromText.FormatNumber(quantile), buckets.Text);

    public PromQuery Sum(params ImmutableArray<string> by) => Aggregate("sum", by);

    public PromQuery Count(params ImmutableArray<string> by) => Aggregate("count", by);

    /// <summary>An aggregation by its PromQL name; over everything when <paramref name="by"/> is empty.</summary>
    public PromQuery Aggregate(string operation, ImmutableArray<string> by) =>
        new(by.IsDefaultOrEmpty ? $"{operation}({Text})" : $"{operation}({Text}) by ({string.Join(',', by)})");

    public PromQuery TopK(int count) => Call("topk", PromText.FormatNumber(count), Text);

    public PromQuery RoundTo(double step) => Call("round", Text, PromText.FormatNumber(step));

    /// <summary>Keeps the samples above the limit.</summary>
    public PromQuery Above(double limit) => new($"{Text} > {PromText.FormatNumber(limit)}");

    public PromQuery DividedBy(PromQuery divisor) => new($"{Text} / {divisor.Text}");

    /// <summary>The union: series of the right side whose labels the left side does not have.</summary>
    public PromQuery Or(PromQuery other) => new($"({Text}) or ({other.Text})");

    public override string ToString() => Text;

    private static PromQuery Call(string function, params ReadOnlySpan<string?> arguments) => new($"{function}({string.Join(',', arguments)})");
}
