using System.Buffers;
using System.Globalization;

namespace Weft.Observability.Traces;

/// <summary>Durations as Go writes and reads them, which is how Jaeger and TraceQL spell them: <c>1.5s</c>, <c>100us</c>, <c>2h45m</c>.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is "0")
            return true;
        var negative = text is ['-', ..];
        var rest = text is ['-' or '+', ..] ? text[1..] : text;
        double ticks = 0;
        do
        {
            if (!TryTake(ref rest, out var part))
                return false;
            ticks += part;
        }
        while (rest.Length > 0);
        if (ticks >= TimeSpan.MaxValue.Ticks / 2.0)
            return false;
        duration = TimeSpan.FromTicks((long)Math.Round(negative ? -ticks : ticks));
        return true;
    }

    /// <summary>Whole microseconds, which every reader of Go durations takes.</summary>
    public static string Format(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / 10}us");

    /// <summary>As Go's <c>Duration.String</c>: <c>-6.5ms</c>, <c>1m2s</c>.</summary>
    public static string ToText(long nanoseconds)
    {
        var sign = nanoseconds < 0 ? "-" : "";
        var size = Math.Abs((decimal)nanoseconds);
        return size switch
        {
            0 => "0s",
            < 1_000 => $"{sign}{Number(size)}ns",
            < 1_000_000 => $"{sign}{Number(size / 1_000)}µs",
            < 1_000_000_000 => $"{sign}{Number(size / 1_000_000)}ms",
            _ => sign + Long(size / 1_000_000_000),
        };
    }

    private static string Long(decimal seconds)
    {
        var minutes = Math.Floor(seconds / 60);
        var hours = Math.Floor(minutes / 60);
        var rest = $"{Number(seconds % 60)}s";
        return hours > 0 ? $"{Number(hours)}h{Number(minutes % 60)}m{rest}" : minutes > 0 ? $"{Number(minutes)}m{rest}" : rest;
    }

    // Without zeros that say nothing.
    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool TryTake(ref ReadOnlySpan<char> text, out double ticks)
    {
        ticks = 0;
        var digits = text.IndexOfAnyExcept(Digits);
        if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        var end = text[digits..].IndexOfAny(Digits);
        var unit = end < 0 ? text[digits..] : text.Slice(digits, end);
        double? size = unit switch
        {
            "ns" => 0.01,
            "us" or "µs" or "μs" => TimeSpan.TicksPerMicrosecond,
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            _ => null,
        };
        text = end < 0 ? [] : text[(digits + end)..];
        ticks = number * size.GetValueOrDefault();
        return size is not null;
    }
}
