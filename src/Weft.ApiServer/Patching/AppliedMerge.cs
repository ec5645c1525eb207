using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Patching;

/// <summary>Merging an applied configuration into a live object by the schema's list and map kinds, and removing disowned fields.</summary>
internal static class AppliedMerge
{
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, SchemaNode schema)
    {
        switch (applied)
        {
            case JsonObject patch when live is JsonObject present && !schema.Atomic:
                var merged = (JsonObject)present.DeepClone();
                foreach (var (name, value) in patch) merged[name] = Merge(present[name], value, Inner(schema, name));
                return merged;
            case JsonArray patch when live is JsonArray present && schema is { Kind: SchemaKind.List, ListKind: not ListKind.Atomic }:
                return MergeList(present, patch, schema);
            default:
                return applied?.DeepClone();
        }
    }

    /// <summary>Removes the paths of <paramref name="gone"/>, and containers left empty by it that nobody owns.</summary>
    public static void Remove(JsonNode? value, SchemaNode schema, FieldSet gone, FieldSet kept)
    {
        switch (value)
        {
            case JsonObject map when !schema.Atomic:
                foreach (var (element, child) in gone.Children)
                {
                    if (!element.StartsWith("f:", StringComparison.Ordinal)) continue;
                    var name = element[2..];
                    var keptChild = kept.Find(element);
                    if (child.Children.Count == 0 && keptChild is null) map.Remove(name);
                    else if (keptChild is null) map.Remove(name);
                    else Remove(map[name], Inner(schema, name), child, keptChild);
                }

                break;
            case JsonArray list when schema.ListKind != ListKind.Atomic:
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    var element = FieldSet.Element(list[i], schema);
                    if (gone.Find(element) is not { } child) continue;
                    if (kept.Find(element) is not { } keptChild) list.RemoveAt(i);
                    else if (schema.ListKind == ListKind.Map) Remove(list[i], schema.Items!, child, keptChild);
                }

                break;
        }
    }

    private static JsonArray MergeList(JsonArray present, JsonArray patch, SchemaNode schema)
    {
        var wanted = patch.ToDictionary(item => FieldSet.Element(item, schema), item => item);
        var result = new JsonArray();
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in present)
        {
            var element = FieldSet.Element(item, schema);
            placed.Add(element);
            result.Add(wanted.TryGetValue(element, out var applied) && schema.ListKind == ListKind.Map ? Merge(item, applied, schema.Items!) : item?.DeepClone());
        }

        foreach (var item in patch)
            if (placed.Add(FieldSet.Element(item, schema))) result.Add(item?.DeepClone());
        return result;
    }

    private static SchemaNode Inner(SchemaNode schema, string name) =>
        schema.Fields.TryGetValue(name, out var field) ? field.Node : schema.Kind == SchemaKind.Map ? schema.Items! : SchemaNode.Anything;
}
