using System.Globalization;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Durations and timestamps as text, in Go's and RFC 3339's forms.</summary>
internal static class CelTime
{
    private const long Second = 1_000_000_000;
    private static readonly (string Unit, long Nanoseconds)[] Units =
        [("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", Second), ("m", 60 * Second), ("h", 3600 * Second)];

    public static bool TryDuration(string text, out CelDuration duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest is "0") return true;
        if (rest.IsEmpty) return false;
        decimal total = 0;
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.')) digits++;
            if (digits is 0 or > 25 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)) return false;
            rest = rest[digits..];
            var letters = 0;
            while (letters < rest.Length && rest[letters] != '.' && !char.IsAsciiDigit(rest[letters])) letters++;
            var unit = Find(rest[..letters]);
            if (unit == 0) return false;
            rest = rest[letters..];
            if (amount > long.MaxValue / (decimal)unit) return false;
            total += amount * unit;
        }

        if (total > long.MaxValue) return false;
        duration = new CelDuration((long)(negative ? -total : total));
        return true;
    }

    public static bool TryTimestamp(string text, out CelTimestamp timestamp)
    {
        timestamp = default;
        if (text.Length < 20 || text[10] is not ('T' or 't')) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return false;
        timestamp = new CelTimestamp(time);
        return true;
    }

    public static string Text(CelDuration duration) => $"{((decimal)duration.Nanoseconds / Second).ToString("0.#########", CultureInfo.InvariantCulture)}s";

    public static string Text(CelTimestamp timestamp) => timestamp.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static long Find(ReadOnlySpan<char> name)
    {
        foreach (var (unit, nanoseconds) in Units)
            if (name.SequenceEqual(unit)) return nanoseconds;
        return 0;
    }
}
