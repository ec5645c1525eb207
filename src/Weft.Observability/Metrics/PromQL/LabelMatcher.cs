using System.Collections.Frozen;

namespace Weft.Observability.Metrics.PromQL;

internal enum MatchKind
{
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// <summary>A condition on the value of one label. A label that is not there has the empty value.</summary>
internal sealed class LabelMatcher
{
    private readonly FrozenSet<string>? _literals;
    private readonly Re2Pattern? _pattern;

    /// <summary>Throws <see cref="FormatException"/> for a pattern that is no RE2 expression.</summary>
    public LabelMatcher(string name, MatchKind kind, string value)
    {
        Name = name;
        Kind = kind;
        Value = value;
        if (kind is not (MatchKind.Regex or MatchKind.NotRegex))
            return;
        _literals = Re2Pattern.Alternatives(value)?.ToFrozenSet();
        if (_literals is null)
            _pattern = Re2Pattern.Compile(value);
    }

    public string Name { get; }

    public MatchKind Kind { get; }

    public string Value { get; }

    public bool Negated => Kind is MatchKind.NotEqual or MatchKind.NotRegex;

    public bool MatchesEmpty => Matches("");

    /// <summary>The values that the condition without its negation accepts, when they are few and known; otherwise null.</summary>
    public IEnumerable<string>? Candidates => Kind is MatchKind.Equal or MatchKind.NotEqual ? [Value] : _literals;

    public bool Matches(string value) => Accepts(value) != Negated;

    private bool Accepts(string value) =>
        _literals is not null ? _literals.Contains(value) : _pattern?.IsMatch(value) ?? string.Equals(value, Value, StringComparison.Ordinal);
}
