using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Schemas;

/// <summary>Reading and building paths in Kubernetes objects held as JsonObject. Missing or oddly typed values read as absent.</summary>
internal static class JsonAccess
{
    extension(JsonObject node)
    {
        public JsonObject? Object(string name) => node[name] as JsonObject;

        public JsonArray? Array(string name) => node[name] as JsonArray;

        public string? Text(string name) =>
            node[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

        public long? Number(string name) => node[name] is JsonValue value && value.TryGetValue<long>(out var number)
            ? number
            : node[name] is JsonValue real && real.TryGetValue<double>(out var fraction) ? (long)fraction
            : node[name] is JsonValue small && small.TryGetValue<int>(out var whole) ? whole : null;

        public bool? Flag(string name) => node[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

        /// <summary>The object under the name, created when absent.</summary>
        public JsonObject Ensure(string name)
        {
            if (node[name] is JsonObject present) return present;
            var created = new JsonObject();
            node[name] = created;
            return created;
        }

        /// <summary>Sets the value unless the field has one.</summary>
        public void Default(string name, JsonNode value)
        {
            if (node[name] is null) node[name] = value;
        }

        public JsonNode? At(params ReadOnlySpan<string> path)
        {
            JsonNode? current = node;
            foreach (var part in path)
            {
                current = (current as JsonObject)?[part];
                if (current is null) return null;
            }

            return current;
        }

        public string TextAt(params ReadOnlySpan<string> path) =>
            node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

        public JsonObject Clone() => (JsonObject)node.DeepClone();
    }

    public static IEnumerable<JsonObject> Objects(JsonArray? array) => array?.OfType<JsonObject>() ?? [];

    /// <summary>A JSON number as a real one.</summary>
    public static double Real(JsonNode value) =>
        value is JsonValue number && number.TryGetValue<long>(out var whole) ? whole
        : value is JsonValue small && small.TryGetValue<int>(out var i) ? i
        : value is JsonValue large && large.TryGetValue<ulong>(out var u) ? u : value.GetValue<double>();

    /// <summary>A JSON number without its fraction.</summary>
    public static long Whole(JsonNode value) =>
        value is JsonValue number && number.TryGetValue<long>(out var whole) ? whole : value is JsonValue small && small.TryGetValue<int>(out var i) ? i : (long)Real(value);
}
