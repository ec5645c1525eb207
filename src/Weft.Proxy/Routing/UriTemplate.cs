using System.Text;
using System.Text.RegularExpressions;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Routing;

/// <summary>
/// Envoy's path templates (extensions/path uri_template): <c>*</c> is one segment, <c>**</c> any rest, <c>{name}</c> and <c>{name=pattern}</c>
/// name what they match, for rewrites.
/// </summary>
internal sealed class UriTemplate
{
    private readonly Regex _regex;

    private UriTemplate(Regex regex) => _regex = regex;

    /// <exception cref="ResourceRejectedException">Not a template.</exception>
    public static UriTemplate Compile(string template)
    {
        if (!template.StartsWith('/'))
        {
            throw new ResourceRejectedException($"path template '{template}' must begin with a slash");
        }

        var regex = new StringBuilder(@"\A");
        var position = 0;
        while (position < template.Length)
        {
            Append(template, ref position, regex);
        }

        try
        {
            return new UriTemplate(new Regex(regex.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (ArgumentException error)
        {
            throw new ResourceRejectedException($"path template '{template}': {error.Message}");
        }
    }

    /// <param name="path">Without its query.</param>
    public bool Matches(string path) => _regex.IsMatch(path);

    /// <summary>Fills a rewrite such as <c>/{name}/rest</c> with what the template's names matched; null when the path does not match.</summary>
    public string? Rewrite(string path, string rewrite)
    {
        if (_regex.Match(path) is not { Success: true } match)
        {
            return null;
        }

        var text = new StringBuilder();
        var position = 0;
        while (position < rewrite.Length)
        {
            var end = rewrite[position] == '{' ? rewrite.IndexOf('}', position) : -1;
            if (end > 0)
            {
                text.Append(match.Groups[rewrite[(position + 1)..end]].Value);
                position = end + 1;
            }
            else
            {
                text.Append(rewrite[position++]);
            }
        }

        return text.ToString();
    }

    private static void Append(string template, ref int position, StringBuilder regex)
    {
        if (template[position] != '{')
        {
            AppendPattern(template, ref position, regex);
            return;
        }

        var end = template.IndexOf('}', position);
        if (end < 0)
        {
            throw new ResourceRejectedException($"path template '{template}' has an open brace");
        }

        var parts = template[(position + 1)..end].Split('=', 2);
        position = end + 1;
        // Istio writes {*} and {**}, which name nothing.
        var (name, pattern) = parts is [var named, var inner] ? (named, inner) : parts[0] is "*" or "**" ? ("", parts[0]) : (parts[0], "*");
        regex.Append(name.Length > 0 ? $"(?<{name}>" : "(?:");
        var within = 0;
        while (within < pattern.Length)
        {
            AppendPattern(pattern, ref within, regex);
        }

        regex.Append(')');
    }

    private static void AppendPattern(string pattern, ref int position, StringBuilder regex)
    {
        if (pattern[position] != '*')
        {
            regex.Append(Regex.Escape(pattern[position++].ToString()));
        }
        else if (position + 1 < pattern.Length && pattern[position + 1] == '*')
        {
            regex.Append("[^?]*");
            position += 2;
        }
        else
        {
            regex.Append("[^/?]+");
            position++;
        }
    }
}
