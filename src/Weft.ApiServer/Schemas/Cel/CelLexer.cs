using System.Globalization;
using System.Text;

namespace Weft.ApiServer.Schemas.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Literal,
    Symbol,
}

internal readonly record struct CelToken(CelTokenKind Kind, string Text, int Position, object? Value);

/// <summary>Splits an expression into tokens, by the lexical rules of the CEL specification.</summary>
internal sealed class CelLexer(string text)
{
    private static readonly string[] LongSymbols = ["&&", "||", "==", "!=", "<=", ">="];
    private int _at;

    public List<CelToken> Tokens()
    {
        var tokens = new List<CelToken>();
        CelToken token;
        do
        {
            token = Next();
            tokens.Add(token);
        }
        while (token.Kind != CelTokenKind.End);
        return tokens;
    }

    private CelToken Next()
    {
        SkipBlanks();
        if (_at >= text.Length) return new CelToken(CelTokenKind.End, "<EOF>", text.Length, null);
        var start = _at;
        var c = text[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]))) return Number(start);
        if (QuoteAfterPrefix() is { } quote) return String(start, quote);
        if (char.IsAsciiLetter(c) || c == '_') return Word(start);
        if (c == '`') return Escaped(start);
        var symbol = LongSymbols.FirstOrDefault(s => text.AsSpan(_at).StartsWith(s, StringComparison.Ordinal)) ?? c.ToString();
        if (symbol.Length == 1 && !"()[]{}.,?:<>+-*/%!".Contains(c, StringComparison.Ordinal)) throw new CelCompileException($"Syntax error: token recognition error at: '{c}'", start);
        _at += symbol.Length;
        return new CelToken(CelTokenKind.Symbol, symbol, start, null);
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at])) _at++;
            else if (text.AsSpan(_at).StartsWith("//", StringComparison.Ordinal)) _at = text.IndexOf('\n', _at) is var end and >= 0 ? end : text.Length;
            else return;
        }
    }

    private CelToken Word(int start)
    {
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        var word = text[start.._at];
        return word switch
        {
            "true" => new CelToken(CelTokenKind.Literal, word, start, true),
            "false" => new CelToken(CelTokenKind.Literal, word, start, false),
            "null" => new CelToken(CelTokenKind.Literal, word, start, null),
            "in" => new CelToken(CelTokenKind.Symbol, word, start, null),
            _ => new CelToken(CelTokenKind.Identifier, word, start, null),
        };
    }

    private CelToken Escaped(int start)
    {
        var end = text.IndexOf('`', start + 1);
        if (end < 0) throw new CelCompileException("Syntax error: token recognition error at: '`'", start);
        _at = end + 1;
        return new CelToken(CelTokenKind.Identifier, text[(start + 1)..end], start, null);
    }

    private CelToken Number(int start)
    {
        if (text.AsSpan(_at).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at])) _at++;
            return Integer(start, text[(start + 2).._at], NumberStyles.AllowHexSpecifier);
        }

        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        var whole = true;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            whole = false;
            _at++;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            whole = false;
            _at++;
            if (_at < text.Length && text[_at] is '+' or '-') _at++;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        }

        if (whole) return Integer(start, text[start.._at], NumberStyles.None);
        return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            ? new CelToken(CelTokenKind.Literal, text[start.._at], start, real)
            : throw new CelCompileException("invalid double literal", start);
    }

    private CelToken Integer(int start, string digits, NumberStyles style)
    {
        if (_at < text.Length && text[_at] is 'u' or 'U')
        {
            _at++;
            return ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var unsigned)
                ? new CelToken(CelTokenKind.Literal, text[start.._at], start, unsigned)
                : throw new CelCompileException("invalid uint literal", start);
        }

        // The smallest integer is a negated literal: 2^63 passes here, and the parser's minus makes it valid.
        return ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var value) && value <= (ulong)long.MaxValue + 1
            ? new CelToken(CelTokenKind.Literal, text[start.._at], start, unchecked((long)value))
            : throw new CelCompileException("invalid int literal", start);
    }

    /// <summary>Where the quote of a string stands: at once, or after r and b prefixes. Null when no string begins here.</summary>
    private int? QuoteAfterPrefix()
    {
        for (var i = _at; i < text.Length && i <= _at + 2; i++)
        {
            if (text[i] is '"' or '\'') return i;
            if (text[i] is not ('r' or 'R' or 'b' or 'B')) return null;
        }

        return null;
    }

    private CelToken String(int start, int quote)
    {
        var prefix = text[start..quote].ToLowerInvariant();
        var mark = text.AsSpan(quote).StartsWith(new string(text[quote], 3), StringComparison.Ordinal) ? new string(text[quote], 3) : text[quote].ToString();
        var content = new StringBuilder();
        var bytes = prefix.Contains('b', StringComparison.Ordinal);
        _at = quote + mark.Length;
        while (!text.AsSpan(_at).StartsWith(mark, StringComparison.Ordinal))
        {
            if (_at >= text.Length || (mark.Length == 1 && text[_at] is '\n' or '\r')) throw new CelCompileException($"Syntax error: token recognition error at: '{text[start..Math.Min(text.Length, _at)]}'", start);
            if (text[_at] == '\\' && !prefix.Contains('r', StringComparison.Ordinal)) CelEscapes.Read(text, ref _at, content);
            else content.Append(text[_at++]);
        }

        _at += mark.Length;
        object value = bytes ? Encoding.UTF8.GetBytes(content.ToString()) : content.ToString();
        return new CelToken(CelTokenKind.Literal, text[start.._at], start, value);
    }
}
