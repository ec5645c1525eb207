using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Weft.Kubernetes.Yaml;

/// <summary>What a plain scalar means under YAML 1.1 as kubectl reads it (sigs.k8s.io/yaml): yes/no/on/off (not y and n) are booleans, 010 is octal, dates stay text.</summary>
internal static partial class YamlScalars
{
    public static JsonNode? Resolve(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => JsonValue.Create(true),
        "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => JsonValue.Create(false),
        _ => Number(plain) ?? JsonValue.Create(plain),
    };

    /// <summary>Whether the text, written plain, reads as itself, to YAML 1.1 readers that take y and n for booleans too.</summary>
    public static bool IsPlainText(string text) => text is not ("y" or "Y" or "n" or "N") && Resolve(text) is JsonValue value && value.TryGetValue<string>(out _) && !IsInfiniteOrNaN(text) && !TimeForm().IsMatch(text);

    public static bool IsInfiniteOrNaN(string plain) => plain.TrimStart('+', '-') is ".inf" or ".Inf" or ".INF" or ".nan" or ".NaN" or ".NAN";

    private static JsonValue? Number(string plain)
    {
        if (plain[0] is not ('+' or '-' or '.' or (>= '0' and <= '9')))
        {
            return null;
        }

        var digits = plain.Replace("_", "", StringComparison.Ordinal);
        if (Integer(digits) is { } integer)
        {
            return integer;
        }

        return FloatForm().IsMatch(digits) && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? WholeOrReal(real)
            : null;
    }

    private static JsonValue? Integer(string digits)
    {
        var negative = digits.StartsWith('-');
        var body = digits.AsSpan(digits.Length > 0 && digits[0] is '+' or '-' ? 1 : 0);
        var magnitude = body switch
        {
            ['0', 'x' or 'X', .. var hex] => InBase(hex, 16),
            ['0', 'b' or 'B', .. var binary] => InBase(binary, 2),
            ['0', 'o' or 'O', .. var octal] => InBase(octal, 8),
            ['0', _, ..] => InBase(body[1..], 8),
            _ => InBase(body, 10),
        };
        return magnitude switch
        {
            null => null,
            { } value when negative => value <= (BigInteger)long.MaxValue + 1 ? JsonValue.Create((long)-value) : null,
            { } value when value <= long.MaxValue => JsonValue.Create((long)value),
            { } value when value <= ulong.MaxValue => JsonValue.Create((ulong)value),
            _ => null,
        };
    }

    private static BigInteger? InBase(ReadOnlySpan<char> digits, int radix)
    {
        // Longer ones do not fit into 64 bits anyway.
        if (digits.IsEmpty || digits.Length > 80)
        {
            return null;
        }

        var value = BigInteger.Zero;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32(digit.ToString(), 16) is var amount && amount >= radix)
            {
                return null;
            }

            value = (value * radix) + Convert.ToInt32(digit.ToString(), 16);
        }

        return value;
    }

    // Go writes 1.0 as 1 on the way to JSON.
    private static JsonValue WholeOrReal(double real) =>
        Math.Abs(real) < 1e15 && Math.Truncate(real) == real ? JsonValue.Create((long)real) : JsonValue.Create(real);

    // Read as text, but written quoted: to YAML 1.1 it is a timestamp.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?$")]
    private static partial Regex TimeForm();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex FloatForm();
}
