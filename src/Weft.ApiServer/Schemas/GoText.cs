using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Schemas;

/// <summary>Values as Go prints and encodes them in messages.</summary>
internal static class GoText
{
    /// <summary>`map[a:1 b:[x y]]`.</summary>
    public static string Print(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject map => $"map[{string.Join(' ', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Print(p.Value)}"))}]",
        JsonArray list => $"[{string.Join(' ', list.Select(Print))}]",
        _ => node.GetValueKind() is JsonValueKind.True ? "true" : node.GetValueKind() is JsonValueKind.False ? "false" : node.ToString(),
    };

    /// <summary>A patched object: its own keys in order, what is below as it was.</summary>
    public static JsonObject Sorted(JsonObject map) => new(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
}
