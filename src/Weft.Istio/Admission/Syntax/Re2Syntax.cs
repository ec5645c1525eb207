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

    private readonly Re2Cursor _cursor;
    private readonly HashSet<string> _names = [];
    private int _depth;

    /// <summary>Where the repetition before this place began; -1 when none did.</summary>
    private int _lastRepeat = -1;

    /// <summary>There is something before this place that can be repeated.</summary>
    private bool _hasOperand;

    private Re2Syntax(string text) => _cursor = new Re2Cursor(text);

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

    private void Read()
    {
        while (!_cursor.AtEnd)
        {
            var repeat = -1;
            switch (_cursor.Text[_cursor.At])
            {
                case '(':
                    Open();
                    break;
                case ')':
                    Close();
                    break;
                case '|':
                    _cursor.At++;
                    _hasOperand = false;
                    break;
                case '[':
                    Re2CharacterClass.Read(_cursor);
                    _hasOperand = true;
                    break;
                case '*' or '+' or '?':
                    repeat = _cursor.At;
                    _cursor.At++;
                    Repeat(repeat);
                    break;
                case '{' when Counted() is { } counted:
                    repeat = _cursor.At;
                    _cursor.At = counted.End;
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
            throw Re2Cursor.Fail("missing closing )", _cursor.Text);
        }
    }

    private void Operand(int length)
    {
        _cursor.At += length;
        _hasOperand = true;
    }

    private void Open()
    {
        if (++_depth > DeepestNesting)
        {
            throw Re2Cursor.Fail("expression nests too deeply", _cursor.Text);
        }

        _hasOperand = false;
        if (_cursor.At + 1 < _cursor.Text.Length && _cursor.Text[_cursor.At + 1] == '?')
        {
            PerlGroup();
        }
        else
        {
            _cursor.At++;
        }
    }

    private void Close()
    {
        if (_depth == 0)
        {
            throw Re2Cursor.Fail("unexpected )", _cursor.Text);
        }

        _depth--;
        Operand(1);
    }

    /// <summary>What begins with <c>(?</c>: a named group, a group without capture, or flags.</summary>
    private void PerlGroup()
    {
        var start = _cursor.At;
        var rest = _cursor.Text.AsSpan(_cursor.At);
        if (rest.StartsWith("(?P<") || rest.StartsWith("(?<"))
        {
            NamedGroup(start, rest.StartsWith("(?P<") ? 4 : 3);
            return;
        }

        var isNegative = false;
        var sawFlag = false;
        for (_cursor.At += 2; !_cursor.AtEnd; _cursor.At++)
        {
            switch (_cursor.Text[_cursor.At])
            {
                case 'i' or 'm' or 's' or 'U':
                    sawFlag = true;
                    continue;
                case '-' when !isNegative:
                    isNegative = true;
                    sawFlag = false;
                    continue;
                case ':' when !isNegative || sawFlag:
                    _cursor.At++;
                    return;
                case ')' when !isNegative || sawFlag:
                    // Flags for what follows: no group is open.
                    _depth--;
                    _cursor.At++;
                    return;
                default:
                    throw Re2Cursor.Fail("invalid or unsupported Perl syntax", _cursor.Text[start..(_cursor.At + 1)]);
            }
        }

        throw Re2Cursor.Fail("missing closing )", _cursor.Text);
    }

    private void NamedGroup(int start, int prefix)
    {
        var end = _cursor.Text.IndexOf('>', start);
        if (end < 0)
        {
            throw Re2Cursor.Fail("invalid named capture", _cursor.Text[start..]);
        }

        var name = _cursor.Text[(start + prefix)..end];
        if (name.Length == 0 || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
        {
            throw Re2Cursor.Fail("invalid named capture", _cursor.Text[start..(end + 1)]);
        }

        if (!_names.Add(name))
        {
            throw Re2Cursor.Fail("duplicate capture group name", name);
        }

        _cursor.At = end + 1;
    }

    private void Repeat(int start)
    {
        if (!_cursor.AtEnd && _cursor.Text[_cursor.At] == '?')
        {
            _cursor.At++;
        }

        if (_lastRepeat >= 0)
        {
            throw Re2Cursor.Fail("invalid nested repetition operator", _cursor.Text[_lastRepeat.._cursor.At]);
        }

        if (!_hasOperand)
        {
            throw Re2Cursor.Fail("missing argument to repetition operator", _cursor.Text[start.._cursor.At]);
        }
    }

    private void RepeatTimes(int start, int least, int? most)
    {
        if (least > LargestRepeat || most > LargestRepeat || most < least)
        {
            throw Re2Cursor.Fail("invalid repeat count", _cursor.Text[start.._cursor.At]);
        }

        Repeat(start);
    }

    /// <summary>The counts of <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> at this place; null when it is plain text.</summary>
    private (int Least, int? Most, int End)? Counted()
    {
        var at = _cursor.At + 1;
        if (Integer(ref at) is not { } least || at >= _cursor.Text.Length)
        {
            return null;
        }

        int? most = least;
        if (_cursor.Text[at] == ',')
        {
            at++;
            if (at < _cursor.Text.Length && _cursor.Text[at] == '}')
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

        return at < _cursor.Text.Length && _cursor.Text[at] == '}' ? (least, most, at + 1) : null;
    }

    private int? Integer(ref int at)
    {
        var start = at;
        while (at < _cursor.Text.Length && char.IsAsciiDigit(_cursor.Text[at]))
        {
            at++;
        }

        var digits = _cursor.Text[start..at];
        if (digits.Length == 0 || (digits.Length > 1 && digits[0] == '0'))
        {
            return null;
        }

        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
    }

    private void Escape()
    {
        var rest = _cursor.Text.AsSpan(_cursor.At);
        if (rest.Length > 1)
        {
            switch (rest[1])
            {
                case 'A' or 'b' or 'B' or 'z' or 'd' or 's' or 'w' or 'D' or 'S' or 'W':
                    Operand(2);
                    return;
                case 'C':
                    throw Re2Cursor.Fail("invalid escape sequence", "\\C");
                case 'Q':
                    var end = rest.IndexOf("\\E");
                    Operand(end < 0 ? rest.Length : end + 2);
                    return;
            }
        }

        if (!Re2CharacterClass.TryUnicode(_cursor))
        {
            Re2Escapes.Character(_cursor);
        }

        _hasOperand = true;
    }
}
