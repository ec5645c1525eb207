using System.Collections.Immutable;
using System.Text;

namespace Weft.Observability.Metrics.Queries;

/// <summary>
/// Chooses series: <c>name{label="value",...}</c>, conditions in the order in which they were added. Immutable; an instant vector when used as
/// an expression, a range vector with <see cref="Over"/>. Values are quoted here and nowhere else.
/// </summary>
public sealed record MetricSelector(string Metric)
{
    private ImmutableArray<string> Conditions { get; init; } = [];

    public static implicit operator PromQuery(MetricSelector selector) => selector.ToPromQuery();

    public MetricSelector Equal(string label, string value) => With(label, "=", value);

    public MetricSelector NotEqual(string label, string value) => With(label, "!=", value);

    /// <summary>The value matches the whole RE2 expression.</summary>
    public MetricSelector Matches(string label, string pattern) => With(label, "=~", pattern);

    public MetricSelector NotMatches(string label, string pattern) => With(label, "!~", pattern);

    /// <summary>The value is one of the given ones: <c>=</c> for one, an alternation of escaped texts for several.</summary>
    public MetricSelector OneOf(string label, params ReadOnlySpan<string> values) =>
        values.Length == 1 ? Equal(label, values[0]) : Matches(label, string.Join('|', values.ToArray().Select(EscapePattern)));

    /// <summary>The last stretch of time of each series, for <see cref="PromQuery.Rate"/> and its like.</summary>
    public RangeSelector Over(TimeSpan window) => new(this, window);

    public PromQuery ToPromQuery() => new(ToString());

    public override string ToString() => Conditions.IsEmpty ? Metric : $"{Metric}{{{string.Join(',', Conditions)}}}";

    /// <summary>Makes a text match itself in an RE2 pattern.</summary>
    public static string EscapePattern(string text)
    {
        var escaped = new StringBuilder(text.Length + 4);
        foreach (var c in text)
        {
            if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal))
                escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }

    private MetricSelector With(string label, string comparison, string value) =>
        this with { Conditions = Conditions.Add($"{label}{comparison}{PromText.Quote(value)}") };
}

/// <summary>A selector with a window: <c>name{...}[5m]</c>.</summary>
public sealed record RangeSelector(MetricSelector Selector, TimeSpan Window)
{
    public override string ToString() => $"{Selector}[{PromText.FormatDuration(Window)}]";
}
