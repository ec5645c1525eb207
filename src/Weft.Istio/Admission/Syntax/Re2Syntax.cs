using System.Globalization;

namespace Weft.Istio.Admission.Syntax;

/// <summary>
/// Says whether a text is a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax) and, if not, what Go's parser says of it.
/// It builds nothing: a proxy compiles the expression.
/// </summary>
internal sealed class Re2Syntax
{
    private const int LargestRepeat = 1000;
    private const int DeepestNesting = 1000;

    private readonly string _text;
    private readonly HashSet<string> _names = [];
    private int _at;
    private int _depth;

    /// <summary>Where the repetition before this place began; -1 when none did.</summary>
    private int _lastRepeat = -1;

    /// <summary>There is something before this place that can be repeated.</summary>
    private bool _hasOperand;

    private Re2Syntax(string text) => _text = text;

    /// <summary>Null for a good expression.</summary>
    public static string? Error(string text)
    {
        try
        {
            new Re2Syntax(text).Read();
            return null;
        }
        catch (Re2Exception error)
        {
            return error.Message;
        }
    }

    private bool AtEnd => _at >= _text.Length;

    private void Read()
    {
        while (!AtEnd)
        {
            var repeat = -1;
            switch (_text[_at])
            {
                case '(':
                    Open();
                    break;
                case ')':
                    Close();
                    break;
                case '|':
                    _at++;
                    _hasOperand = false;
                    break;
                case '[':
                    Class();
                    break;
                case '*' or '+' or '?':
                    repeat = _at;
                    _at++;
                    Repeat(repeat);
                    break;
                case '{' when Counted() is { } counted:
                    repeat = _at;
                    _at = counted.End;
                    RepeatTimes(repeat, counted.Least, counted.Most);
                    break;
                case '\\':
                    Escape();
                    break;
                default:
                    Operand(1);
                    break;
            }

            _lastRepeat = repeat;
        }

        if (_depth > 0)
        {
            throw Fail("missing closing )", _text);
        }
    }

    private void Operand(int length)
    {
        _at += length;
        _hasOperand = true;
    }

    private void Open()
    {
        if (++_depth > DeepestNesting)
        {
            throw Fail("expression nests too deeply", _text);
        }

        _hasOperand = false;
        if (_at + 1 < _text.Length && _text[_at + 1] == '?')
        {
            PerlGroup();
        }
        else
        {
            _at++;
        }
    }

    private void Close()
    {
        if (_depth == 0)
        {
            throw Fail("unexpected )", _text);
        }

        _depth--;
        Operand(1);
    }

    /// <summary>What begins with <c>(?</c>: a named group, a group without capture, or flags.</summary>
    private void PerlGroup()
    {
        var start = _at;
        var rest = _text.AsSpan(_at);
        if (rest.StartsWith("(?P<") || rest.StartsWith("(?<"))
        {
            NamedGroup(start, rest.StartsWith("(?P<") ? 4 : 3);
            return;
        }

        var isNegative = false;
        var sawFlag = false;
        for (_at += 2; !AtEnd; _at++)
        {
            switch (_text[_at])
            {
                case 'i' or 'm' or 's' or 'U':
                    sawFlag = true;
                    continue;
                case '-' when !isNegative:
                    isNegative = true;
                    sawFlag = false;
                    continue;
                case ':' when !isNegative || sawFlag:
                    _at++;
                    return;
                case ')' when !isNegative || sawFlag:
                    // Flags for what follows: no group is open.
                    _depth--;
                    _at++;
                    return;
                default:
                    throw Fail("invalid or unsupported Perl syntax", _text[start..(_at + 1)]);
            }
        }

        throw Fail("missing closing )", _text);
    }

    private void NamedGroup(int start, int prefix)
    {
        var end = _text.IndexOf('>', start);
        if (end < 0)
        {
            throw Fail("invalid named capture", _text[start..]);
        }

        var name = _text[(start + prefix)..end];
        if (name.Length == 0 || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
        {
            throw Fail("invalid named capture", _text[start..(end + 1)]);
        }

        if (!_names.Add(name))
        {
            throw Fail("duplicate capture group name", name);
        }

        _at = end + 1;
    }

    private void Repeat(int start)
    {
        if (!AtEnd && _text[_at] == '?')
        {
            _at++;
        }

        if (_lastRepeat >= 0)
        {
            throw Fail("invalid nested repetition operator", _text[_lastRepeat.._at]);
        }

        if (!_hasOperand)
        {
            throw Fail("missing argument to repetition operator", _text[start.._at]);
        }
    }

    private void RepeatTimes(int start, int least, int? most)
    {
        if (least > LargestRepeat || most > LargestRepeat || most < least)
        {
            throw Fail("invalid repeat count", _text[start.._at]);
        }

        Repeat(start);
    }

    /// <summary>The counts of <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> at this place; null when it is plain text.</summary>
    private (int Least, int? Most, int End)? Counted()
    {
        var at = _at + 1;
        if (Integer(ref at) is not { } least || at >= _text.Length)
        {
            return null;
        }

        int? most = least;
        if (_text[at] == ',')
        {
            at++;
            if (at < _text.Length && _text[at] == '}')
            {
                most = null;
            }
            else if (Integer(ref at) is { } given)
            {
                most = given;
            }
            else
            {
                return null;
            }
        }

        return at < _text.Length && _text[at] == '}' ? (least, most, at + 1) : null;
    }

    private int? Integer(ref int at)
    {
        var start = at;
        while (at < _text.Length && char.IsAsciiDigit(_text[at]))
        {
            at++;
        }

        var digits = _text[start..at];
        if (digits.Length == 0 || (digits.Length > 1 && digits[0] == '0'))
        {
            return null;
        }

        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
    }

    private void Class()
    {
        var start = _at++;
        if (!AtEnd && _text[_at] == '^')
        {
            _at++;
        }

        for (var isFirst = true; AtEnd || _text[_at] != ']' || isFirst; isFirst = false)
        {
            if (!NamedClass())
            {
                ClassRange(start);
            }
        }

        Operand(1);
    }

    private void ClassRange(int classStart)
    {
        var start = _at;
        var low = ClassCharacter(classStart);
        if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
        {
            _at++;
            if (ClassCharacter(classStart) < low)
            {
                throw Fail("invalid character class range", _text[start.._at]);
            }
        }
    }

    /// <summary>A class with a name of its own within brackets, such as [:alpha:] or \d.</summary>
    private bool NamedClass()
    {
        var rest = _text.AsSpan(_at);
        if (rest.StartsWith("[:") && rest.IndexOf(":]") is var end and > 0)
        {
            var name = rest[..(end + 2)];
            if (!Re2Classes.IsPosix(name[2..^2]))
            {
                throw Fail("invalid character class range", name.ToString());
            }

            _at += name.Length;
            return true;
        }

        if (rest.Length > 1 && rest[0] == '\\' && rest[1] is 'd' or 's' or 'w' or 'D' or 'S' or 'W' && rest[0] == '\\')
        {
            _at += 2;
            return true;
        }

        return UnicodeClass();
    }

    private bool UnicodeClass()
    {
        var rest = _text.AsSpan(_at);
        if (rest.Length < 2 || rest[0] != '\\' || rest[1] is not ('p' or 'P'))
        {
            return false;
        }

        if (rest.Length == 2)
        {
            throw Fail("invalid character class range", rest.ToString());
        }

        var end = rest[2] == '{' ? rest.IndexOf('}') + 1 : 3;
        if (end == 0)
        {
            throw Fail("invalid character class range", rest.ToString());
        }

        var name = rest[..end];
        if (!Re2Classes.IsUnicode(name[2..].Trim("{}").TrimStart('^')))
        {
            throw Fail("invalid character class range", name.ToString());
        }

        _at += end;
        return true;
    }

    private int ClassCharacter(int classStart)
    {
        if (AtEnd)
        {
            throw Fail("missing closing ]", _text[classStart..]);
        }

        return _text[_at] == '\\' ? EscapedCharacter() : _text[_at++];
    }

    private void Escape()
    {
        var rest = _text.AsSpan(_at);
        if (rest.Length > 1)
        {
            switch (rest[1])
            {
                case 'A' or 'b' or 'B' or 'z' or 'd' or 's' or 'w' or 'D' or 'S' or 'W':
                    Operand(2);
                    return;
                case 'C':
                    throw Fail("invalid escape sequence", "\\C");
                case 'Q':
                    var end = rest.IndexOf("\\E");
                    Operand(end < 0 ? rest.Length : end + 2);
                    return;
            }
        }

        if (UnicodeClass())
        {
            Operand(0);
            return;
        }

        EscapedCharacter();
        Operand(0);
    }

    private int EscapedCharacter()
    {
        var start = _at++;
        if (AtEnd)
        {
            throw Fail("trailing backslash at end of expression", "");
        }

        var character = _text[_at++];
        switch (character)
        {
            case 'a' or 'f' or 'n' or 'r' or 't' or 'v':
                return character switch { 'a' => 7, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, _ => 11 };
            case 'x':
                return Hexadecimal(start);
            case '0':
                return Octal(0);
            case >= '1' and <= '7' when !AtEnd && _text[_at] is >= '0' and <= '7':
                return Octal(character - '0');
            case var other when other < 128 && !char.IsAsciiLetterOrDigit(other) && other != '_':
                return other;
            case '_':
                return '_';
            default:
                throw Fail("invalid escape sequence", _text[start.._at]);
        }
    }

    private int Octal(int value)
    {
        for (var digits = 0; digits < 2 && !AtEnd && _text[_at] is >= '0' and <= '7'; digits++)
        {
            value = (value * 8) + _text[_at++] - '0';
        }

        return value;
    }

    private int Hexadecimal(int start)
    {
        if (AtEnd)
        {
            throw Fail("invalid escape sequence", _text[start.._at]);
        }

        var digits = _text[_at] == '{' ? Braced(start) : _at + 2 <= _text.Length ? _text.Substring(_at, 2) : _text[_at..];
        if (digits.Length == 0 || !digits.All(char.IsAsciiHexDigit) || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value > 0x10FFFF)
        {
            throw Fail("invalid escape sequence", _text[start..Math.Min(_text.Length, _at + 1)]);
        }

        _at += _text[_at] == '{' ? digits.Length + 2 : digits.Length;
        return value;
    }

    private string Braced(int start)
    {
        var end = _text.IndexOf('}', _at);
        return end < 0 ? throw Fail("invalid escape sequence", _text[start..]) : _text[(_at + 1)..end];
    }

    private static Re2Exception Fail(string problem, string where) => new($"error parsing regexp: {problem}: `{where}`");

    private sealed class Re2Exception(string message) : Exception(message);
}
