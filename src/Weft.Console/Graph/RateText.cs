using System.Globalization;

namespace Weft.Console.Graph;

/// <summary>Writes rates as Kiali shows them.</summary>
internal static class RateText
{
    private const int MaxDecimals = 5;

    public static string Rate(double rate) => Write(rate, 2);

    public static string Percent(double percent) => Write(percent, 1);

    public static string Whole(double value) => Fixed(value, 0);

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

    /// <summary>Exact ties go to the even digit, as in Go; .NET's own formatting would go away from zero.</summary>
    private static string Fixed(double value, int decimals)
    {
        var scaled = value * (1 << (decimals + 1));
        var isTie = scaled % 2 is 1 or -1 && Math.Abs(value) < 1e12;
        return isTie
            ? Math.Round((decimal)value, decimals, MidpointRounding.ToEven).ToString("F" + decimals, CultureInfo.InvariantCulture)
            : value.ToString("F" + decimals, CultureInfo.InvariantCulture);
    }

    private static bool IsZero(string text) => !text.AsSpan().ContainsAnyInRange('1', '9');
}
