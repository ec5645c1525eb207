namespace Weft.Observability.Metrics.PromQL;

/// <summary>Numeric functions in the cases where Go's library differs from .NET's.</summary>
internal static class GoMath
{
    /// <summary>What marks a series as gone, and here also "no value at this step"; a NaN of its own bit pattern.</summary>
    public static readonly double Stale = BitConverter.Int64BitsToDouble(StaleBits);

    private const long StaleBits = 0x7ff0000000000002;

    public static bool IsStale(double value) => BitConverter.DoubleToInt64Bits(value) == StaleBits;

    public static double Pow(double value, double power) =>
        value == 1 || power == 0 ? 1 : value == -1 && double.IsInfinity(power) ? 1 : Math.Pow(value, power);

    /// <summary>The smaller; negative infinity is that even beside NaN.</summary>
    public static double Min(double left, double right) =>
        double.IsNegativeInfinity(left) || double.IsNegativeInfinity(right) ? double.NegativeInfinity : Math.Min(left, right);

    /// <summary>The greater; infinity is that even beside NaN.</summary>
    public static double Max(double left, double right) =>
        double.IsPositiveInfinity(left) || double.IsPositiveInfinity(right) ? double.PositiveInfinity : Math.Max(left, right);

    /// <summary>Adds with Kahan-Babuska-Neumaier compensation.</summary>
    public static void KahanAdd(double value, ref double sum, ref double compensation)
    {
        var total = sum + value;
        if (double.IsInfinity(total))
            compensation = 0;
        else if (Math.Abs(sum) >= Math.Abs(value))
            compensation += sum - total + value;
        else
            compensation += value - total + sum;
        sum = total;
    }

    /// <summary>The quantile of values by linear interpolation; sorts the span. NaN counts as the smallest value.</summary>
    public static double Quantile(double quantile, Span<double> values)
    {
        if (values.IsEmpty || double.IsNaN(quantile))
            return double.NaN;
        if (quantile < 0)
            return double.NegativeInfinity;
        if (quantile > 1)
            return double.PositiveInfinity;
        values.Sort();
        var rank = quantile * (values.Length - 1);
        var lower = Math.Max(0, (int)Math.Floor(rank));
        var upper = Math.Min(values.Length - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return (values[lower] * (1 - weight)) + (values[upper] * weight);
    }
}
