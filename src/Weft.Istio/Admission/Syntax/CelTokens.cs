namespace Weft.Istio.Admission.Syntax;

internal enum CelTokenKind
{
    Symbol,
    Name,
    Literal,
    End,
}

internal sealed record CelToken(CelTokenKind Kind, string Text, int Position)
{
    public bool IsBinaryOperator => (Kind == CelTokenKind.Symbol && Text is "||" or "&&" or "==" or "!=" or "<" or "<=" or ">" or ">=" or "+" or "-" or "*" or "/" or "%")
        || (Kind == CelTokenKind.Symbol && Text == "in");

    public bool StartsOperand => Kind is CelTokenKind.Name or CelTokenKind.Literal || (Kind == CelTokenKind.Symbol && Text is "(" or "[" or "{" or "." or "-" or "!");
}

/// <summary>Splits an expression of CEL into its tokens; the last one is always the end.</summary>
internal static class CelTokens
{
    private static readonly string[] s_symbols =
        ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "(", ")", "[", "]", "{", "}", ".", ",", "?", ":"];

    public static List<CelToken> Read(string text, Action<CelToken, string> report)
    {
        var tokens = new List<CelToken>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text.AsSpan(at).StartsWith("//"))
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (Token(text, at) is { } token)
            {
                tokens.Add(token);
                at += token.Text.Length;
            }
            else
            {
                report(new CelToken(CelTokenKind.Symbol, text[at].ToString(), at), $"Syntax error: token recognition error at: '{(text[at] is '"' or '\'' ? text[at..] : text[at])}'");
                at = text[at] is '"' or '\'' ? text.Length : at + 1;
            }
        }

        tokens.Add(new CelToken(CelTokenKind.End, "", text.Length));
        return tokens;
    }

    private static CelToken? Token(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (Quoted(rest) is var quoted and > 0)
        {
            return new CelToken(CelTokenKind.Literal, rest[..quoted].ToString(), at);
        }

        if (char.IsAsciiLetter(rest[0]) || rest[0] == '_')
        {
            var length = LengthOf(rest, c => char.IsAsciiLetterOrDigit(c) || c == '_');
            var word = rest[..length].ToString();
            return new CelToken(word switch { "true" or "false" or "null" => CelTokenKind.Literal, "in" => CelTokenKind.Symbol, _ => CelTokenKind.Name }, word, at);
        }

        if (char.IsAsciiDigit(rest[0]) || (rest[0] == '.' && rest.Length > 1 && char.IsAsciiDigit(rest[1])))
        {
            return new CelToken(CelTokenKind.Literal, rest[..NumberLength(rest)].ToString(), at);
        }

        foreach (var symbol in s_symbols)
        {
            if (rest.StartsWith(symbol))
            {
                return new CelToken(CelTokenKind.Symbol, symbol, at);
            }
        }

        return null;
    }

    private static int NumberLength(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("0x"))
        {
            var hex = 2 + LengthOf(rest[2..], char.IsAsciiHexDigit);
            return hex < rest.Length && rest[hex] is 'u' or 'U' ? hex + 1 : hex;
        }

        var length = LengthOf(rest, char.IsAsciiDigit);
        if (length + 1 < rest.Length && rest[length] == '.' && char.IsAsciiDigit(rest[length + 1]))
        {
            length += 1 + LengthOf(rest[(length + 1)..], char.IsAsciiDigit);
        }

        if (length < rest.Length && rest[length] is 'e' or 'E')
        {
            var sign = length + 1 < rest.Length && rest[length + 1] is '+' or '-' ? 1 : 0;
            var digits = LengthOf(rest[(length + 1 + sign)..], char.IsAsciiDigit);
            length += digits > 0 ? 1 + sign + digits : 0;
        }

        return length < rest.Length && rest[length] is 'u' or 'U' ? length + 1 : length;
    }

    /// <summary>The length of a string or bytes literal with its prefix; 0 when there is none, or it does not end.</summary>
    private static int Quoted(ReadOnlySpan<char> rest)
    {
        var prefix = LengthOf(rest, c => c is 'r' or 'R' or 'b' or 'B');
        if (prefix > 2 || prefix >= rest.Length || rest[prefix] is not ('"' or '\''))
        {
            return 0;
        }

        var isRaw = rest[..prefix].ContainsAny('r', 'R');
        var body = rest[prefix..];
        var quote = body.StartsWith("\"\"\"") || body.StartsWith("'''") ? body[..3] : body[..1];
        for (var i = quote.Length; i < body.Length; i++)
        {
            if (body[i..].StartsWith(quote))
            {
                return prefix + i + quote.Length;
            }

            if (body[i] == '\\' && !isRaw)
            {
                i++;
            }
            else if (body[i] == '\n' && quote.Length == 1)
            {
                return 0;
            }
        }

        return 0;
    }

    private static int LengthOf(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < text.Length && belongs(text[length]))
        {
            length++;
        }

        return length;
    }
}
