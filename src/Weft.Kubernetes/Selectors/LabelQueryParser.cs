using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.Kubernetes.Selectors;

/// <summary>Reads the text form of a label selector in one pass.</summary>
internal sealed partial class LabelQueryParser(string text)
{
    private const string Special = "=!(),<>";

    private int _position;

    public LabelQuery Parse()
    {
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        if (Peek().Length == 0)
        {
            return LabelQuery.Everything;
        }

        while (true)
        {
            requirements.Add(Requirement());
            var next = Take();
            if (next.Length == 0)
            {
                return new(requirements.DrainToImmutable());
            }

            if (next != ",")
            {
                throw Wrong($"found '{next}', expected: ',' or 'end of string'");
            }

            if (Peek() is "" or ",")
            {
                throw Wrong($"found '{Peek()}', expected: identifier after ','");
            }
        }
    }

    private LabelRequirement Requirement()
    {
        if (Peek() == "!")
        {
            Take();
            return new(Key(), LabelOperator.DoesNotExist, []);
        }

        var key = Key();
        if (Peek() is "" or ",")
        {
            return new(key, LabelOperator.Exists, []);
        }

        var sign = Take();
        return sign switch
        {
            "=" or "==" => new(key, LabelOperator.Equal, [Value()]),
            "!=" => new(key, LabelOperator.NotEqual, [Value()]),
            "in" => new(key, LabelOperator.In, Values()),
            "notin" => new(key, LabelOperator.NotIn, Values()),
            ">" => new(key, LabelOperator.GreaterThan, [Number(key)]),
            "<" => new(key, LabelOperator.LessThan, [Number(key)]),
            _ => throw Wrong($"found '{sign}', expected: in, notin, =, ==, !=, gt, lt"),
        };
    }

    private string Key()
    {
        var key = Take();
        if (key.Length == 0 || IsSpecial(key))
        {
            throw Wrong($"found '{key}', expected: !, identifier, or 'end of string'");
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        if (!NameForm().IsMatch(name) || name.Length > 63 || (slash >= 0 && (!PrefixForm().IsMatch(key[..slash]) || slash > 253)))
        {
            throw Wrong($"<nil>: Invalid value: \"{key}\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
        }

        return key;
    }

    private string Value()
    {
        if (Peek() is "" or ",")
        {
            return "";
        }

        var value = Take();
        return IsSpecial(value) ? throw Wrong($"found '{value}', expected: identifier") : Checked(value);
    }

    private string Number(string key)
    {
        var value = Value();
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? value
            : throw Wrong($"values[0][{key}]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer");
    }

    private ImmutableArray<string> Values()
    {
        if (Take() is var open && open != "(")
        {
            throw Wrong($"found '{open}' expected: '('");
        }

        var values = ImmutableArray.CreateBuilder<string>();
        while (true)
        {
            // An empty place between commas is the empty value.
            values.Add(Peek() is "," or ")" ? "" : Checked(Identifier()));
            var next = Take();
            if (next == ")")
            {
                return [.. values.Distinct()];
            }

            if (next != ",")
            {
                throw Wrong($"found '{next}', expected: ',' or ')'");
            }
        }
    }

    private string Identifier()
    {
        var value = Take();
        return value.Length == 0 || IsSpecial(value) ? throw Wrong($"found '{value}', expected: ',', ')' or identifier") : value;
    }

    private static string Checked(string value) => value.Length <= 63 && ValueForm().IsMatch(value)
        ? value
        : throw Wrong($"<nil>: Invalid value: \"{value}\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");

    private string Peek()
    {
        var before = _position;
        var token = Take();
        _position = before;
        return token;
    }

    /// <summary>The next token; empty at the end.</summary>
    private string Take()
    {
        while (_position < text.Length && text[_position] is ' ' or '\t' or '\r' or '\n')
        {
            _position++;
        }

        var start = _position;
        if (start < text.Length && IsSpecial(text[start]))
        {
            _position++;
            if (text.AsSpan(start) is ['=' or '!', '=', ..])
            {
                _position++;
            }

            return text[start.._position];
        }

        while (_position < text.Length && !IsSpecial(text[_position]) && text[_position] is not (' ' or '\t' or '\r' or '\n'))
        {
            _position++;
        }

        return text[start.._position];
    }

    private static bool IsSpecial(char c) => Special.Contains(c, StringComparison.Ordinal);

    private static bool IsSpecial(string token) => token.Length > 0 && IsSpecial(token[0]);

    private static SelectorFormatException Wrong(string message) => new($"unable to parse requirement: {message}");

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex PrefixForm();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex ValueForm();
}
