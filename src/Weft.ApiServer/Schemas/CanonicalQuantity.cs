using System.Globalization;

namespace Weft.ApiServer.Schemas;

/// <summary>Quantities as Kubernetes writes them: the largest suffix of the given family that leaves a whole number (`0.5` is `500m`, `1024Mi` is `1Gi`).</summary>
internal static class CanonicalQuantity
{
    private static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    private const int Ones = 3;

    /// <summary>The text itself when it is too large to be computed with.</summary>
    public static string Of(string text)
    {
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1])) end--;
        var exponent = text.IndexOfAny(['e', 'E']);
        if (exponent > 0 && exponent < text.Length - 1 && text[^1] is not 'i') end = exponent;
        if (!decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || end > 25) return text;
        var suffix = text[end..];
        try
        {
            if (suffix.Length > 1 && suffix[0] is 'e' or 'E' && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power))
                return Math.Abs(power) > 24 ? text : Exponent(number * Power(10, power));
            if (Array.IndexOf(Binary, suffix) is > 0 and var step) return OfBinary(number * Power(1024, step));
            return Array.IndexOf(Decimal, suffix) is >= 0 and var scale ? OfDecimal(number * Power(1000, scale - Ones)) : text;
        }
        catch (OverflowException)
        {
            return text;
        }
    }

    private static string OfBinary(decimal value)
    {
        if (Math.Abs(value) < 1024) return OfDecimal(value);
        value = decimal.Ceiling(value);
        var step = 0;
        while (step < Binary.Length - 1 && value % 1024 == 0)
        {
            value /= 1024;
            step++;
        }

        return Text(value) + Binary[step];
    }

    private static string OfDecimal(decimal value)
    {
        var (whole, scale) = Scaled(value);
        return Text(whole) + Decimal[scale];
    }

    private static string Exponent(decimal value)
    {
        var (whole, scale) = Scaled(value);
        return scale == Ones ? Text(whole) : $"{Text(whole)}e{((scale - Ones) * 3).ToString(CultureInfo.InvariantCulture)}";
    }

    private static (decimal Whole, int Scale) Scaled(decimal value)
    {
        var scale = Ones;
        while (scale > 0 && value != decimal.Truncate(value))
        {
            value *= 1000;
            scale--;
        }

        value = decimal.Ceiling(value);
        while (value != 0 && scale < Decimal.Length - 1 && value % 1000 == 0)
        {
            value /= 1000;
            scale++;
        }

        return (value, value == 0 ? Ones : scale);
    }

    private static decimal Power(decimal number, int times)
    {
        var result = 1m;
        for (var i = 0; i < Math.Abs(times); i++) result = times > 0 ? result * number : result / number;
        return result;
    }

    private static string Text(decimal value) => value.ToString("0", CultureInfo.InvariantCulture);
}
