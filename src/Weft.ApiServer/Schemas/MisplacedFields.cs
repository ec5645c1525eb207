namespace Weft.ApiServer.Schemas;

/// <summary>Says of a field that a custom resource's schema does not have at its place where above it belongs, when it belongs somewhere there.</summary>
internal static class MisplacedFields
{
    /// <summary>Kubernetes' words for an unknown field, with a hint when an enclosing object has a field of that name.</summary>
    public static string Describe(SchemaNode schema, string path)
    {
        var plain = $"unknown field \"{path}\"";
        var dot = path.LastIndexOf('.');
        return dot > 0 && Owner(schema, path[..dot], path[(dot + 1)..]) is { } owner ? $"{plain} (hint: \"{path[(dot + 1)..]}\" is a field of {owner}, move it there)" : plain;
    }

    /// <summary>The nearest object around the given one that has the field.</summary>
    private static string? Owner(SchemaNode schema, string place, string field)
    {
        string? owner = null;
        var node = schema;
        for (var start = 0; start < place.Length;)
        {
            if (start > 0 && node.Fields.ContainsKey(field)) owner = place[..(start - 1)];
            var end = place.IndexOf('.', start);
            if (end < 0) end = place.Length;
            var segment = place[start..end];
            var bracket = segment.IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? segment : segment[..bracket];
            var next = node.Kind == SchemaKind.Map ? node.Items : node.Fields.TryGetValue(name, out var found) ? found.Node : null;
            if (bracket >= 0) next = next?.Items;
            if (next is null) return owner;
            node = next;
            start = end + 1;
        }

        return owner;
    }
}
