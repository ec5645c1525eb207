using System.Globalization;
using System.Text;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>The escape sequences of CEL's string literals, and of property names that are no CEL identifiers.</summary>
internal static class CelEscapes
{
    private const string Simple = "\\\"'`?";
    private static readonly Dictionary<char, char> Letters = new() { ['a'] = '\a', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t', ['v'] = '\v' };

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    };

    /// <summary>Reads one escape at a backslash and moves behind it.</summary>
    public static void Read(string text, ref int at, StringBuilder content)
    {
        var start = at;
        var c = at + 1 < text.Length ? text[at + 1] : '\0';
        at += 2;
        if (Simple.Contains(c, StringComparison.Ordinal)) content.Append(c);
        else if (Letters.TryGetValue(c, out var letter)) content.Append(letter);
        else if (c is 'x' or 'X') Code(text, ref at, 2, NumberStyles.AllowHexSpecifier, start, content);
        else if (c == 'u') Code(text, ref at, 4, NumberStyles.AllowHexSpecifier, start, content);
        else if (c == 'U') Code(text, ref at, 8, NumberStyles.AllowHexSpecifier, start, content);
        else if (c is >= '0' and <= '3' && at + 1 < text.Length && IsOctal(text[at]) && IsOctal(text[at + 1]))
        {
            content.Append((char)(((c - '0') * 64) + ((text[at] - '0') * 8) + text[at + 1] - '0'));
            at += 2;
        }
        else throw new CelCompileException("unable to unescape string", start);
    }

    /// <summary>The JSON name that an identifier of an expression stands for: `a__dash__b` is `a-b`.</summary>
    public static string Unescape(string identifier)
    {
        if (!identifier.Contains("__", StringComparison.Ordinal)) return identifier;
        if (identifier.Length > 4 && identifier.StartsWith("__", StringComparison.Ordinal) && identifier.EndsWith("__", StringComparison.Ordinal) && Reserved.Contains(identifier[2..^2])) return identifier[2..^2];
        return identifier
            .Replace("__underscores__", "\u0001", StringComparison.Ordinal)
            .Replace("__dot__", ".", StringComparison.Ordinal)
            .Replace("__dash__", "-", StringComparison.Ordinal)
            .Replace("__slash__", "/", StringComparison.Ordinal)
            .Replace("\u0001", "__", StringComparison.Ordinal);
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';

    private static void Code(string text, ref int at, int digits, NumberStyles style, int start, StringBuilder content)
    {
        if (at + digits > text.Length || !uint.TryParse(text.AsSpan(at, digits), style, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
            throw new CelCompileException("unable to unescape string", start);
        content.Append(new Rune(code).ToString());
        at += digits;
    }
}
