using System.Globalization;
using System.Text;

namespace Weft.Observability.Metrics;

/// <summary>How Prometheus writes and reads numbers, durations and strings as text.</summary>
public static class PromText
{
    private static readonly (char Unit, char Second, long Milliseconds)[] DurationUnits =
    [
        ('y', '\0', 365L * 24 * 3600 * 1000), ('w', '\0', 7L * 24 * 3600 * 1000), ('d', '\0', 24L * 3600 * 1000),
        ('h', '\0', 3600 * 1000), ('m', '\0', 60 * 1000), ('s', '\0', 1000), ('m', 's', 1),
    ];

    /// <summary>A number without an exponent, as Go's <c>strconv.FormatFloat(v, 'f', -1, 64)</c>.</summary>
    public static string FormatNumber(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ when double.IsNaN(value) => "NaN",
        _ => WithoutExponent(value),
    };

    /// <summary>A number as the HTTP API writes sample values: with an exponent when very small or very large.</summary>
    public static string FormatSampleValue(double value)
    {
        var size = Math.Abs(value);
        return size != 0 && double.IsFinite(value) && (size < 1e-6 || size >= 1e21) ? WithExponent(value) : FormatNumber(value);
    }

    /// <summary>Reads a number as Go's <c>strconv.ParseFloat</c> does: decimal, hexadecimal, NaN and infinities in any case.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, out double value)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && char.IsAsciiDigit(LastDigitCandidate(text)))
            return true;
        var sign = text.Length > 0 && text[0] is '+' or '-' ? text[0] : '\0';
        var rest = sign == '\0' ? text : text[1..];
        value = double.NaN;
        if (sign == '\0' && rest.Equals("nan", StringComparison.OrdinalIgnoreCase))
            return true;
        if (rest.Equals("inf", StringComparison.OrdinalIgnoreCase) || rest.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = sign == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        return false;
    }

    /// <summary>A duration in Prometheus' spelling (<c>1h30m</c>, <c>250ms</c>); units from large to small, each at most once.</summary>
    public static bool TryParseDuration(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text is "0")
            return true;
        long total = 0;
        var next = 0;
        while (text.Length > 0)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || digits > 15)
                return false;
            var amount = long.Parse(text[..digits], CultureInfo.InvariantCulture);
            text = text[digits..];
            var unit = UnitAt(text);
            if (unit < next)
                return false;
            next = unit + 1;
            text = text[(DurationUnits[unit].Second == '\0' ? 1 : 2)..];
            if (amount > (TimeSpan.MaxValue.TotalMilliseconds - total) / DurationUnits[unit].Milliseconds)
                return false;
            total += amount * DurationUnits[unit].Milliseconds;
        }

        duration = TimeSpan.FromMilliseconds(total);
        return next > 0;
    }

    /// <summary>The shortest spelling that Prometheus uses: <c>90s</c> is <c>1m30s</c>, a whole number of weeks is in weeks.</summary>
    public static string FormatDuration(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        if (rest == 0)
            return "0s";
        var text = new StringBuilder();
        foreach (var (unit, second, milliseconds) in DurationUnits)
        {
            var amount = rest / milliseconds;
            var onlyWhenExact = unit is 'y' or 'w';
            if (amount == 0 || (onlyWhenExact && rest % milliseconds != 0))
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{amount}{unit}");
            if (second != '\0')
                text.Append(second);
            rest -= amount * milliseconds;
        }

        return text.ToString();
    }

    /// <summary>A double-quoted string literal as Go's <c>strconv.Quote</c> writes it.</summary>
    public static string Quote(string value)
    {
        if (value.AsSpan().IndexOfAny("\"\\\n\t\r") < 0 && !value.AsSpan().ContainsAnyInRange('\0', '\u001f'))
            return $"\"{value}\"";
        var text = new StringBuilder(value.Length + 8).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\t' => text.Append(@"\t"),
                '\r' => text.Append(@"\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    private static int UnitAt(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("ms"))
            return DurationUnits.Length - 1;
        for (var i = 0; i < DurationUnits.Length - 1; i++)
        {
            if (text.Length > 0 && text[0] == DurationUnits[i].Unit)
                return i;
        }

        return -1;
    }

    // .NET takes "1e" and "." apart differently from Go; both must end in a digit or a point after one.
    private static char LastDigitCandidate(ReadOnlySpan<char> text) => text switch
    {
        [.. var head, '.'] when head.Length > 0 => head[^1],
        [.., var last] => last,
        _ => '\0',
    };

    private static string WithoutExponent(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
            return text;
        var negative = text[0] == '-';
        var mantissa = text[(negative ? 1 : 0)..e];
        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var point = 1 + exponent;
        var plain = point <= 0 ? "0." + new string('0', -point) + digits
            : point >= digits.Length ? digits.PadRight(point, '0')
            : digits[..point] + "." + digits[point..];
        return negative ? "-" + plain : plain;
    }

    // Only for sizes where .NET's shortest text has an exponent too.
    private static string WithExponent(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{text[..e]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
