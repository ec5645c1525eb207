using System.Text.RegularExpressions;
using Weft.Proxy.Subscriptions;
using PatternCase = Envoy.Type.Matcher.V3.StringMatcher.MatchPatternOneofCase;

namespace Weft.Proxy.Routing;

/// <summary>envoy.type.matcher.v3.StringMatcher, compiled.</summary>
internal abstract class StringMatcher
{
    public abstract bool Matches(string value);

    public static StringMatcher From(Envoy.Type.Matcher.V3.StringMatcher config)
    {
        var comparison = config.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return config.MatchPatternCase switch
        {
            PatternCase.Exact => new Exact(config.Exact, comparison),
            PatternCase.Prefix => new Prefix(config.Prefix, comparison),
            PatternCase.Suffix => new Suffix(config.Suffix, comparison),
            PatternCase.Contains => new Contains(config.Contains, comparison),
            PatternCase.SafeRegex => FromRegex(config.SafeRegex.Regex),
            _ => throw new ResourceRejectedException($"string matcher {config.MatchPatternCase} is not supported"),
        };
    }

    /// <summary>
    /// A regular expression over the whole value, in linear time like RE2. It has no limit in time: what a busy machine does not come to in time would not match, and a
    /// rule that denies would let pass.
    /// </summary>
    /// <exception cref="ResourceRejectedException">Not a regular expression, or one that is not linear.</exception>
    public static StringMatcher FromRegex(string regex)
    {
        try
        {
            return new Pattern(new Regex($@"\A(?:{regex})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ResourceRejectedException($"regex '{regex}': {error.Message}");
        }
    }

    private sealed class Exact(string expected, StringComparison comparison) : StringMatcher
    {
        public override bool Matches(string value) => value.Equals(expected, comparison);
    }

    private sealed class Prefix(string expected, StringComparison comparison) : StringMatcher
    {
        public override bool Matches(string value) => value.StartsWith(expected, comparison);
    }

    private sealed class Suffix(string expected, StringComparison comparison) : StringMatcher
    {
        public override bool Matches(string value) => value.EndsWith(expected, comparison);
    }

    private sealed class Contains(string expected, StringComparison comparison) : StringMatcher
    {
        public override bool Matches(string value) => value.Contains(expected, comparison);
    }

    private sealed class Pattern(Regex regex) : StringMatcher
    {
        public override bool Matches(string value) => regex.IsMatch(value);
    }
}
