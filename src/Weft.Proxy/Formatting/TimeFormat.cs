using System.Globalization;
using System.Text;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Formatting;

/// <summary>The formats of %START_TIME% and %EMIT_TIME%: strftime's specifiers, with %f or %nf for fractions of a second and %s for seconds since the epoch.</summary>
internal static class TimeFormat
{
    private const string Default = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <exception cref="ResourceRejectedException">A specifier that is not known.</exception>
    public static Func<IStreamInfo, string?> Compile(string format, Func<IStreamInfo, DateTimeOffset> time)
    {
        if (format.Length == 0)
        {
            return stream => time(stream).UtcDateTime.ToString(Default, CultureInfo.InvariantCulture);
        }

        var pieces = Pieces(format);
        return stream =>
        {
            var moment = time(stream).ToUniversalTime();
            var text = new StringBuilder(32);
            foreach (var piece in pieces)
            {
                text.Append(piece(moment));
            }

            return text.ToString();
        };
    }

    private static List<Func<DateTimeOffset, string>> Pieces(string format)
    {
        var pieces = new List<Func<DateTimeOffset, string>>();
        for (var index = 0; index < format.Length; index++)
        {
            if (format[index] != '%' || index + 1 == format.Length)
            {
                var literal = format[index].ToString();
                pieces.Add(_ => literal);
                continue;
            }

            var digits = 0;
            if (char.IsAsciiDigit(format[++index]) && index + 1 < format.Length)
            {
                digits = format[index++] - '0';
            }

            pieces.Add(Specifier(format[index], digits));
        }

        return pieces;
    }

    private static Func<DateTimeOffset, string> Specifier(char specifier, int digits) => specifier switch
    {
        's' when digits > 0 => time => (time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + Fraction(time, digits)),
        's' => time => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        'f' => time => Fraction(time, digits == 0 ? 9 : digits),
        'Y' => Net("yyyy"),
        'y' => Net("yy"),
        'm' => Net("MM"),
        'd' => Net("dd"),
        'e' => time => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'H' => Net("HH"),
        'I' => Net("hh"),
        'M' => Net("mm"),
        'S' => Net("ss"),
        'p' => Net("tt"),
        'b' or 'h' => Net("MMM"),
        'B' => Net("MMMM"),
        'a' => Net("ddd"),
        'A' => Net("dddd"),
        'j' => time => time.DayOfYear.ToString("D3", CultureInfo.InvariantCulture),
        'F' => Net("yyyy-MM-dd"),
        'T' => Net("HH:mm:ss"),
        'D' => Net("MM'/'dd'/'yy"),
        'R' => Net("HH:mm"),
        'z' => _ => "+0000",
        'Z' => _ => "UTC",
        '%' => _ => "%",
        'n' => _ => "\n",
        't' => _ => "\t",
        _ => throw new ResourceRejectedException($"time format %{specifier} is not supported"),
    };

    private static Func<DateTimeOffset, string> Net(string format) => time => time.ToString(format, CultureInfo.InvariantCulture);

    // .NET counts 100 ns; the two digits below are always zero.
    private static string Fraction(DateTimeOffset time, int digits) =>
        (time.Ticks % TimeSpan.TicksPerSecond).ToString("D7", CultureInfo.InvariantCulture).PadRight(9, '0')[..Math.Min(digits, 9)];
}
