using System.Globalization;
using System.Text;

namespace Weft.Istio.Admission.Syntax;

/// <summary>Values within messages as Go prints them, so that messages equal istiod's.</summary>
internal static class GoText
{
    /// <summary>As %q: in quotes, with what cannot be printed escaped.</summary>
    public static string Quote(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(Escaped(rune));
        }

        return result.Append('"').ToString();
    }

    /// <summary>As %v of a float64.</summary>
    public static string Number(double value)
    {
        var magnitude = Math.Abs(value);
        if (magnitude is 0 or (>= 1e-4 and < 1e21))
        {
            return ((decimal)value).ToString("0.############################", CultureInfo.InvariantCulture);
        }

        var text = value.ToString("e16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var mantissa = shortest.Split('E')[0];
        var exponent = int.Parse(text[(text.IndexOf('e', StringComparison.Ordinal) + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>As %f.</summary>
    public static string Fixed(double value) => value.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>As %v of an integer.</summary>
    public static string Integer(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    /// <summary>As %v of a slice of strings.</summary>
    public static string List(IEnumerable<string> items) => $"[{string.Join(' ', items)}]";

    private static string Escaped(Rune rune) => rune.Value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\v' => "\\v",
        < ' ' or 0x7f => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        _ => rune.ToString(),
    };
}
