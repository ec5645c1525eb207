using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Patching;

/// <summary>Field sets of objects and of the difference of two objects.</summary>
internal static class FieldSets
{
    /// <summary>Fields that Go writes even when empty (embedded structs, required lists): their mere presence is nobody's doing.</summary>
    private static readonly HashSet<string> AlwaysPresent = new(StringComparer.Ordinal)
    {
        "metadata", "spec", "status", "template", "strategy", "updateStrategy", "containers", "jobTemplate", "involvedObject",
        "source", "scaleTargetRef", "nodeInfo", "daemonEndpoints", "kubeletEndpoint", "loadBalancer", "roleRef", "names", "selector",
    };

    /// <summary>What an applied configuration claims: its leaves, and every item of a keyed list.</summary>
    public static FieldSet Of(JsonNode? value, SchemaNode schema)
    {
        var set = new FieldSet();
        Collect(value, schema, set, containers: false, typed: true);
        return set.Pruned();
    }

    /// <summary>Everything an object holds, with the containers that exist only because somebody set them.</summary>
    public static FieldSet All(JsonNode? value, SchemaNode schema, bool typed)
    {
        var set = new FieldSet();
        Collect(value, schema, set, containers: true, typed);
        return set.Pruned();
    }

    /// <summary>The leaves whose value differs where both objects have one.</summary>
    public static FieldSet Changed(JsonNode? before, JsonNode? after, SchemaNode schema)
    {
        var set = new FieldSet();
        Compare(before, after, schema, set);
        return set.Pruned();
    }

    private static void Collect(JsonNode? value, SchemaNode schema, FieldSet set, bool containers, bool typed)
    {
        switch (Shape(value, schema))
        {
            case Structure.Fields:
                foreach (var (name, inner) in (JsonObject)value!)
                {
                    var child = set.Child($"f:{name}");
                    var inside = Inner(schema, name);
                    Collect(inner, inside, child, containers, typed);
                    if (containers && child.Children.Count > 0 && !(typed && AlwaysPresent.Contains(name)) && name != "metadata") child.Member = true;
                    if (containers && typed && AlwaysPresent.Contains(name) && IsEmptyStructure(inner) && name != "resources" && name != "securityContext") child.Member = false;
                }

                if (((JsonObject)value!).Count == 0) set.Member = true;
                break;
            case Structure.Items:
                foreach (var item in (JsonArray)value!)
                {
                    var element = FieldSet.Element(item, schema);
                    var again = set.Find(element) is not null;
                    var child = set.Child(element);
                    child.Member = true;
                    // Of items with the same key nobody can own a part.
                    if (again) child.Children.Clear();
                    else if (schema.ListKind == ListKind.Map) Collect(item, schema.Items!, child, containers, typed);
                }

                if (((JsonArray)value!).Count == 0) set.Member = true;
                break;
            default:
                set.Member = true;
                break;
        }
    }

    private static void Compare(JsonNode? before, JsonNode? after, SchemaNode schema, FieldSet set)
    {
        if (before is null || after is null) return;
        var shape = Shape(after, schema);
        if (shape != Shape(before, schema) || shape == Structure.Leaf)
        {
            if (!JsonNode.DeepEquals(before, after)) set.Member = true;
            return;
        }

        if (shape == Structure.Fields)
        {
            foreach (var (name, inner) in (JsonObject)after)
            {
                var had = ((JsonObject)before).TryGetPropertyValue(name, out var old);
                // Null is a value of its own: what it becomes is a change, with all that is in it.
                if (had && old is null && inner is not null) Collect(inner, Inner(schema, name), set.Child($"f:{name}"), containers: true, typed: true);
                else Compare(old, inner, Inner(schema, name), set.Child($"f:{name}"));
            }

            return;
        }

        var present = ((JsonArray)before).ToLookup(item => FieldSet.Element(item, schema));
        foreach (var item in (JsonArray)after)
        {
            var element = FieldSet.Element(item, schema);
            if (schema.ListKind == ListKind.Map && present[element].FirstOrDefault() is { } old) Compare(old, item, schema.Items!, set.Child(element));
        }
    }

    private enum Structure
    {
        Leaf,
        Fields,
        Items,
    }

    private static bool IsEmptyStructure(JsonNode? value) => value is JsonObject { Count: 0 } or JsonArray { Count: 0 };

    private static Structure Shape(JsonNode? value, SchemaNode schema) => value switch
    {
        JsonObject when schema.Atomic => Structure.Leaf,
        JsonObject => Structure.Fields,
        JsonArray when schema is { Kind: SchemaKind.List, ListKind: not ListKind.Atomic } => Structure.Items,
        _ => Structure.Leaf,
    };

    private static SchemaNode Inner(SchemaNode schema, string name) =>
        schema.Fields.TryGetValue(name, out var field) ? field.Node : schema.Kind == SchemaKind.Map ? schema.Items! : SchemaNode.Anything;
}
