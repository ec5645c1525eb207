using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.Proxy.Bootstrap;

/// <summary>The drain times of ProxyConfig in a node's metadata, in proto JSON (<c>5s</c>, <c>0.5s</c>). Null when absent or no duration.</summary>
internal static class DrainDurations
{
    /// <summary>Of requests in flight when the proxy stops.</summary>
    public static TimeSpan? Termination(JsonObject metadata) => Read(metadata, "terminationDrainDuration");

    /// <summary>Of connections whose listener was replaced or removed.</summary>
    public static TimeSpan? Listener(JsonObject metadata) => Read(metadata, "drainDuration");

    private static TimeSpan? Read(JsonObject metadata, string name)
    {
        if (metadata["PROXY_CONFIG"] is not JsonObject config || config[name] is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return null;
        }

        return text.EndsWith('s') && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
