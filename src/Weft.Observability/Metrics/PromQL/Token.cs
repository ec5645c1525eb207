using System.Collections.Frozen;

namespace Weft.Observability.Metrics.PromQL;

internal enum TokenKind
{
    EndOfInput,
    Identifier,
    MetricIdentifier,
    Number,
    Duration,
    String,
    LeftParenthesis,
    RightParenthesis,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    Equal,
    EqualRegex,
    NotEqualRegex,
    Operator,
    Aggregator,
    Keyword,
}

/// <summary>A lexical unit: where it starts, in characters from 0, and its text as written.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, string Text)
{
    public static readonly FrozenSet<string> Aggregators =
        new[] { "sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk", "count_values", "quantile" }.ToFrozenSet();

    public static readonly FrozenSet<string> WordOperators = new[] { "and", "or", "unless", "atan2" }.ToFrozenSet();

    public static readonly FrozenSet<string> Keywords =
        new[] { "offset", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "start", "end" }.ToFrozenSet();

    // Keywords that are no metric names, since a query could not be read otherwise.
    private static readonly FrozenSet<string> Reserved = new[] { "on", "ignoring", "group_left", "group_right", "bool" }.ToFrozenSet();

    public int End => Start + Text.Length;

    public bool IsWord => Kind is TokenKind.Identifier or TokenKind.MetricIdentifier or TokenKind.Aggregator or TokenKind.Keyword
        || (Kind == TokenKind.Operator && char.IsAsciiLetter(Text[0]));

    public bool IsMetricName => IsWord && !(Kind == TokenKind.Keyword && Reserved.Contains(Text.ToLowerInvariant())) && !Is("atan2");

    /// <summary>Whether an expression can begin with this.</summary>
    public bool BeginsExpression => Kind is TokenKind.Number or TokenKind.String or TokenKind.LeftParenthesis or TokenKind.LeftBrace || IsMetricName || Is("+") || Is("-");

    /// <summary>Whether this is the given keyword, operator or aggregator; case does not matter in PromQL.</summary>
    public bool Is(string word) =>
        Kind is TokenKind.Operator or TokenKind.Keyword or TokenKind.Aggregator && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    /// <summary>As Prometheus names it in an error message.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.EndOfInput => "end of input",
        TokenKind.Identifier => $"identifier {PromText.Quote(Text)}",
        TokenKind.MetricIdentifier => $"metric identifier {PromText.Quote(Text)}",
        TokenKind.Number => $"number {Shortened}",
        TokenKind.Duration => $"duration {Shortened}",
        TokenKind.String => $"string {Shortened}",
        TokenKind.Operator or TokenKind.EqualRegex or TokenKind.NotEqualRegex => $"<op:{Text}>",
        TokenKind.Aggregator => $"<aggr:{Text}>",
        TokenKind.Keyword when !Is("start") && !Is("end") => $"<{Text}>",
        _ => PromText.Quote(Text),
    };

    private string Shortened => Text.Length > 10 ? PromText.Quote(Text[..10]) + "..." : PromText.Quote(Text);
}
