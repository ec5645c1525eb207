using System.Collections.Immutable;
using System.Text;

namespace Weft.Kubernetes.Selectors;

/// <summary>One requirement on one field, as in <c>spec.nodeName=a</c>.</summary>
public sealed record FieldRequirement(string Field, bool IsEqual, string Value)
{
    public override string ToString() => $"{Field}{(IsEqual ? "=" : "!=")}{Escaped(Value)}";

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);
}

/// <summary>A field selector: all requirements must hold. Which fields a kind offers is the server's to know.</summary>
public sealed record FieldQuery(ImmutableArray<FieldRequirement> Requirements)
{
    public static readonly FieldQuery Everything = new([]);

    /// <summary>Reads <c>a=b,c==d,e!=f</c>; a backslash takes the meaning from comma, equals sign and backslash.</summary>
    public static FieldQuery Parse(string text) =>
        new([.. Terms(text).Where(term => term.Length > 0).Select(term => Requirement(term, text))]);

    /// <param name="valueOf">The value of a field; "" for one that is not set.</param>
    public bool Matches(Func<string, string> valueOf)
    {
        foreach (var requirement in Requirements)
        {
            if (valueOf(requirement.Field) == requirement.Value != requirement.IsEqual)
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => string.Join(',', Requirements);

    private static FieldRequirement Requirement(string term, string whole)
    {
        for (var i = 0; i < term.Length; i++)
        {
            switch (term.AsSpan(i))
            {
                case ['\\', _, ..]:
                    i++;
                    break;
                case ['!', '=', ..]:
                    return new(term[..i], false, Unescaped(term[(i + 2)..]));
                case ['=', '=', ..]:
                    return new(term[..i], true, Unescaped(term[(i + 2)..]));
                case ['=', ..]:
                    return new(term[..i], true, Unescaped(term[(i + 1)..]));
            }
        }

        throw new SelectorFormatException($"invalid selector: '{whole}'; can't understand '{term}'");
    }

    private static IEnumerable<string> Terms(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string Unescaped(string value)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                i++;
                if (i == value.Length || value[i] is not ('\\' or ',' or '='))
                {
                    throw new SelectorFormatException($"invalid field selector: invalid escape sequence: \\{(i == value.Length ? "" : value[i])}");
                }
            }
            else if (value[i] is ',' or '=')
            {
                throw new SelectorFormatException($"invalid field selector: unescaped character in value: {(int)value[i]}");
            }

            plain.Append(value[i]);
        }

        return plain.ToString();
    }
}
