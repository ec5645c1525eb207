using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.Istio.Json;

/// <summary>Durations as Istio's API writes them: Go's form, such as 1h30m, 10s, 0.5s or 100ms.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Ticks)[] s_units =
    [
        ("ns", TimeSpan.TicksPerMicrosecond / 1000.0), ("us", TimeSpan.TicksPerMicrosecond), ("µs", TimeSpan.TicksPerMicrosecond),
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>False when the text is no duration.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var negative = text.StartsWith("-");
        var rest = negative || text.StartsWith("+") ? text[1..] : text;
        if (rest is "0")
        {
            return true;
        }

        var ticks = 0.0;
        var parts = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(s_digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var unit = rest.IndexOfAny(s_digits);
            var name = unit < 0 ? rest : rest[..unit];
            if (!TryUnit(name, out var factor))
            {
                return false;
            }

            ticks += number * factor;
            parts++;
            rest = rest[name.Length..];
        }

        duration = TimeSpan.FromTicks((long)Math.Round(negative ? -ticks : ticks));
        return parts > 0;
    }

    private static bool TryUnit(ReadOnlySpan<char> name, out double ticks)
    {
        foreach (var (unit, factor) in s_units)
        {
            if (name.SequenceEqual(unit))
            {
                ticks = factor;
                return true;
            }
        }

        ticks = 0;
        return false;
    }
}

/// <summary>Reads and writes <see cref="TimeSpan"/> in Go's form.</summary>
public sealed class GoDurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && GoDuration.TryParse(reader.GetString(), out var duration)
            ? duration
            : throw new JsonException("not a duration such as 10s or 1h30m");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{(decimal)value.Ticks / TimeSpan.TicksPerSecond:0.#########}s"));
}
