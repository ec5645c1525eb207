namespace Weft.Istio.Admission.Syntax;

/// <summary>What Go's decoder says of a text that is no JSON.</summary>
internal sealed class GoJsonSyntax
{
    private const int DeepestNesting = 10_000;
    private const string EndOfInput = "unexpected end of JSON input";

    private readonly string _text;
    private int _at;

    private GoJsonSyntax(string text) => _text = text;

    /// <summary>Null for JSON.</summary>
    public static string? Error(string text)
    {
        var reader = new GoJsonSyntax(text);
        try
        {
            reader.Value(0);
            reader.SkipSpace();
            return reader.AtEnd ? null : reader.Unexpected("after top-level value").Message;
        }
        catch (GoJsonException error)
        {
            return error.Message;
        }
    }

    private bool AtEnd => _at >= _text.Length;

    private void Value(int depth)
    {
        SkipSpace();
        if (depth > DeepestNesting)
        {
            throw new GoJsonException("exceeded max depth");
        }

        switch (AtEnd ? '\0' : _text[_at])
        {
            case '{':
                Members('}', depth, isObject: true);
                break;
            case '[':
                Members(']', depth, isObject: false);
                break;
            case '"':
                Text();
                break;
            case 't':
                Literal("true");
                break;
            case 'f':
                Literal("false");
                break;
            case 'n':
                Literal("null");
                break;
            case '-' or (>= '0' and <= '9'):
                Number();
                break;
            default:
                throw Unexpected("looking for beginning of value");
        }
    }

    private void Members(char end, int depth, bool isObject)
    {
        _at++;
        SkipSpace();
        if (!AtEnd && _text[_at] == end)
        {
            _at++;
            return;
        }

        while (true)
        {
            if (isObject)
            {
                Key();
            }

            Value(depth + 1);
            SkipSpace();
            if (!AtEnd && _text[_at] == end)
            {
                _at++;
                return;
            }

            Expect(',', isObject ? "after object key:value pair" : "after array element");
        }
    }

    private void Key()
    {
        SkipSpace();
        if (AtEnd || _text[_at] != '"')
        {
            throw Unexpected("looking for beginning of object key string");
        }

        Text();
        SkipSpace();
        Expect(':', "after object key");
    }

    private void Text()
    {
        for (_at++; !AtEnd && _text[_at] != '"'; _at++)
        {
            if (_text[_at] < ' ')
            {
                throw Unexpected("in string literal");
            }

            if (_text[_at] == '\\')
            {
                EscapeInText();
            }
        }

        if (AtEnd)
        {
            throw new GoJsonException(EndOfInput);
        }

        _at++;
    }

    private void EscapeInText()
    {
        _at++;
        if (AtEnd || !"bfnrt\\/\"u".Contains(_text[_at], StringComparison.Ordinal))
        {
            throw Unexpected("in string escape code");
        }

        for (var digits = _text[_at] == 'u' ? 4 : 0; digits > 0; digits--)
        {
            _at++;
            if (AtEnd || !char.IsAsciiHexDigit(_text[_at]))
            {
                throw Unexpected("in \\u hexadecimal character escape");
            }
        }
    }

    private void Literal(string word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            _at++;
            if (AtEnd || _text[_at] != word[i])
            {
                throw Unexpected($"in literal {word} (expecting {QuoteCharacter(word[i])})");
            }
        }

        _at++;
    }

    private void Number()
    {
        if (_text[_at] == '-')
        {
            _at++;
        }

        if (!AtEnd && _text[_at] == '0')
        {
            _at++;
        }
        else
        {
            Digits("in numeric literal");
        }

        if (!AtEnd && _text[_at] == '.')
        {
            _at++;
            Digits("after decimal point in numeric literal");
        }

        if (!AtEnd && _text[_at] is 'e' or 'E')
        {
            _at++;
            if (!AtEnd && _text[_at] is '+' or '-')
            {
                _at++;
            }

            Digits("in exponent of numeric literal");
        }
    }

    private void Digits(string where)
    {
        if (AtEnd || !char.IsAsciiDigit(_text[_at]))
        {
            throw Unexpected(where);
        }

        while (!AtEnd && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }
    }

    private void Expect(char character, string where)
    {
        if (AtEnd || _text[_at] != character)
        {
            throw Unexpected(where);
        }

        _at++;
    }

    private void SkipSpace()
    {
        while (!AtEnd && _text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
    }

    private GoJsonException Unexpected(string where) => new(AtEnd ? EndOfInput : $"invalid character {QuoteCharacter(_text[_at])} {where}");

    private static string QuoteCharacter(char character) => character switch
    {
        '\'' => "'\\''",
        '"' => "'\"'",
        _ => $"'{GoText.Quote(character.ToString())[1..^1]}'",
    };

    private sealed class GoJsonException(string message) : Exception(message);
}
