using System.Text;
using System.Text.RegularExpressions;
using Envoy.Type.Matcher.V3;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Routing;

/// <summary>envoy.type.matcher.v3.RegexMatchAndSubstitute, compiled: every match is replaced; <c>\1</c> to <c>\9</c> stand for groups, <c>\0</c> for the match.</summary>
internal sealed class RegexRewrite
{
    // A match is linear in the text, all of them together are not.
    private static readonly TimeSpan RegexLimit = TimeSpan.FromSeconds(2);

    private readonly Regex _regex;
    private readonly string _replacement;

    private RegexRewrite(Regex regex, string replacement)
    {
        _regex = regex;
        _replacement = replacement;
    }

    /// <exception cref="ResourceRejectedException">Not a linear regular expression, or a group that it does not have.</exception>
    public static RegexRewrite Compile(RegexMatchAndSubstitute config)
    {
        try
        {
            var regex = new Regex(config.Pattern?.Regex ?? "", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, RegexLimit);
            return new RegexRewrite(regex, Replacement(config.Substitution, regex.GetGroupNumbers().Length));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ResourceRejectedException($"regex '{config.Pattern?.Regex}': {error.Message}");
        }
    }

    public string Apply(string text)
    {
        try
        {
            return _regex.Replace(text, _replacement);
        }
        catch (RegexMatchTimeoutException)
        {
            return text;
        }
    }

    // RE2 writes groups as \1 where .NET writes ${1}.
    private static string Replacement(string substitution, int groups)
    {
        var text = new StringBuilder();
        for (var index = 0; index < substitution.Length; index++)
        {
            var letter = substitution[index];
            if (letter == '$')
            {
                text.Append("$$");
            }
            else if (letter != '\\')
            {
                text.Append(letter);
            }
            else if (++index < substitution.Length && char.IsAsciiDigit(substitution[index]))
            {
                var group = substitution[index] - '0';
                text.Append(group < groups ? $"${{{group}}}" : throw new ResourceRejectedException($"substitution '{substitution}' names group {group}, which the regex does not have"));
            }
            else if (index < substitution.Length && substitution[index] == '\\')
            {
                text.Append('\\');
            }
            else
            {
                throw new ResourceRejectedException($"substitution '{substitution}': a backslash must be followed by a digit or a backslash");
            }
        }

        return text.ToString();
    }
}
