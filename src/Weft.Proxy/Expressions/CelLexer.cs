using System.Globalization;
using System.Text;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Expressions;

internal enum CelTokenKind
{
    Identifier,
    Number,
    Text,
    Symbol,
    End,
}

internal readonly record struct CelToken(CelTokenKind Kind, string Text, object? Value = null);

/// <summary>Splits a CEL expression into tokens.</summary>
internal static class CelLexer
{
    private static readonly string[] Symbols = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]", ".", ",", "?", ":"];

    /// <exception cref="ResourceRejectedException">A character that begins no token, or a text without end.</exception>
    public static List<CelToken> Read(string source)
    {
        var tokens = new List<CelToken>();
        var position = 0;
        while (position < source.Length)
        {
            if (char.IsWhiteSpace(source[position]))
            {
                position++;
                continue;
            }

            tokens.Add(Next(source, ref position));
        }

        tokens.Add(new CelToken(CelTokenKind.End, "the end"));
        return tokens;
    }

    private static CelToken Next(string source, ref int position)
    {
        var first = source[position];
        if (first is '"' or '\'')
        {
            return Quoted(source, ref position, isRaw: false);
        }

        if (first is 'r' or 'R' && position + 1 < source.Length && source[position + 1] is '"' or '\'')
        {
            position++;
            return Quoted(source, ref position, isRaw: true);
        }

        if (char.IsAsciiLetter(first) || first == '_')
        {
            var name = While(source, ref position, static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
            return new CelToken(CelTokenKind.Identifier, name);
        }

        if (char.IsAsciiDigit(first))
        {
            return Number(source, ref position);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, position, symbol, 0, symbol.Length) == 0)
            {
                position += symbol.Length;
                return new CelToken(CelTokenKind.Symbol, symbol);
            }
        }

        throw new ResourceRejectedException($"expression '{source}': '{first}' at {position} is not understood");
    }

    private static CelToken Number(string source, ref int position)
    {
        var text = While(source, ref position, static letter => char.IsAsciiDigit(letter) || letter is '.' or 'e' or 'E');
        if (position < source.Length && source[position] is 'u' or 'U')
        {
            position++;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new CelToken(CelTokenKind.Number, text, number)
            : throw new ResourceRejectedException($"expression '{source}': '{text}' is not a number");
    }

    private static CelToken Quoted(string source, ref int position, bool isRaw)
    {
        var quote = source[position++];
        var text = new StringBuilder();
        while (position < source.Length && source[position] != quote)
        {
            var letter = source[position++];
            if (letter == '\\' && !isRaw && position < source.Length)
            {
                letter = source[position++] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other };
            }

            text.Append(letter);
        }

        if (position++ >= source.Length)
        {
            throw new ResourceRejectedException($"expression '{source}': a text has no end");
        }

        return new CelToken(CelTokenKind.Text, text.ToString(), text.ToString());
    }

    private static string While(string source, ref int position, Func<char, bool> belongs)
    {
        var start = position;
        while (position < source.Length && belongs(source[position]))
        {
            position++;
        }

        return source[start..position];
    }
}
