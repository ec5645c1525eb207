using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Patching;

/// <summary>Kubernetes' strategic-merge patch: lists with a merge key are merged by it; `$patch`, `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys` are directives.</summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeletePrimitive = "$deleteFromPrimitiveList/";
    private const string ElementOrder = "$setElementOrder/";
    private const string RetainKeys = "$retainKeys";

    public static JsonObject Apply(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        var result = (JsonObject)target.DeepClone();
        return MergeMap(result, patch, schema);
    }

    private static JsonObject MergeMap(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        switch (patch.Text(Directive))
        {
            case null:
            case "merge":
                break;
            case "replace":
                return Without(patch, Directive);
            case "delete":
                return [];
            case var other:
                throw new PatchException($"Unknown patch type found: {other}", 400);
        }

        if (patch.Array(RetainKeys) is { } retained)
        {
            var names = retained.Select(n => n?.ToString()).ToHashSet();
            foreach (var (name, _) in target.ToArray())
                if (!names.Contains(name)) target.Remove(name);
        }

        foreach (var (name, value) in patch)
            if (name != Directive && name != RetainKeys) MergeField(target, patch, schema, name, value);
        return target;
    }

    private static void MergeField(JsonObject target, JsonObject patch, SchemaNode schema, string name, JsonNode? value)
    {
        if (name.StartsWith(DeletePrimitive, StringComparison.Ordinal))
        {
            DeleteFrom(target, name[DeletePrimitive.Length..], value as JsonArray ?? []);
            return;
        }

        if (name.StartsWith(ElementOrder, StringComparison.Ordinal))
        {
            var list = name[ElementOrder.Length..];
            if (!patch.ContainsKey(list)) Reorder(target, list, value as JsonArray ?? [], Field(schema, list));
            return;
        }

        var field = Field(schema, name);
        if (value is null) target.Remove(name);
        else if (value is JsonObject inner && field?.PatchReplace != true)
            MergeObject(target, name, inner, field?.Node ?? Inner(schema));
        else if (value is JsonArray items && field is { PatchMergeKey.Length: > 0 })
            MergeList(target, name, items, field, patch[ElementOrder + name] as JsonArray);
        else target[name] = value.DeepClone();
    }

    private static void MergeObject(JsonObject target, string name, JsonObject patch, SchemaNode schema)
    {
        if (patch.Text(Directive) == "delete")
        {
            target.Remove(name);
            return;
        }

        var present = target[name] as JsonObject ?? [];
        target.Remove(name);
        target[name] = MergeMap(present, patch, schema);
    }

    private static void MergeList(JsonObject target, string name, JsonArray patch, SchemaField field, JsonArray? order)
    {
        var present = target[name] as JsonArray ?? [];
        target.Remove(name);
        var merged = field.PatchMergeKey == "." ? MergeScalars(present, patch) : MergeItems(present, patch, field);
        target[name] = merged;
        if (order is not null) Reorder(target, name, order, field);
    }

    private static JsonArray MergeScalars(JsonArray present, JsonArray patch)
    {
        foreach (var value in patch)
            if (!present.Any(p => JsonNode.DeepEquals(p, value))) present.Add(value?.DeepClone());
        return present;
    }

    private static JsonArray MergeItems(JsonArray present, JsonArray patch, SchemaField field)
    {
        var key = field.PatchMergeKey;
        if (patch.OfType<JsonObject>().Any(i => i.Text(Directive) == "replace" && i.Count == 1))
            return [.. patch.OfType<JsonObject>().Where(i => i.Text(Directive) is null).Select(i => i.DeepClone())];
        foreach (var item in patch.OfType<JsonObject>())
        {
            if (item[key] is not { } id) throw new PatchException($"map: map{Encoding.UTF8.GetString(JsonText.Write(item))} does not contain declared merge key: {key}", 500);
            var at = present.IndexOf(present.OfType<JsonObject>().FirstOrDefault(p => JsonNode.DeepEquals(p[key], id)));
            if (item.Text(Directive) == "delete")
            {
                if (at >= 0) present.RemoveAt(at);
            }
            else if (at < 0)
            {
                present.Add(MergeMap([], item, field.Node.Items!));
            }
            else
            {
                var old = (JsonObject)present[at]!;
                present[at] = null;
                present[at] = MergeMap(old, item, field.Node.Items!);
            }
        }

        return present;
    }

    private static void DeleteFrom(JsonObject target, string name, JsonArray values)
    {
        if (target[name] is not JsonArray present) return;
        for (var i = present.Count - 1; i >= 0; i--)
            if (values.Any(v => JsonNode.DeepEquals(v, present[i]))) present.RemoveAt(i);
    }

    /// <summary>Puts the items named by the order in that order; the others keep their place behind the item they followed.</summary>
    private static void Reorder(JsonObject target, string name, JsonArray order, SchemaField? field)
    {
        if (target[name] is not JsonArray present) return;
        var key = field?.PatchMergeKey ?? "";
        JsonNode? Id(JsonNode? item) => key is "" or "." ? item : (item as JsonObject)?[key];
        int Rank(JsonNode? item) => order.ToList().FindIndex(o => JsonNode.DeepEquals(Id(o), Id(item)));
        var ranked = new List<(int Rank, int Place, JsonNode? Item)>();
        var last = -1;
        for (var i = 0; i < present.Count; i++)
        {
            var rank = Rank(present[i]);
            if (rank >= 0) last = rank;
            ranked.Add((rank >= 0 ? rank : last, i, present[i]));
        }

        present.Clear();
        foreach (var (_, _, item) in ranked.OrderBy(r => r.Rank).ThenBy(r => r.Place)) present.Add(item);
    }

    private static SchemaField? Field(SchemaNode schema, string name) => schema.Fields.GetValueOrDefault(name);

    private static SchemaNode Inner(SchemaNode schema) => schema.Kind == SchemaKind.Map ? schema.Items! : SchemaNode.Anything;

    private static JsonObject Without(JsonObject source, string name)
    {
        var copy = (JsonObject)source.DeepClone();
        copy.Remove(name);
        return copy;
    }
}
