using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;

namespace Weft.ApiServer.Schemas;

/// <summary>Fits custom resources to their structural schema: unknown fields are dropped and reported, defaults filled in. Types are left to validation.</summary>
internal static class CustomResourceDecoder
{
    /// <summary>A new object: kind, apiVersion, metadata (typed), then what the schema knows.</summary>
    public static JsonObject Decode(JsonObject source, ResourceDefinition resource, List<string> unknown)
    {
        var result = new JsonObject();
        foreach (var name in new[] { "apiVersion", "kind" })
            if (source[name] is { } value) result[name] = value.DeepClone();
        var metadata = source["metadata"] is null
            ? []
            : source["metadata"] as JsonObject ?? throw new DecodeException("json: cannot unmarshal non-object into Go struct field .metadata of type v1.ObjectMeta");
        var metaUnknown = new List<string>();
        var schema = resource.Schema.Fields["metadata"].Node;
        result["metadata"] = ObjectDecoder.Decode(metadata, schema, resource.Kind, metaUnknown);
        unknown.AddRange(metaUnknown.Select(u => $"metadata.{u}"));
        unknown.AddRange(source.Select(p => p.Key).Where(n => !resource.Schema.Fields.ContainsKey(n) && !resource.Schema.PreserveUnknownFields));
        foreach (var (name, value) in source)
        {
            if (name is "apiVersion" or "kind" or "metadata") continue;
            if (resource.Schema.Fields.TryGetValue(name, out var field)) result[name] = Prune(value, field.Node, name, unknown);
            else if (resource.Schema.PreserveUnknownFields) result[name] = value?.DeepClone();
        }

        return result;
    }

    public static void Default(JsonObject item, ResourceDefinition resource)
    {
        foreach (var (name, field) in resource.Schema.Fields)
            if (name is not ("metadata" or "kind" or "apiVersion")) DefaultField(item, name, field.Node);
    }

    /// <summary>The fields of a value that its schema does not know.</summary>
    public static void Unknown(JsonNode value, SchemaNode schema, List<string> unknown) => Prune(value, schema, "", unknown);

    private static JsonNode? Prune(JsonNode? value, SchemaNode schema, string path, List<string> unknown)
    {
        switch (value)
        {
            case JsonObject map when schema.Kind == SchemaKind.Map:
                var copied = new JsonObject();
                foreach (var (name, inner) in map) copied[name] = Prune(inner, schema.Items!, $"{path}.{name}", unknown);
                return copied;
            case JsonObject map when schema.Kind == SchemaKind.Object:
                var kept = new JsonObject();
                foreach (var (name, inner) in map)
                {
                    if (schema.Fields.TryGetValue(name, out var field)) kept[name] = Prune(inner, field.Node, $"{path}.{name}", unknown);
                    else if (schema.PreserveUnknownFields || (schema.EmbeddedResource && name is "kind" or "apiVersion" or "metadata")) kept[name] = inner?.DeepClone();
                    else unknown.Add($"{path}.{name}");
                }

                return kept;
            case JsonArray list when schema.Kind == SchemaKind.List:
                var items = new JsonArray();
                for (var i = 0; i < list.Count; i++) items.Add(Prune(list[i], schema.Items!, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", unknown));
                return items;
            default:
                return value?.DeepClone();
        }
    }

    private static void DefaultField(JsonObject parent, string name, SchemaNode schema)
    {
        // A null that the schema does not allow counts as absent.
        if (parent.ContainsKey(name) && parent[name] is null && !schema.Nullable) parent.Remove(name);
        if (!parent.ContainsKey(name) && schema.OpenApi?["default"] is { } value) parent[name] = value.DeepClone();
        Descend(parent[name], schema);
    }

    private static void Descend(JsonNode? value, SchemaNode schema)
    {
        switch (value)
        {
            case JsonObject map when schema.Kind == SchemaKind.Map:
                foreach (var (name, inner) in map.ToArray())
                {
                    if (inner is null && !schema.Items!.Nullable) map.Remove(name);
                    else Descend(inner, schema.Items!);
                }

                break;
            case JsonObject map:
                foreach (var (name, field) in schema.Fields) DefaultField(map, name, field.Node);
                break;
            case JsonArray list when schema.Items is not null:
                foreach (var inner in list) Descend(inner, schema.Items);
                break;
        }
    }
}
