using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Rewrites one RE2 expression for .NET's engine and refuses what RE2 refuses, in its words. Used once.</summary>
internal sealed class Re2Translation(string pattern)
{
    private const int MaxRepeat = 1000;

    private static readonly ImmutableDictionary<string, string> NamedClasses = new Dictionary<string, string>
    {
        ["alnum"] = "0-9A-Za-z", ["alpha"] = "A-Za-z", ["ascii"] = @"\x00-\x7F", ["blank"] = @"\t ", ["cntrl"] = @"\x00-\x1F\x7F", ["digit"] = "0-9",
        ["graph"] = "!-~", ["lower"] = "a-z", ["print"] = " -~", ["punct"] = @"!-/:-@\[-`{-~", ["space"] = @"\t\n\v\f\r ", ["upper"] = "A-Z", ["word"] = "0-9A-Za-z_", ["xdigit"] = "0-9A-Fa-f",
    }.ToImmutableDictionary();

    private readonly StringBuilder _text = new();
    private readonly List<string> _groupNames = [""];
    private int _position;
    private int _depth;
    private bool _repeatable;

    /// <summary>Names of capturing groups by number; the empty string where a group has none.</summary>
    public ImmutableArray<string> GroupNames => [.. _groupNames];

    public string Translate()
    {
        while (_position < pattern.Length)
            TranslateNext();
        if (_depth > 0)
            throw Error("missing closing )", $"^(?:{pattern})$");
        return _text.ToString();
    }

    private static FormatException Error(string what, string where) => new($"error parsing regexp: {what}: `{where}`");

    private void TranslateNext()
    {
        var c = pattern[_position];
        switch (c)
        {
            case '(':
                OpenGroup();
                break;
            case ')':
                if (--_depth < 0)
                    throw Error("unexpected )", $"^(?:{pattern})$");
                Emit(")", 1, repeatable: true);
                break;
            case '[':
                _text.Append(TranslateClass());
                _repeatable = true;
                break;
            case '*' or '+' or '?':
                Repeat(pattern.Substring(_position, 1));
                break;
            case '{' when RepeatAt(_position) is { } repeat:
                Repeat(repeat);
                break;
            case '|':
                Emit("|", 1, repeatable: false);
                break;
            case '^':
                Emit("^", 1, repeatable: true);
                break;
            case '$':
                Emit(@"\z", 1, repeatable: true);
                break;
            case '.':
                Emit(".", 1, repeatable: true);
                break;
            case '\\':
                TranslateEscape();
                break;
            default:
                Emit(Literal(c), 1, repeatable: true);
                break;
        }
    }

    private void Emit(string text, int consumed, bool repeatable)
    {
        _text.Append(text);
        _position += consumed;
        _repeatable = repeatable;
    }

    private void OpenGroup()
    {
        _depth++;
        var rest = pattern.AsSpan(_position);
        if (!rest.StartsWith("(?"))
        {
            _groupNames.Add("");
            Emit("(", 1, repeatable: false);
        }
        else if (rest.StartsWith("(?P<") || rest.StartsWith("(?<"))
        {
            OpenNamedGroup(rest);
        }
        else
        {
            OpenFlags(rest);
        }
    }

    private void OpenNamedGroup(ReadOnlySpan<char> rest)
    {
        var start = rest.IndexOf('<') + 1;
        if (start < rest.Length && rest[start] is '=' or '!')
            throw Error("invalid or unsupported Perl syntax", "(?<");
        var end = rest.IndexOf('>');
        if (end < 0 || end == start)
            throw Error("invalid named capture", end < 0 ? $"{rest})$" : rest[..(end + 1)].ToString());
        var name = rest[start..end].ToString();
        if (name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
            throw Error("invalid named capture", rest[..(end + 1)].ToString());
        _groupNames.Add(name);
        Emit("(", end + 1, repeatable: false);
    }

    private void OpenFlags(ReadOnlySpan<char> rest)
    {
        var end = 2;
        while (end < rest.Length && rest[end] is 'i' or 's' or 'm' or '-')
            end++;
        if (end >= rest.Length || rest[end] is not (':' or ')'))
            throw Error("invalid or unsupported Perl syntax", rest[..Math.Min(end + 1, rest.Length)].ToString());
        // An empty "(?)" sets nothing; .NET does not know it.
        if (rest[end] == ')')
            _depth--;
        var flags = rest[..(end + 1)].ToString();
        Emit(flags == "(?)" ? "" : flags, end + 1, repeatable: false);
    }

    private string? RepeatAt(int position)
    {
        var end = pattern.IndexOf('}', position);
        if (end < 0)
            return null;
        var bounds = pattern[(position + 1)..end].Split(',');
        if (bounds.Length > 2 || bounds[0].Length == 0 || bounds.Any(static bound => bound.Any(static c => !char.IsAsciiDigit(c))))
            return null;
        return pattern[position..(end + 1)];
    }

    private void Repeat(string operation)
    {
        if (operation[0] == '{')
            CheckBounds(operation);
        if (!_repeatable)
            throw Error("missing argument to repetition operator", operation);
        _position += operation.Length;
        if (_position < pattern.Length && pattern[_position] == '?')
        {
            operation += "?";
            _position++;
        }

        _text.Append(operation);
        var next = _position < pattern.Length ? pattern[_position] : '\0';
        if (next is '*' or '+' or '?')
            throw Error("invalid nested repetition operator", operation + next);
        if (next == '{' && RepeatAt(_position) is { } repeat)
            throw Error("invalid nested repetition operator", operation + repeat);
    }

    private static void CheckBounds(string operation)
    {
        var bounds = operation[1..^1].Split(',');
        var limits = bounds.Select(static bound => bound.Length == 0 ? MaxRepeat : bound.Length > 4 ? int.MaxValue : int.Parse(bound, CultureInfo.InvariantCulture)).ToArray();
        if (limits.Any(static limit => limit > MaxRepeat) || (limits.Length == 2 && limits[1] < limits[0]))
            throw Error("invalid repeat count", operation);
    }

    private void TranslateEscape()
    {
        var c = _position + 1 < pattern.Length ? pattern[_position + 1] : ')';
        switch (c)
        {
            // The wrapped form of a trailing backslash escapes the parenthesis that closes it.
            case ')' when _position + 1 == pattern.Length:
                throw Error("missing closing )", $"^(?:{pattern})$");
            case 'A' or 'z' or 'b' or 'B':
                Emit($"\\{c}", 2, repeatable: true);
                break;
            case 'd' or 'D' or 's' or 'S' or 'w' or 'W':
                Emit($"[{PerlClass(c)}]", 2, repeatable: true);
                break;
            case 'p' or 'P':
                _text.Append(UnicodeClass());
                _repeatable = true;
                break;
            case 'Q':
                var end = pattern.IndexOf(@"\E", _position, StringComparison.Ordinal) is var found and >= 0 ? found : pattern.Length;
                foreach (var quoted in pattern[(_position + 2)..end])
                    Emit(Literal(quoted), 0, repeatable: true);
                _position = Math.Min(end + 2, pattern.Length);
                break;
            default:
                Emit(Literal(EscapedChar()), 0, repeatable: true);
                break;
        }
    }

    private static string PerlClass(char c) => c switch
    {
        'd' => "0-9",
        'D' => @"\x00-/:-\uFFFF",
        's' => @"\t\n\f\r ",
        'S' => @"\x00-\x08\x0B\x0E-\x1F!-\uFFFF",
        'w' => "0-9A-Za-z_",
        _ => @"\x00-/:-@\[-\^`{-\uFFFF",
    };

    private string UnicodeClass()
    {
        var rest = pattern.AsSpan(_position);
        var length = rest.Length > 2 && rest[2] == '{' ? rest.IndexOf('}') + 1 : Math.Min(3, rest.Length);
        var name = length > 3 ? rest[3..(length - 1)] : length == 3 ? rest[2..3] : "";
        if (name.Length is 0 or > 2 || !char.IsAsciiLetterUpper(name[0]))
            throw Error("invalid character class range", rest[..Math.Max(length, 2)].ToString());
        _position += length;
        return $"\\{rest[1]}{{{name}}}";
    }

    // One character written as an escape; moves past it.
    private char EscapedChar()
    {
        var start = _position;
        var c = start + 1 < pattern.Length ? pattern[start + 1] : throw Error("trailing backslash at end of expression", "");
        _position += 2;
        switch (c)
        {
            case 'a': return '\a';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case 'x': return HexadecimalChar(start);
            case '0': return OctalChar();
            case < '\x80' when !char.IsAsciiLetterOrDigit(c): return c;
            default: throw Error("invalid escape sequence", pattern.Substring(start, 2));
        }
    }

    private char HexadecimalChar(int start)
    {
        var braced = _position < pattern.Length && pattern[_position] == '{';
        var end = braced ? pattern.IndexOf('}', _position) : _position + 2;
        var digits = end >= 0 && end <= pattern.Length ? pattern[(_position + (braced ? 1 : 0))..end] : "";
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value is < 0 or > 0xffff)
            throw Error("invalid escape sequence", pattern[start..Math.Min(pattern.Length, start + 4)]);
        _position = end + (braced ? 1 : 0);
        return (char)value;
    }

    private char OctalChar()
    {
        var value = 0;
        for (var count = 0; count < 2 && _position < pattern.Length && pattern[_position] is >= '0' and <= '7'; count++)
            value = (value * 8) + (pattern[_position++] - '0');
        return (char)value;
    }

    private string TranslateClass()
    {
        var start = _position++;
        var text = new StringBuilder("[");
        if (_position < pattern.Length && pattern[_position] == '^')
        {
            text.Append('^');
            _position++;
        }

        for (var first = true; first || (_position < pattern.Length && pattern[_position] != ']'); first = false)
        {
            if (_position >= pattern.Length)
                break;
            text.Append(ClassItem());
        }

        if (_position >= pattern.Length)
            throw Error("missing closing ]", $"{pattern[start..]})$");
        _position++;
        return text.Append(']').ToString();
    }

    private string ClassItem()
    {
        var rest = pattern.AsSpan(_position);
        if (rest.StartsWith("[:") && rest.IndexOf(":]") is var end and > 1)
            return NamedClass(rest[..(end + 2)].ToString());
        if (rest.Length > 1 && rest[0] == '\\' && rest[1] is 'd' or 'D' or 's' or 'S' or 'w' or 'W')
        {
            _position += 2;
            return PerlClass(rest[1]);
        }

        if (rest.Length > 1 && rest[0] == '\\' && rest[1] is 'p' or 'P')
            return UnicodeClass();
        var itemStart = _position;
        var low = ClassChar();
        if (_position + 1 >= pattern.Length || pattern[_position] != '-' || pattern[_position + 1] == ']')
            return Literal(low);
        _position++;
        var high = ClassChar();
        return high < low ? throw Error("invalid character class range", pattern[itemStart.._position]) : $"{Literal(low)}-{Literal(high)}";
    }

    private string NamedClass(string item)
    {
        var name = item[2..^2];
        if (!NamedClasses.TryGetValue(name, out var range))
            throw Error("invalid character class range", item);
        _position += item.Length;
        return range;
    }

    private char ClassChar() => pattern[_position] == '\\' ? EscapedChar() : pattern[_position++];

    private static string Literal(char c) =>
        char.IsAsciiLetterOrDigit(c) || c > '\x7f' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
}
