using System.Text;

namespace Weft.ApiServer.Schemas;

/// <summary>What is wrong with text that is not JSON, in the words of Go's decoder, which Kubernetes passes on.</summary>
internal sealed class GoJson(byte[] bytes)
{
    private const string End = "unexpected end of JSON input";
    private const int Deepest = 10_000;
    private int _at;

    /// <summary>Go's complaint; for valid JSON (that only our limits refuse) a general one.</summary>
    public static string Explain(byte[] bytes) => new GoJson(bytes).Document() ?? "exceeded max depth";

    private string? Document()
    {
        if (Value(0) is { } problem) return problem;
        Blanks();
        return _at < bytes.Length ? Wrong("after top-level value") : null;
    }

    private string? Value(int depth)
    {
        Blanks();
        if (_at >= bytes.Length) return End;
        if (depth > Deepest || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) return "exceeded max depth";
        return bytes[_at] switch
        {
            (byte)'{' => Object(depth),
            (byte)'[' => Array(depth),
            (byte)'"' => Text(),
            (byte)'t' => Word("true"),
            (byte)'f' => Word("false"),
            (byte)'n' => Word("null"),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Number(),
            _ => Wrong("looking for beginning of value"),
        };
    }

    private string? Object(int depth)
    {
        _at++;
        Blanks();
        if (Take('}')) return null;
        while (true)
        {
            Blanks();
            if (_at >= bytes.Length) return End;
            if (bytes[_at] != '"') return Wrong("looking for beginning of object key string");
            if (Text() is { } key) return key;
            Blanks();
            if (_at >= bytes.Length) return End;
            if (!Take(':')) return Wrong("after object key");
            if (Value(depth + 1) is { } problem) return problem;
            Blanks();
            if (_at >= bytes.Length) return End;
            if (Take('}')) return null;
            if (!Take(',')) return Wrong("after object key:value pair");
        }
    }

    private string? Array(int depth)
    {
        _at++;
        Blanks();
        if (Take(']')) return null;
        while (true)
        {
            if (Value(depth + 1) is { } problem) return problem;
            Blanks();
            if (_at >= bytes.Length) return End;
            if (Take(']')) return null;
            if (!Take(',')) return Wrong("after array element");
        }
    }

    private string? Text()
    {
        for (_at++; _at < bytes.Length; _at++)
        {
            var c = bytes[_at];
            if (c == '"')
            {
                _at++;
                return null;
            }

            if (c < 0x20) return Wrong("in string literal");
            if (c != '\\') continue;
            if (++_at >= bytes.Length) return End;
            if (bytes[_at] == 'u')
            {
                for (var i = 0; i < 4; i++)
                {
                    if (++_at >= bytes.Length) return End;
                    if (!char.IsAsciiHexDigit((char)bytes[_at])) return Wrong("in \\u hexadecimal character escape");
                }
            }
            else if (!"\"\\/bfnrt".Contains((char)bytes[_at], StringComparison.Ordinal))
            {
                return Wrong("in string escape code");
            }
        }

        return End;
    }

    private string? Word(string word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            if (++_at >= bytes.Length) return End;
            if (bytes[_at] != word[i]) return Wrong($"in literal {word} (expecting '{word[i]}')");
        }

        _at++;
        return null;
    }

    private string? Number()
    {
        if (Take('-') && (_at >= bytes.Length || !IsDigit())) return _at >= bytes.Length ? End : Wrong("in numeric literal");
        if (!Take('0')) Digits();
        if (Take('.') && Digits() == 0) return _at >= bytes.Length ? End : Wrong("after decimal point in numeric literal");
        if (_at < bytes.Length && bytes[_at] is (byte)'e' or (byte)'E')
        {
            _at++;
            if (!Take('+')) Take('-');
            if (Digits() == 0) return _at >= bytes.Length ? End : Wrong("in exponent of numeric literal");
        }

        return null;
    }

    private int Digits()
    {
        var start = _at;
        while (_at < bytes.Length && IsDigit()) _at++;
        return _at - start;
    }

    private bool IsDigit() => bytes[_at] is >= (byte)'0' and <= (byte)'9';

    private void Blanks()
    {
        while (_at < bytes.Length && bytes[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') _at++;
    }

    private bool Take(char c)
    {
        if (_at >= bytes.Length || bytes[_at] != c) return false;
        _at++;
        return true;
    }

    private string Wrong(string context)
    {
        var c = bytes[_at];
        var shown = c switch
        {
            (byte)'\'' => @"'\''",
            (byte)'"' => "'\"'",
            (byte)'\n' => @"'\n'",
            (byte)'\r' => @"'\r'",
            (byte)'\t' => @"'\t'",
            < 0x20 or 0x7f => $"'\\x{c:x2}'",
            > 0x7f => $"'{Encoding.Latin1.GetString([c])}'",
            _ => $"'{(char)c}'",
        };
        return $"invalid character {shown} {context}";
    }
}
