using System.Globalization;
using System.Text;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Reads quoted strings with Go's escapes.</summary>
internal static class StringLiteral
{
    /// <summary>The text between the quotes. Throws a <see cref="FormatException"/> that says which escape is wrong.</summary>
    public static string Unquote(string literal)
    {
        var body = literal[1..^1];
        if (literal[0] == '`' || !body.Contains('\\', StringComparison.Ordinal))
            return body;
        // Escapes such as \xff stand for bytes, so the text is put together from bytes.
        var bytes = new List<byte>(body.Length);
        var i = 0;
        while (i < body.Length)
        {
            if (body[i] == '\\')
            {
                ReadEscape(body, ref i, literal[0], bytes);
                continue;
            }

            var end = body.IndexOf('\\', i) is var next and >= 0 ? next : body.Length;
            bytes.AddRange(Encoding.UTF8.GetBytes(body, i, end - i));
            i = end;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static void ReadEscape(string body, ref int i, char quote, List<byte> bytes)
    {
        if (i + 1 >= body.Length)
            throw new FormatException("escape sequence not terminated");
        var c = body[i + 1];
        i += 2;
        const string Simple = "abfnrtv\\";
        const string Values = "\a\b\f\n\r\t\v\\";
        if (Simple.IndexOf(c, StringComparison.Ordinal) is var known and >= 0)
            bytes.Add((byte)Values[known]);
        else if (c == quote)
            bytes.Add((byte)c);
        else if (c is 'x')
            bytes.Add((byte)Digits(body, ref i, 2, 16, quote));
        else if (c is >= '0' and <= '7')
            AddOctal(body, ref i, quote, bytes);
        else if (c is 'u' or 'U')
            AddRune(Digits(body, ref i, c == 'u' ? 4 : 8, 16, quote), bytes);
        else
            throw new FormatException($"unknown escape sequence U+{(int)c:X4} '{c}'");
    }

    private static void AddOctal(string body, ref int i, char quote, List<byte> bytes)
    {
        i--;
        var value = Digits(body, ref i, 3, 8, quote);
        if (value > 255)
            throw new FormatException("escape sequence is an invalid Unicode code point");
        bytes.Add((byte)value);
    }

    private static void AddRune(int value, List<byte> bytes)
    {
        if (!Rune.IsValid(value))
            throw new FormatException("escape sequence is an invalid Unicode code point");
        bytes.AddRange(Encoding.UTF8.GetBytes(new Rune(value).ToString()));
    }

    private static int Digits(string body, ref int i, int count, int radix, char quote)
    {
        var value = 0L;
        for (var end = i + count; i < end; i++)
        {
            var c = i < body.Length ? body[i] : quote;
            if (!int.TryParse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digit) || digit >= radix)
                throw new FormatException($"illegal character U+{(int)c:X4} '{c}' in escape sequence");
            value = (value * radix) + digit;
        }

        return (int)Math.Min(value, int.MaxValue);
    }
}
