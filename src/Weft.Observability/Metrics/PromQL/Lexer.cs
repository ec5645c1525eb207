using System.Globalization;
using System.Text;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>
/// Cuts query text into tokens, one at a time, since what follows a brace or a bracket is read by other rules. Errors are thrown
/// as <see cref="PromQLParseException"/> when the reader comes to them.
/// </summary>
internal sealed class Lexer(string input)
{
    private int _position;
    private int _parentheses;
    private bool _inBraces;
    private bool _inBrackets;
    private bool _colonSeen;

    public string Input => input;

    public Token Next()
    {
        SkipSpaceAndComments();
        var start = _position;
        if (start == input.Length)
            return AtEnd();
        var c = input[start];
        if (_inBraces)
            return NextInBraces(c);
        return c switch
        {
            '(' => OpenParenthesis(),
            ')' => CloseParenthesis(),
            '{' => OpenBrace(),
            '[' => OpenBracket(),
            ']' => CloseBracket(),
            ':' when _inBrackets => ReadColon(c),
            ',' => Take(TokenKind.Comma, 1),
            '@' => Take(TokenKind.At, 1),
            '+' or '-' or '*' or '/' or '%' or '^' => Take(TokenKind.Operator, 1),
            '=' => ReadEqual(),
            '!' => ReadNotEqual(),
            '<' or '>' => Take(TokenKind.Operator, Peek(1) == '=' ? 2 : 1),
            '"' or '\'' => ReadQuoted(c),
            '`' => ReadRaw(),
            _ when char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))) => ReadNumberOrDuration(),
            _ when IsWordStart(c) => _inBrackets ? ReadColon(c) : ReadWord(),
            _ => throw Error(start, $"unexpected character: '{Shown(start)}'"),
        };
    }

    /// <summary>An error at a place of the query, in Prometheus' form <c>line:column: parse error: ...</c>; columns count bytes.</summary>
    public PromQLParseException Error(int position, string message)
    {
        var before = input.AsSpan(0, Math.Min(position, input.Length));
        var line = 1 + before.Count('\n');
        var lineStart = before.LastIndexOf('\n') + 1;
        var column = Encoding.UTF8.GetByteCount(before[lineStart..]) + 1;
        return new PromQLParseException(string.Create(CultureInfo.InvariantCulture, $"{line}:{column}: parse error: {message}"));
    }

    private Token AtEnd()
    {
        if (_inBraces)
            throw Error(_position, "unexpected end of input inside braces");
        if (_parentheses > 0)
            throw Error(_position, "unclosed left parenthesis");
        if (_inBrackets)
            throw Error(_position, "unclosed left bracket");
        return new Token(TokenKind.EndOfInput, _position, "");
    }

    private Token NextInBraces(char c)
    {
        var next = Peek(1);
        switch (c)
        {
            case '}':
                _inBraces = false;
                return Take(TokenKind.RightBrace, 1);
            case ',':
                return Take(TokenKind.Comma, 1);
            case '=':
                return next == '~' ? Take(TokenKind.EqualRegex, 2) : Take(TokenKind.Equal, 1);
            case '!' when next == '~':
                return Take(TokenKind.NotEqualRegex, 2);
            case '!' when next == '=':
                return Take(TokenKind.Operator, 2);
            case '!':
                throw Error(_position, next == '\0' ? "unexpected end of input inside braces" : $"unexpected character after '!' inside braces: '{RuneAt(_position + 1)}'");
            case '"' or '\'':
                return ReadQuoted(c);
            case '`':
                return ReadRaw();
            case '{':
                throw Error(_position, "unexpected left brace '{'");
            case '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                return ReadLabelName();
            default:
                throw Error(_position, $"unexpected character inside braces: '{Shown(_position)}'");
        }
    }

    private Token OpenParenthesis()
    {
        _parentheses++;
        return Take(TokenKind.LeftParenthesis, 1);
    }

    private Token CloseParenthesis()
    {
        _parentheses--;
        if (_parentheses < 0)
            throw Error(_position + 1, "unexpected right parenthesis ')'");
        return Take(TokenKind.RightParenthesis, 1);
    }

    private Token OpenBrace()
    {
        _inBraces = true;
        return Take(TokenKind.LeftBrace, 1);
    }

    private Token OpenBracket()
    {
        if (_inBrackets)
            throw Error(_position, "unexpected left bracket '['");
        _inBrackets = true;
        _colonSeen = false;
        return Take(TokenKind.LeftBracket, 1);
    }

    private Token CloseBracket()
    {
        if (!_inBrackets)
            throw Error(_position, "unexpected right bracket ']'");
        _inBrackets = false;
        return Take(TokenKind.RightBracket, 1);
    }

    // Prometheus takes a letter in its place too.
    private Token ReadColon(char c)
    {
        if (_colonSeen)
            throw Error(_position, $"unexpected colon '{c}'");
        _colonSeen = true;
        return Take(TokenKind.Colon, 1);
    }

    private Token ReadEqual() => Peek(1) switch
    {
        '=' => Take(TokenKind.Operator, 2),
        '~' => throw Error(_position, "unexpected character after '=': '~'"),
        _ => Take(TokenKind.Equal, 1),
    };

    private Token ReadNotEqual() => Peek(1) switch
    {
        '=' => Take(TokenKind.Operator, 2),
        '\0' => throw Error(_position, "unexpected character after '!': end of input"),
        _ => throw Error(_position, $"unexpected character after '!': '{RuneAt(_position + 1)}'"),
    };

    /// <summary>Reads the window after a bracket, where a bare number is a duration without its unit.</summary>
    public Token NextDuration()
    {
        SkipSpaceAndComments();
        var start = _position;
        if (ScanNumber())
            throw Error(start, "missing unit character in duration");
        if (!ScanRestOfDuration())
            throw Error(start, $"bad duration syntax: {PromText.Quote(input[start.._position])}");
        return new Token(TokenKind.Duration, start, input[start.._position]);
    }

    private Token ReadNumberOrDuration()
    {
        var start = _position;
        if (ScanNumber())
            return new Token(TokenKind.Number, start, input[start.._position]);
        if (ScanRestOfDuration())
            return new Token(TokenKind.Duration, start, input[start.._position]);
        throw Error(start, $"bad number or duration syntax: {PromText.Quote(input[start.._position])}");
    }

    // True when the text is a whole number, false when a letter follows that no number has.
    private bool ScanNumber()
    {
        var hexadecimal = Peek(0) == '0' && Peek(1) is 'x' or 'X';
        _position += hexadecimal ? 2 : 0;
        while (char.IsAsciiDigit(Peek(0)) || (hexadecimal && char.IsAsciiHexDigit(Peek(0))))
            _position++;
        if (Peek(0) == '.')
        {
            _position++;
            while (char.IsAsciiDigit(Peek(0)))
                _position++;
        }

        if (!hexadecimal && Peek(0) is 'e' or 'E')
        {
            _position += Peek(1) is '+' or '-' ? 2 : 1;
            while (char.IsAsciiDigit(Peek(0)))
                _position++;
        }

        return !(IsWordStart(Peek(0)) || char.IsAsciiDigit(Peek(0))) || Peek(0) == ':';
    }

    private bool ScanRestOfDuration()
    {
        // Years can only come first.
        for (var first = true; Peek(0) is 's' or 'm' or 'h' or 'd' or 'w' || (first && Peek(0) == 'y'); first = false)
        {
            // Units that are none, as hs, are found when it is read.
            _position += Peek(1) == 's' ? 2 : 1;
            if (!char.IsAsciiDigit(Peek(0)))
                return IsEndOfDuration();
            while (char.IsAsciiDigit(Peek(0)))
                _position++;
        }

        return false;
    }

    // Prometheus takes the letter that is too much and names it.
    private bool IsEndOfDuration()
    {
        if (!IsWordStart(Peek(0)) || Peek(0) == ':')
            return true;
        _position++;
        return false;
    }

    private Token ReadWord()
    {
        var end = _position;
        while (end < input.Length && (IsWordStart(input[end]) || char.IsAsciiDigit(input[end])))
            end++;
        var text = input[_position..end];
        var word = text.ToLowerInvariant();
        var kind = Token.Aggregators.Contains(word) ? TokenKind.Aggregator
            : Token.WordOperators.Contains(word) ? TokenKind.Operator
            : Token.Keywords.Contains(word) ? TokenKind.Keyword
            : word is "inf" or "nan" ? TokenKind.Number
            : text.Contains(':', StringComparison.Ordinal) ? TokenKind.MetricIdentifier
            : TokenKind.Identifier;
        return Take(kind, text.Length);
    }

    private Token ReadLabelName()
    {
        var end = _position;
        while (end < input.Length && input[end] != ':' && (IsWordStart(input[end]) || char.IsAsciiDigit(input[end])))
            end++;
        return Take(TokenKind.Identifier, end - _position);
    }

    private Token ReadQuoted(char quote)
    {
        for (var i = _position + 1; i < input.Length && input[i] != '\n'; i++)
        {
            if (input[i] == '\\')
                i++;
            else if (input[i] == quote)
                return Checked(Take(TokenKind.String, i + 1 - _position));
        }

        // A wrong escape comes before the end that is missing.
        Checked(new Token(TokenKind.String, _position, $"{input[_position..].Split('\n')[0]}{quote}"));
        throw Error(_position, "unterminated quoted string");
    }

    private Token Checked(Token text)
    {
        try
        {
            StringLiteral.Unquote(text.Text);
            return text;
        }
        catch (FormatException cause)
        {
            throw Error(text.Start, cause.Message);
        }
    }

    private Token ReadRaw()
    {
        var end = input.IndexOf('`', _position + 1);
        return end < 0 ? throw Error(_position, "unterminated raw string") : Take(TokenKind.String, end + 1 - _position);
    }

    private void SkipSpaceAndComments()
    {
        while (_position < input.Length)
        {
            if (input[_position] is ' ' or '\t' or '\n' or '\r')
                _position++;
            else if (input[_position] == '#')
                _position = input.IndexOf('\n', _position) is var end and >= 0 ? end : input.Length;
            else
                break;
        }
    }

    private Token Take(TokenKind kind, int length)
    {
        var token = new Token(kind, _position, input.Substring(_position, length));
        _position += length;
        return token;
    }

    private char Peek(int ahead) => _position + ahead < input.Length ? input[_position + ahead] : '\0';

    private string Shown(int position) => input[position] == '\\' ? @"\\" : RuneAt(position).ToString();

    private Rune RuneAt(int position) => Rune.TryGetRuneAt(input, position, out var rune) ? rune : Rune.ReplacementChar;

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c is '_' or ':';
}
