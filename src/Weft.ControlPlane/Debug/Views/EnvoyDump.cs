using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>An answer of Envoy's admin interface, or istiod's in that shape: JSON whose fields are spelled in either of protobuf's ways, read in lowerCamelCase.</summary>
public sealed class EnvoyDump
{
    private const string TypePrefix = "type.googleapis.com/envoy.admin.v3.";

    private EnvoyDump(JsonObject content) => Content = content;

    /// <summary>The whole answer.</summary>
    public JsonObject Content { get; }

    /// <exception cref="JsonException">The text is no JSON object.</exception>
    public static EnvoyDump Parse(string json) =>
        new(CamelCased(JsonNode.Parse(json), isFree: false) as JsonObject ?? throw new JsonException("not a JSON object: is it the answer of /config_dump or /clusters?format=json?"));

    /// <summary>A part of a config_dump, such as ClustersConfigDump; null when it is not there.</summary>
    public JsonObject? Part(string name) => Items(Content, "configs").FirstOrDefault(part => Text(part, "@type") == TypePrefix + name);

    /// <summary>The objects of a list of the whole answer.</summary>
    public IEnumerable<JsonObject> Items(string field) => Items(Content, field);

    public static IEnumerable<JsonObject> Items(JsonObject? parent, string field) => (parent?[field] as JsonArray ?? []).OfType<JsonObject>();

    public static IEnumerable<string> Texts(JsonObject? parent, string field) => (parent?[field] as JsonArray ?? []).Select(item => item?.ToString() ?? "");

    public static string Text(JsonObject? parent, string field) => parent?[field] is JsonValue value ? value.ToString() : "";

    public static JsonObject? Object(JsonObject? parent, params ReadOnlySpan<string> path)
    {
        foreach (var field in path)
        {
            parent = parent?[field] as JsonObject;
        }

        return parent;
    }

    public static int Number(JsonObject? parent, string field) =>
        int.TryParse(Text(parent, field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>As istioctl prints JSON: indented by four blanks.</summary>
    public static string Indented(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentSize = 4, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <param name="isFree">The object's keys are data, not fields.</param>
    private static JsonNode? CamelCased(JsonNode? node, bool isFree) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(isFree ? field.Key : Camel(field.Key), CamelCased(field.Value, HasFreeKeys(field.Key, isFree))))),
        JsonArray items => new JsonArray([.. items.Select(item => CamelCased(item, isFree))]),
        _ => node?.DeepClone(),
    };

    private static bool HasFreeKeys(string field, bool isFree) =>
        isFree || IsData(field) || field is "filter_metadata" or "filterMetadata" or "value" or "typed_per_filter_config" or "typedPerFilterConfig";

    /// <summary>Protobuf's fields have small letters: a name without any is of a node's metadata, such as ISTIO_VERSION.</summary>
    private static bool IsData(string field) => !field.Any(char.IsAsciiLetterLower);

    private static string Camel(string field)
    {
        if (!field.Contains('_', StringComparison.Ordinal) || field.Contains('.', StringComparison.Ordinal) || IsData(field))
        {
            return field;
        }

        var parts = field.Split('_');
        return parts[0] + string.Concat(parts.Skip(1).Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
    }
}
