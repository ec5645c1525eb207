using System.Globalization;

namespace Weft.Proxy.Forwarding;

/// <summary>The grpc-timeout header: up to eight digits and a unit (gRPC over HTTP/2, Timeout).</summary>
internal static class GrpcTimeout
{
    public const string Header = "grpc-timeout";

    /// <returns>Null when it is absent or malformed; never zero, since a client that gives no time would else get all of it.</returns>
    public static TimeSpan? Parse(string? text)
    {
        if (text is not { Length: >= 2 and <= 9 } || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        var nanoseconds = text[^1] switch
        {
            'H' => 3_600_000_000_000m,
            'M' => 60_000_000_000m,
            'S' => 1_000_000_000m,
            'm' => 1_000_000m,
            'u' => 1_000m,
            'n' => 1m,
            _ => 0m,
        };
        return nanoseconds == 0 ? null : TimeSpan.FromTicks(Math.Clamp((long)Math.Min(value * nanoseconds / 100, TimeSpan.FromDays(40_000).Ticks), TimeSpan.TicksPerMillisecond, TimeSpan.FromDays(40_000).Ticks));
    }
}
