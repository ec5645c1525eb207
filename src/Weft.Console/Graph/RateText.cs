using System.Globalization;

namespace Weft.Console.Graph;

/// <summary>Writes rates as Kiali shows them.</summary>
internal static class RateText
{
    private const int MaxDecimals = 5;
    private static readonly long[] Powers = [1, 10, 100, 1_000, 10_000, 100_000];

    public static string Rate(double rate) => Write(rate, 2);

    // Most shares are all there is.
    public static string Percent(double percent) => percent == 100 ? "100.0" : Write(percent, 1);

    public static string Whole(double value) => value == 100 ? "100" : Fixed(value, 0);

    /// <summary>Small rates get more decimals rather than being shown as zero.</summary>
    private static string Write(double value, int decimals)
    {
        var text = Fixed(value, decimals);
        while (value < 1 && decimals < MaxDecimals && IsZero(text))
        {
            decimals++;
            text = Fixed(value, decimals);
        }

        return text;
    }

    private static string Fixed(double value, int decimals)
    {
        var scaled = value * Powers[decimals];
        var whole = Math.Floor(scaled);
        // Far from a tie, integers say the same much faster.
        return scaled is >= 0 and < 1e15 && Math.Abs(scaled - whole - 0.5) > 1e-3
            ? OfInteger((long)(scaled - whole < 0.5 ? whole : whole + 1), decimals)
            : Exactly(value, decimals);
    }

    private static string OfInteger(long scaled, int decimals)
    {
        if (decimals == 0)
        {
            return scaled.ToString(CultureInfo.InvariantCulture);
        }

        var (whole, fraction) = Math.DivRem(scaled, Powers[decimals]);
        Span<char> text = stackalloc char[24];
        whole.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        text[length] = '.';
        for (var i = decimals; i > 0; i--)
        {
            text[length + i] = (char)('0' + (fraction % 10));
            fraction /= 10;
        }

        return new string(text[..(length + 1 + decimals)]);
    }

    /// <summary>Exact ties go to the even digit, as in Go; .NET's own formatting would go away from zero.</summary>
    private static string Exactly(double value, int decimals)
    {
        var scaled = value * (1 << (decimals + 1));
        var isTie = scaled % 2 is 1 or -1 && Math.Abs(value) < 1e12;
        return isTie
            ? Math.Round((decimal)value, decimals, MidpointRounding.ToEven).ToString("F" + decimals, CultureInfo.InvariantCulture)
            : value.ToString("F" + decimals, CultureInfo.InvariantCulture);
    }

    private static bool IsZero(string text) => !text.AsSpan().ContainsAnyInRange('1', '9');
}
