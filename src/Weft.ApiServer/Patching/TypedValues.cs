using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Patching;

/// <summary>Whether the values of an applied custom resource are of their schema's types, in the words of Kubernetes' structured-merge-diff.</summary>
internal static class TypedValues
{
    /// <summary>The first value of another type, with its path; null when there is none.</summary>
    public static string? Mismatch(JsonNode? value, SchemaNode schema, string path)
    {
        switch (schema.Kind, value)
        {
            case (_, null):
                return null;
            case (SchemaKind.Object or SchemaKind.Map, JsonObject map):
                return map.Select(field => Mismatch(field.Value, NodeOf(schema, field.Key), $"{path}.{field.Key}")).FirstOrDefault(found => found is not null);
            case (SchemaKind.Object or SchemaKind.Map, _):
                return $"{path}: expected map, got &{{{Shown(value)}}}";
            case (SchemaKind.List, JsonArray list):
                return list.Select((item, index) => Mismatch(item, schema.Items ?? SchemaNode.Anything, $"{path}[{index}]")).FirstOrDefault(found => found is not null);
            case (SchemaKind.List, _):
                return $"{path}: expected list, got &{{{Shown(value)}}}";
            case (SchemaKind.Integer or SchemaKind.Number, _) when value.GetValueKind() != JsonValueKind.Number:
                return $"{path}: expected numeric (int or float), got {TypeOf(value)}";
            case (SchemaKind.String, _) when value.GetValueKind() != JsonValueKind.String:
                return $"{path}: expected string, got &value.valueUnstructured{{Value:{Shown(value)}}}";
            case (SchemaKind.Boolean, _) when value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
                return $"{path}: expected boolean, got &value.valueUnstructured{{Value:{(value.GetValueKind() == JsonValueKind.String ? value.ToJsonString() : Shown(value))}}}";
            default:
                return null;
        }
    }

    private static SchemaNode NodeOf(SchemaNode schema, string field) =>
        schema.Fields.TryGetValue(field, out var known) ? known.Node : schema.Kind == SchemaKind.Map ? schema.Items ?? SchemaNode.Anything : SchemaNode.Anything;

    /// <summary>The value as Go prints it.</summary>
    private static string Shown(JsonNode? value) => value switch
    {
        null => "<nil>",
        JsonArray list => $"[{string.Join(' ', list.Select(Shown))}]",
        JsonObject map => $"map[{string.Join(' ', map.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}:{Shown(field.Value)}"))}]",
        _ => value.ToString(),
    };

    private static string TypeOf(JsonNode value) => value switch
    {
        JsonArray => "[]interface {}",
        JsonObject => "map[string]interface {}",
        _ => value.GetValueKind() == JsonValueKind.String ? "string" : "bool",
    };
}
