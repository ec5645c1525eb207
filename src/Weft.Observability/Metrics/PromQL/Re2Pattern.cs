using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>
/// A regular expression in RE2's syntax that must match a whole text, run by .NET's linear-time engine. Shorthand classes mean ASCII, as in RE2.
/// </summary>
internal sealed class Re2Pattern
{
    private readonly Regex _regex;
    private readonly ImmutableArray<string> _groupNames;

    private Re2Pattern(Regex regex, ImmutableArray<string> groupNames)
    {
        _regex = regex;
        _groupNames = groupNames;
    }

    public static Re2Pattern Compile(string pattern)
    {
        var translation = new Re2Translation(pattern);
        var text = $@"\A(?:{TranslateWhole(translation, pattern)})\z";
        try
        {
            return new Re2Pattern(new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), translation.GroupNames);
        }
        catch (Exception cause) when (cause is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"error parsing regexp: invalid or unsupported expression: `^(?:{pattern})$`", cause);
        }
    }

    /// <summary>As Prometheus does, which reads a pattern within the parentheses that anchor it before it reads it alone: they close what the pattern leaves open.</summary>
    private static string TranslateWhole(Re2Translation translation, string pattern)
    {
        const string Unexpected = "error parsing regexp: unexpected )";
        try
        {
            return translation.Translate();
        }
        catch (FormatException alone) when (alone.Message.StartsWith(Unexpected, StringComparison.Ordinal))
        {
            var anchored = ErrorOf($"^(?:{pattern})$");
            throw anchored is null ? new FormatException($"{Unexpected}: `{pattern}`")
                : anchored.Contains("^(?:^(?:", StringComparison.Ordinal) ? alone
                : new FormatException(anchored);
        }
    }

    private static string? ErrorOf(string pattern)
    {
        try
        {
            new Re2Translation(pattern).Translate();
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    /// <summary>The texts of a pattern that is only an alternation of texts, such as <c>a|b\.c</c>; otherwise null.</summary>
    public static List<string>? Alternatives(string pattern)
    {
        var texts = new List<string>();
        var text = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '|')
            {
                texts.Add(text.ToString());
                text.Clear();
            }
            else if (c == '\\' && i + 1 < pattern.Length && char.IsAscii(pattern[i + 1]) && char.IsPunctuation(pattern[i + 1]))
            {
                text.Append(pattern[++i]);
            }
            else if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal))
            {
                return null;
            }
            else
            {
                text.Append(c);
            }
        }

        texts.Add(text.ToString());
        return texts;
    }

    public bool IsMatch(string text) => _regex.IsMatch(text);

    /// <summary>The text with <c>$1</c>, <c>${1}</c> and <c>$name</c> of the template filled in; null when the text does not match.</summary>
    public string? Expand(string text, string template)
    {
        var match = _regex.Match(text);
        if (!match.Success)
            return null;
        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$')
                result.Append(template[i]);
            else if (i + 1 < template.Length && template[i + 1] == '$')
                result.Append(template[++i]);
            else if (ReadReference(template, i, out var name) is var length and > 0)
            {
                result.Append(GroupText(match, name));
                i += length;
            }
            else
                result.Append('$');
        }

        return result.ToString();
    }

    // The number of characters after the dollar sign; 0 when they are no reference.
    private static int ReadReference(string template, int dollar, out string name)
    {
        var start = dollar + 1;
        var braced = start < template.Length && template[start] == '{';
        var end = start = braced ? start + 1 : start;
        while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_'))
            end++;
        name = template[start..end];
        if (name.Length == 0 || (braced && (end >= template.Length || template[end] != '}')))
            return 0;
        return end - dollar - 1 + (braced ? 1 : 0);
    }

    private string GroupText(Match match, string name)
    {
        var index = int.TryParse(name, out var number) ? number : _groupNames.IndexOf(name);
        return index >= 0 && index < match.Groups.Count ? match.Groups[index].Value : "";
    }
}
