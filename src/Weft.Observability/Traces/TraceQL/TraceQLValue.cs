using System.Text.RegularExpressions;

namespace Weft.Observability.Traces.TraceQL;

internal enum TraceQLType
{
    Nil,
    Text,
    Number,
    Bool,

    /// <summary>Nanoseconds.</summary>
    Duration,

    /// <summary><c>error</c>, <c>ok</c>, <c>unset</c>.</summary>
    Status,

    /// <summary><c>server</c>, <c>client</c> ...</summary>
    Kind,
}

/// <summary>A typed value. Values of different types never compare, but for numbers with durations, as in Tempo.</summary>
internal readonly record struct TraceQLValue(TraceQLType Type, string Text, double Number)
{
    public static TraceQLValue Nil => default;

    public static TraceQLValue Of(string text) => new(TraceQLType.Text, text, 0);

    public static TraceQLValue Of(double number) => new(TraceQLType.Number, "", number);

    public static TraceQLValue Of(bool truth) => new(TraceQLType.Bool, "", truth ? 1 : 0);

    public static TraceQLValue Nanoseconds(double nanoseconds) => new(TraceQLType.Duration, "", nanoseconds);

    public static TraceQLValue Status(string status) => new(TraceQLType.Status, status, 0);

    public static TraceQLValue Kind(string kind) => new(TraceQLType.Kind, kind, 0);

    public static TraceQLValue Of(SpanTag tag) => tag.Type switch
    {
        TagType.Bool => Of(tag.AsBool),
        TagType.Int64 => Of(tag.AsInt64),
        TagType.Float64 => Of(tag.AsFloat64),
        _ => Of(tag.Text),
    };

    public bool Satisfies(ComparisonOperator comparison, TraceQLValue other)
    {
        if (Type == TraceQLType.Nil || other.Type == TraceQLType.Nil)
            return SatisfiesNil(comparison, other);
        if (IsNumeric && other.IsNumeric)
            return Ordered(comparison, Number.CompareTo(other.Number));
        if (Type != other.Type)
            return false;
        return comparison switch
        {
            ComparisonOperator.Equal => Text == other.Text && Number.Equals(other.Number),
            ComparisonOperator.NotEqual => Text != other.Text || !Number.Equals(other.Number),
            ComparisonOperator.Match => Matches(Text, other.Text),
            ComparisonOperator.NotMatch => !Matches(Text, other.Text),
            _ => Type == TraceQLType.Text && Ordered(comparison, string.CompareOrdinal(Text, other.Text)),
        };
    }

    private bool IsNumeric => Type is TraceQLType.Number or TraceQLType.Duration;

    // Only "is there" and "is not there" can be asked of nothing.
    private bool SatisfiesNil(ComparisonOperator comparison, TraceQLValue other) => comparison switch
    {
        ComparisonOperator.Equal => Type == other.Type,
        ComparisonOperator.NotEqual => other.Type == TraceQLType.Nil && Type != TraceQLType.Nil,
        _ => false,
    };

    private static bool Ordered(ComparisonOperator comparison, int order) => comparison switch
    {
        ComparisonOperator.Equal => order == 0,
        ComparisonOperator.NotEqual => order != 0,
        ComparisonOperator.Less => order < 0,
        ComparisonOperator.LessOrEqual => order <= 0,
        ComparisonOperator.Greater => order > 0,
        ComparisonOperator.GreaterOrEqual => order >= 0,
        _ => false,
    };

    // Anchored at both ends, as Tempo does since 2.6. The parser has seen that the pattern compiles.
    private static bool Matches(string text, string pattern) =>
        Regex.IsMatch(text, $"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
