using System.Text;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>A URL as Go's url.ParseRequestURI takes it: with a scheme, or a path from the root.</summary>
internal sealed record CelUrl(string Whole, string Scheme, string Host, string Path, string RawPath, string Query) : ICelObject
{
    public string TypeName => "kubernetes.URL";

    public string Hostname => Host.StartsWith('[') ? Host[1..Math.Max(1, Host.IndexOf(']', StringComparison.Ordinal))] : PortAt is >= 0 and var at ? Host[..at] : Host;

    public string Port => PortAt is >= 0 and var at ? Host[(at + 1)..] : "";

    private int PortAt => Host.LastIndexOf(':') is var colon && colon > Host.LastIndexOf(']') ? colon : -1;

    /// <summary>The URL, or Go's words about what is wrong with it.</summary>
    public static (CelUrl? Url, string Error) Parse(string text)
    {
        if (text.Length == 0) return (null, "parse \"\": empty url");
        if (text.Any(c => c is < ' ' or '\u007f')) return Wrong(text, "net/url: invalid control character in URL");
        if (text == "*") return (new CelUrl(text, "", "", "*", "*", ""), "");
        var (scheme, rest, error) = SplitScheme(text);
        if (error.Length > 0) return Wrong(text, error);
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var query = question < 0 ? "" : rest[(question + 1)..];
        if (question >= 0) rest = rest[..question];
        if (!rest.StartsWith('/')) return scheme.Length > 0 ? (new CelUrl(text, scheme, "", "", "", query), "") : Wrong(text, "invalid URI for request");
        var host = "";
        if (scheme.Length > 0 && rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? "" : rest[slash..];
            host = authority[(authority.LastIndexOf('@') + 1)..];
            if (HostError(host) is { Length: > 0 } wrong) return Wrong(text, wrong);
        }

        return BadEscape(rest) is { } escape ? Wrong(text, $"invalid URL escape \"{escape}\"") : (new CelUrl(text, scheme, host, Uri.UnescapeDataString(rest), rest, query), "");
    }

    /// <summary>The query's values by name, in order.</summary>
    public CelMap QueryValues()
    {
        var values = Query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .GroupBy(p => Decoded(p[0]))
            .ToDictionary(g => (object)g.Key, g => (object?)new CelList([.. g.Select(p => (object?)Decoded(p.Length > 1 ? p[1] : ""))]));
        return new CelMap(values);
    }

    public string EscapedPath()
    {
        var result = new StringBuilder();
        foreach (var c in RawPath) result.Append(c is > ' ' and < '\u007f' and not ('"' or '<' or '>' or '^' or '`' or '{' or '|' or '}' or '\\') ? c.ToString() : Uri.EscapeDataString(c.ToString()));
        return result.ToString();
    }

    public override string ToString() => Whole;

    private static (CelUrl? Url, string Error) Wrong(string text, string why) => (null, $"parse {Admission.ObjectValidation.Quote(text)}: {why}");

    private static (string Scheme, string Remainder, string Error) SplitScheme(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiLetter(c)) continue;
            if (c == ':') return i == 0 ? ("", "", "missing protocol scheme") : (text[..i].ToLowerInvariant(), text[(i + 1)..], "");
            if (i > 0 && (char.IsAsciiDigit(c) || c is '+' or '-' or '.')) continue;
            break;
        }

        return ("", text, "");
    }

    private static string HostError(string host)
    {
        if (host.StartsWith('[') && !host.Contains(']', StringComparison.Ordinal)) return "missing ']' in host";
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']') && !host[(colon + 1)..].All(char.IsAsciiDigit)) return $"invalid port \"{host[colon..]}\" after host";
        return host.FirstOrDefault(c => c is ' ' or '"' or '<' or '>') is var bad and not '\0' ? $"invalid character \"{bad}\" in host name" : "";
    }

    private static string? BadEscape(string path)
    {
        for (var i = path.IndexOf('%', StringComparison.Ordinal); i >= 0; i = path.IndexOf('%', i + 1))
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2])) return path[i..Math.Min(path.Length, i + 3)];
        return null;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
