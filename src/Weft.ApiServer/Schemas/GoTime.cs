using System.Globalization;

namespace Weft.ApiServer.Schemas;

/// <summary>Times as Go's RFC 3339 layout reads them, and as Kubernetes writes them: in UTC, to the second or to the microsecond.</summary>
internal static class GoTime
{
    private const string Layout = "2006-01-02T15:04:05Z07:00";
    private static readonly string[] Parts = ["2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"];

    /// <summary>The time in its kept form. Throws <see cref="DecodeException"/> in Go's words.</summary>
    public static string Canonical(string text, bool micro)
    {
        if (Problem(text) is { } problem) throw new DecodeException($"parsing time {Quoted(text)}{problem}");
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) throw new DecodeException($"parsing time {Quoted(text)}: day out of range");
        return time.UtcDateTime.ToString(micro ? "yyyy-MM-ddTHH:mm:ss.ffffffZ" : "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }

    /// <summary>Null for a text of the layout.</summary>
    private static string? Problem(string text)
    {
        var rest = text.AsSpan();
        foreach (var part in Parts)
        {
            var fits = rest.Length >= part.Length && (char.IsAsciiDigit(part[0]) ? IsNumber(rest[..part.Length]) : rest.StartsWith(part));
            if (!fits) return Mismatch(rest, part);
            if (char.IsAsciiDigit(part[0]) && OutOfRange(part, int.Parse(rest[..part.Length], NumberStyles.None, CultureInfo.InvariantCulture)) is { } range) return $": {range} out of range";
            rest = rest[part.Length..];
        }

        if (rest.Length > 1 && rest[0] is '.' or ',' && char.IsAsciiDigit(rest[1])) rest = rest[1..].TrimStart("0123456789");
        var isZone = rest is "Z" || (rest.Length == 6 && rest[0] is '+' or '-' && IsNumber(rest[1..3]) && rest[3] == ':' && IsNumber(rest[4..]));
        return isZone ? null : rest.StartsWith("Z") ? $": extra text: {Quoted(rest[1..])}" : Mismatch(rest, "Z07:00");
    }

    private static string? OutOfRange(string part, int value) => part switch
    {
        "01" when value is < 1 or > 12 => "month",
        "02" when value is < 1 or > 31 => "day",
        "15" when value > 23 => "hour",
        "04" when value > 59 => "minute",
        "05" when value > 59 => "second",
        _ => null,
    };

    private static string Mismatch(ReadOnlySpan<char> rest, string part) => $" as \"{Layout}\": cannot parse {Quoted(rest)} as \"{part}\"";

    private static bool IsNumber(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static string Quoted(ReadOnlySpan<char> text) => $"\"{text}\"";
}
