using System.Globalization;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Durations and timestamps.</summary>
internal static class CelTimeLibrary
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1000 * Millisecond;

    public static Dictionary<string, CelFunction> Functions { get; } = new(StringComparer.Ordinal)
    {
        ["duration"] = a => a switch
        {
            [CelDuration span] => span,
            [string text] when CelTime.TryDuration(text, out var span) => span,
            [var other] => throw CelException.Conversion(CelFunctions.TypeOf(other), "google.protobuf.Duration"),
            _ => throw CelException.NoOverload(),
        },
        ["timestamp"] = a => a switch
        {
            [CelTimestamp time] => time,
            [long seconds] when Math.Abs(seconds) < 250_000_000_000 => new CelTimestamp(DateTimeOffset.FromUnixTimeSeconds(seconds)),
            [string text] when CelTime.TryTimestamp(text, out var time) => time,
            [var other] => throw CelException.Conversion(CelFunctions.TypeOf(other), "google.protobuf.Timestamp"),
            _ => throw CelException.NoOverload(),
        },
        [".getFullYear"] = a => (long)At(a).Year,
        [".getMonth"] = a => At(a).Month - 1L,
        [".getDayOfMonth"] = a => At(a).Day - 1L,
        [".getDate"] = a => (long)At(a).Day,
        [".getDayOfWeek"] = a => (long)At(a).DayOfWeek,
        [".getDayOfYear"] = a => At(a).DayOfYear - 1L,
        [".getHours"] = a => a is [CelDuration span] ? span.Nanoseconds / (3600 * Second) : (long)At(a).Hour,
        [".getMinutes"] = a => a is [CelDuration span] ? span.Nanoseconds / (60 * Second) : (long)At(a).Minute,
        [".getSeconds"] = a => a is [CelDuration span] ? span.Nanoseconds / Second : (long)At(a).Second,
        [".getMilliseconds"] = a => a is [CelDuration span] ? span.Nanoseconds / Millisecond % 1000 : (long)At(a).Millisecond,
    };

    private static DateTimeOffset At(object?[] arguments) => arguments switch
    {
        [CelTimestamp time] => time.Time,
        [CelTimestamp time, string zone] => In(time.Time, zone),
        _ => throw CelException.NoOverload(),
    };

    private static DateTimeOffset In(DateTimeOffset time, string zone)
    {
        if (TimeSpan.TryParseExact(zone.TrimStart('+', '-'), @"hh\:mm", CultureInfo.InvariantCulture, out var offset)) return time.ToOffset(zone.StartsWith('-') ? -offset : offset);
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? TimeZoneInfo.ConvertTime(time, found) : throw new CelException($"unknown time zone {zone}");
    }
}
