using System.Collections.Immutable;
using System.Globalization;

namespace Weft.Kubernetes.Selectors;

/// <summary>Reads the text form of a label selector in one pass.</summary>
internal sealed class LabelQueryParser(string text)
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

        if (!BeginsRequirement(Peek()))
        {
            throw new SelectorFormatException($"found '{Peek()}', expected: !, identifier, or 'end of string'");
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
                throw new SelectorFormatException($"found '{next}', expected: ',' or 'end of string'");
            }

            if (!BeginsRequirement(Peek()))
            {
                throw new SelectorFormatException($"found '{Peek()}', expected: identifier after ','");
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
            "=" or "==" => new(key, LabelOperator.Equal, [Value(key)]),
            "!=" => new(key, LabelOperator.NotEqual, [Value(key)]),
            "in" => new(key, LabelOperator.In, Values(key)),
            "notin" => new(key, LabelOperator.NotIn, Values(key)),
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
            throw Wrong($"found '{key}', expected: identifier");
        }

        var problems = string.Join("; ", LabelSyntax.Key(key));
        return problems.Length == 0 ? key : throw Wrong($"<nil>: Invalid value: {Quoted(key)}: {problems}");
    }

    private string Value(string key)
    {
        if (Peek() is "" or ",")
        {
            return "";
        }

        var value = Take();
        if (IsSpecial(value))
        {
            throw Wrong($"found '{value}', expected: identifier");
        }

        Check(key, [value]);
        return value;
    }

    private string Number(string key)
    {
        var value = Peek() is "" or "," ? "" : Take();
        if (IsSpecial(value))
        {
            throw Wrong($"found '{value}', expected: identifier");
        }

        var isNumber = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        Check(key, [value], isNumber ? [] : [$"values[0]: Invalid value: {Quoted(value)}: for 'Gt', 'Lt' operators, the value must be an integer"]);
        return value;
    }

    /// <summary>All values that are wrong are said at once.</summary>
    private static void Check(string key, IReadOnlyList<string> values, IEnumerable<string>? earlier = null)
    {
        var problems = (earlier ?? []).Concat(values.Select((value, index) => (value, index))
            .Where(item => LabelSyntax.Value(item.value).Any())
            .Select(item => $"values[{item.index}][{key}]: Invalid value: {Quoted(item.value)}: {string.Join("; ", LabelSyntax.Value(item.value))}")).ToArray();
        if (problems.Length > 0)
        {
            throw Wrong(problems.Length == 1 ? problems[0] : $"[{string.Join(", ", problems)}]");
        }
    }

    private ImmutableArray<string> Values(string key)
    {
        if (Take() is var open && open != "(")
        {
            throw Wrong($"found '{open}' expected: '('");
        }

        var values = ImmutableArray.CreateBuilder<string>();
        while (true)
        {
            // An empty place between commas is the empty value.
            values.Add(Peek() is "," or ")" ? "" : Identifier());
            var next = Take();
            if (next == ")")
            {
                ImmutableArray<string> distinct = [.. values.Distinct().Order(StringComparer.Ordinal)];
                Check(key, distinct);
                return distinct;
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

    private static bool BeginsRequirement(string token) => token == "!" || (token.Length > 0 && !IsSpecial(token));

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static SelectorFormatException Wrong(string message) => new($"unable to parse requirement: {message}");
}
