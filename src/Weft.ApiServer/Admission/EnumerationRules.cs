using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Fields that take one of some words, by the field table: what the rules of the kind have not refused already in words of their own.</summary>
internal static class EnumerationRules
{
    public static void Check(JsonObject item, SchemaNode schema, List<FieldError> errors)
    {
        var refused = errors.Select(e => e.Field).ToHashSet(StringComparer.Ordinal);
        // A status is written by those who know.
        foreach (var (name, field) in schema.Fields)
            if (name is not ("metadata" or "status") && item[name] is { } value) Value(value, field, name, refused, errors);
    }

    private static void Value(JsonNode value, SchemaField field, string path, HashSet<string> refused, List<FieldError> errors)
    {
        if (field.Allowed.Count > 0 && value is JsonValue && value.ToString() is { Length: > 0 } word)
        {
            if (!field.Allowed.Contains(word) && !refused.Any(path.StartsWith)) errors.Add(FieldError.NotSupported(path, ObjectValidation.Quote(word), field.Allowed));
            return;
        }

        Inside(value, field.Node, path, refused, errors);
    }

    private static void Inside(JsonNode? value, SchemaNode node, string path, HashSet<string> refused, List<FieldError> errors)
    {
        switch (value)
        {
            case JsonArray list when node.Items is not null:
                for (var i = 0; i < list.Count; i++) Inside(list[i], node.Items, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", refused, errors);
                break;
            case JsonObject map when node.Kind == SchemaKind.Object:
                foreach (var (name, inner) in map)
                    if (inner is not null && node.Fields.TryGetValue(name, out var field)) Value(inner, field, $"{path}.{name}", refused, errors);
                break;
        }
    }
}
