using System.Globalization;
using System.Text;

namespace Weft.Observability.Traces.TraceQL;

internal enum TraceQLTokenType
{
    End,
    Symbol,
    Word,
    Attribute,
    Value,
}

/// <summary>A token; <see cref="Value"/> is that of a literal, <see cref="Text"/> the word, symbol or attribute.</summary>
internal readonly record struct TraceQLToken(TraceQLTokenType Type, string Text, int Position, TraceQLValue Value = default, AttributeScope Scope = default);

/// <summary>Cuts a query into tokens.</summary>
internal sealed class TraceQLLexer(string text)
{
    private static readonly string[] Symbols = ["&&", "||", "!=", "!~", "=~", ">=", "<=", ">>", "<<", "{", "}", "(", ")", "|", "=", ">", "<", "!", "~", ",", "+", "-", "*", "/"];

    private int _position;

    public List<TraceQLToken> Read()
    {
        var tokens = new List<TraceQLToken>();
        TraceQLToken token;
        do
        {
            token = Next();
            tokens.Add(token);
        }
        while (token.Type != TraceQLTokenType.End);
        return tokens;
    }

    private TraceQLToken Next()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
            _position++;
        if (_position == text.Length)
            return new TraceQLToken(TraceQLTokenType.End, "end of query", _position);
        var start = _position;
        return text[start] switch
        {
            '"' or '`' => TextLiteral(start),
            '.' when !IsDigitAt(start + 1) => Attribute(AttributeScope.Either, start, start + 1),
            >= '0' and <= '9' => NumberOrDuration(start),
            '-' when IsDigitAt(start + 1) => NumberOrDuration(start),
            _ when IsNamePart(text[start]) => WordOrAttribute(start),
            _ => Symbol(start),
        };
    }

    private TraceQLToken Symbol(int start)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0)
            {
                _position += symbol.Length;
                return new TraceQLToken(TraceQLTokenType.Symbol, symbol, start);
            }
        }

        throw new TraceQLException(start, $"unexpected character '{text[start]}'");
    }

    private TraceQLToken WordOrAttribute(int start)
    {
        foreach (var (prefix, scope) in Scopes)
        {
            if (string.CompareOrdinal(text, start, prefix, 0, prefix.Length) == 0)
                return Attribute(scope, start, start + prefix.Length);
        }

        // Intrinsics may carry their scope: span:duration, trace:rootName.
        while (_position < text.Length && (IsNamePart(text[_position]) || text[_position] == ':'))
            _position++;
        return new TraceQLToken(TraceQLTokenType.Word, text[start.._position], start);
    }

    private static readonly (string Prefix, AttributeScope Scope)[] Scopes =
        [("span.", AttributeScope.Span), ("resource.", AttributeScope.Resource), ("parent.", AttributeScope.Either)];

    private TraceQLToken Attribute(AttributeScope scope, int start, int from)
    {
        if (string.CompareOrdinal(text, start, "parent.", 0, 7) == 0)
            throw new TraceQLException(start, "attributes of the parent are not spoken here");
        _position = from;
        if (_position < text.Length && text[_position] == '"')
        {
            var quoted = Quoted();
            return new TraceQLToken(TraceQLTokenType.Attribute, quoted, start, default, scope);
        }

        while (_position < text.Length && IsAttributePart(text[_position]))
            _position++;
        return _position > from
            ? new TraceQLToken(TraceQLTokenType.Attribute, text[from.._position], start, default, scope)
            : throw new TraceQLException(start, "an attribute without a name");
    }

    private TraceQLToken TextLiteral(int start) => new(TraceQLTokenType.Value, "text", start, TraceQLValue.Of(Quoted()));

    private string Quoted()
    {
        var (start, quote) = (_position, text[_position]);
        var value = new StringBuilder();
        for (_position++; _position < text.Length; _position++)
        {
            var character = text[_position];
            if (character == quote)
            {
                _position++;
                return value.ToString();
            }

            if (character == '\\' && quote == '"' && ++_position < text.Length)
                character = text[_position] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other };
            value.Append(character);
        }

        throw new TraceQLException(start, "text is not closed");
    }

    private TraceQLToken NumberOrDuration(int start)
    {
        _position++;
        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '.' or 'µ'))
            _position++;
        var literal = text.AsSpan(start, _position - start);
        if (double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return new TraceQLToken(TraceQLTokenType.Value, "number", start, TraceQLValue.Of(number));
        return GoDuration.TryParse(literal, out var duration)
            ? new TraceQLToken(TraceQLTokenType.Value, "duration", start, TraceQLValue.Nanoseconds(duration.Ticks * 100.0))
            : throw new TraceQLException(start, $"'{literal}' is neither a number nor a duration");
    }

    private bool IsDigitAt(int position) => position < text.Length && char.IsAsciiDigit(text[position]);

    private static bool IsNamePart(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    private static bool IsAttributePart(char character) => !char.IsWhiteSpace(character) && !"{}()=~!<>&|^,\"`".Contains(character, StringComparison.Ordinal);
}
