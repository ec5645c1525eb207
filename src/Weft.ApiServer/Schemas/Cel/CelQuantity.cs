using System.Globalization;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>A Kubernetes quantity (`1.5Gi`, `200m`) as an exact number.</summary>
internal sealed record CelQuantity(decimal Value) : ICelObject
{
    private static readonly string[] Binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private const string Small = "num";
    private const string Large = "kMGTPE";

    public string TypeName => "kubernetes.Quantity";

    public bool IsInteger => Value == decimal.Truncate(Value) && Value is >= long.MinValue and <= long.MaxValue;

    public static CelQuantity? Parse(string text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.' || (end == 0 && text[end] is '+' or '-'))) end++;
        if (end > 28 || !decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        try
        {
            return Factor(text[end..]) is { } factor ? new CelQuantity(number * factor) : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    public CelQuantity With(Func<decimal, decimal> change)
    {
        try
        {
            return new CelQuantity(change(Value));
        }
        catch (OverflowException)
        {
            throw new CelException("quantity overflow");
        }
    }

    public override string ToString() => Value.ToString("0.###########################", CultureInfo.InvariantCulture);

    private static decimal? Factor(string suffix)
    {
        if (suffix.Length == 0) return 1;
        if (Array.IndexOf(Binary, suffix) is >= 0 and var power) return Power(1024, power + 1);
        if (suffix.Length == 1 && Large.IndexOf(suffix[0], StringComparison.Ordinal) is >= 0 and var thousands) return Power(1000, thousands + 1);
        if (suffix.Length == 1 && Small.IndexOf(suffix[0], StringComparison.Ordinal) is >= 0 and var parts) return 1 / Power(1000, 3 - parts);
        if (suffix[0] is not ('e' or 'E') || !int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) || Math.Abs(exponent) > 27) return null;
        return exponent >= 0 ? Power(10, exponent) : 1 / Power(10, -exponent);
    }

    private static decimal Power(decimal number, int times)
    {
        var result = 1m;
        for (var i = 0; i < times; i++) result *= number;
        return result;
    }
}
