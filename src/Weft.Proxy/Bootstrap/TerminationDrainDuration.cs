using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.Proxy.Bootstrap;

/// <summary>ProxyConfig.terminationDrainDuration in a node's metadata, in proto JSON (<c>5s</c>, <c>0.5s</c>).</summary>
internal static class TerminationDrainDuration
{
    /// <returns>Null when it is absent or no duration.</returns>
    public static TimeSpan? Of(JsonObject metadata)
    {
        if (metadata["PROXY_CONFIG"] is not JsonObject config || config["terminationDrainDuration"] is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return null;
        }

        return text.EndsWith('s') && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
