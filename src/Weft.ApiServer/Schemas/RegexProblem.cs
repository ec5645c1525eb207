using System.Text.RegularExpressions;

namespace Weft.ApiServer.Schemas;

/// <summary>What is wrong with a pattern, as Go's regexp says it. What Go's engine has not (looking around, back references) is wrong too.</summary>
internal static class RegexProblem
{
    private static readonly string[] PerlOnly = ["(?=", "(?!", "(?<=", "(?<!", "(?>"];

    /// <summary>Null when the pattern is right.</summary>
    public static string? Of(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return null;
        }
        catch (RegexParseException error)
        {
            return $"error parsing regexp: {Words(error, pattern)}";
        }
        catch (NotSupportedException)
        {
            return $"error parsing regexp: invalid or unsupported Perl syntax: `{Unsupported(pattern)}`";
        }
    }

    private static string Words(RegexParseException error, string pattern) => error.Error switch
    {
        RegexParseError.InsufficientClosingParentheses => $"missing closing ): `{pattern}`",
        RegexParseError.InsufficientOpeningParentheses => $"unexpected ): `{pattern}`",
        RegexParseError.UnterminatedBracket => $"missing closing ]: `{pattern[Math.Max(0, pattern.LastIndexOf('['))..]}`",
        RegexParseError.QuantifierAfterNothing => $"missing argument to repetition operator: `{At(pattern, error.Offset)}`",
        RegexParseError.NestedQuantifiersNotParenthesized => $"invalid nested repetition operator: `{At(pattern, error.Offset - 1)}{At(pattern, error.Offset)}`",
        RegexParseError.UnescapedEndingBackslash => "trailing backslash at end of expression: ``",
        RegexParseError.ReversedCharacterRange => $"invalid character class range: `{pattern}`",
        _ => $"invalid or unsupported Perl syntax: `{Unsupported(pattern)}`",
    };

    /// <summary>The offset stands behind the character.</summary>
    private static string At(string pattern, int offset) => offset >= 1 && offset <= pattern.Length ? pattern[offset - 1].ToString() : pattern;

    private static string Unsupported(string pattern) =>
        PerlOnly.FirstOrDefault(p => pattern.Contains(p, StringComparison.Ordinal)) ?? pattern;
}
