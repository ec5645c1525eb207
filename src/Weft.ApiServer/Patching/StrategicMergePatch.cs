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

    /// <summary>
    /// What Kubernetes still holds of a patch once it is applied, and shows in messages: lists that came with an order are used up, as are `$retainKeys`.
    /// </summary>
    public static JsonObject Remainder(JsonObject patch, JsonObject target)
    {
        var left = new JsonObject();
        foreach (var (name, value) in patch)
        {
            if (name == RetainKeys || name.StartsWith(ElementOrder, StringComparison.Ordinal) || patch.ContainsKey(ElementOrder + name)) continue;
            left[name] = value is JsonObject inner && target[name] is JsonObject present ? Remainder(inner, present) : value?.DeepClone();
        }

        return left;
    }

    private static JsonObject MergeMap(JsonObject target, JsonObject patch, SchemaNode schema)
    {
        switch (patch.Text(Directive))
        {
            case null:
                break;
            case "replace":
                return Without(patch, Directive);
            case "delete":
                return [];
            case var other:
                throw new PatchException($"unknown patch type: {other} in map: {GoText.Print(patch)}", 500);
        }

        if (patch.ContainsKey(RetainKeys))
        {
            var names = (patch.Array(RetainKeys) ?? throw BadRetainKeys()).Select(n => n?.ToString()).ToHashSet();
            if (patch.Any(p => p.Key[0] != '$' && !names.Contains(p.Key))) throw BadRetainKeys();
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
            DeleteFrom(target, name[DeletePrimitive.Length..], value as JsonArray ?? throw new PatchException("invalid patch format of primitive list", 400));
            return;
        }

        if (name.StartsWith(ElementOrder, StringComparison.Ordinal))
        {
            var list = name[ElementOrder.Length..];
            var order = value as JsonArray ?? throw new PatchException("invalid patch format of setElementOrder list", 400);
            if (patch[list] is JsonArray items) CheckOrder(items, order, Field(schema, list)?.PatchMergeKey ?? "");
            if (!patch.ContainsKey(list)) Reorder(target, list, order, Field(schema, list));
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
        var before = (JsonArray)present.DeepClone();
        var merged = field.PatchMergeKey == "." ? MergeScalars(present, patch) : MergeItems(present, patch, field);
        target[name] = field.PatchMergeKey == "." && order is null ? merged : Ordered(merged, order ?? patch, before, field.PatchMergeKey);
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
            if (item.Text(Directive) == "merge") throw new PatchException("merging lists cannot yet be specified in the patch", 500);
            if (item[key] is not { } id) throw new PatchException($"map: {GoText.Print(item)} does not contain declared merge key: {key}", 500);
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

    private static void Reorder(JsonObject target, string name, JsonArray order, SchemaField? field)
    {
        if (target[name] is not JsonArray present) return;
        target.Remove(name);
        target[name] = Ordered(present, order, [.. present.Select(p => p?.DeepClone())], field?.PatchMergeKey ?? "");
    }

    /// <summary>
    /// Kubernetes' order after a merge: the items that the order names stand in its order; the others keep their order, and stand before
    /// a named item only when they did so before the patch.
    /// </summary>
    private static JsonArray Ordered(JsonArray merged, JsonArray order, JsonArray before, string key)
    {
        JsonNode? Id(JsonNode? item) => key is "" or "." ? item : (item as JsonObject)?[key];
        int Index(JsonArray list, JsonNode? item) => list.ToList().FindIndex(o => JsonNode.DeepEquals(Id(o), Id(item)));
        var all = merged.ToArray();
        merged.Clear();
        var named = new Queue<JsonNode?>(all.Where(i => Index(order, i) >= 0).OrderBy(i => Index(order, i)));
        var others = new Queue<JsonNode?>(all.Where(i => Index(order, i) < 0));
        var result = new JsonArray();
        while (named.Count > 0 && others.Count > 0)
        {
            var (other, next) = (Index(before, others.Peek()), Index(before, named.Peek()));
            result.Add(other >= 0 && next >= 0 && other < next ? others.Dequeue() : named.Dequeue());
        }

        foreach (var rest in named.Concat(others)) result.Add(rest);
        return result;
    }

    /// <summary>Items that the patch brings have to stand in the order that comes with it.</summary>
    private static void CheckOrder(JsonArray items, JsonArray order, string key)
    {
        JsonNode? Id(JsonNode? item) => item is JsonObject map && key is not ("" or ".") ? map[key] : item;
        var at = 0;
        foreach (var item in items.Where(i => (i as JsonObject)?.ContainsKey(Directive) != true))
        {
            while (at < order.Count && !JsonNode.DeepEquals(Id(order[at]), Id(item))) at++;
            if (at++ >= order.Count) throw new PatchException($"The order in patch list:\n{GoText.Print(items)}\n doesn't match $setElementOrder list:\n{GoText.Print(order)}\n", 500);
        }
    }

    private static PatchException BadRetainKeys() => new("invalid patch format of retainKeys", 400);

    private static SchemaField? Field(SchemaNode schema, string name) => schema.Fields.GetValueOrDefault(name);

    private static SchemaNode Inner(SchemaNode schema) => schema.Kind == SchemaKind.Map ? schema.Items! : SchemaNode.Anything;

    private static JsonObject Without(JsonObject source, string name)
    {
        var copy = (JsonObject)source.DeepClone();
        copy.Remove(name);
        return copy;
    }
}
