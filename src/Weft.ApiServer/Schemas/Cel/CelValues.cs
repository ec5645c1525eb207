using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Schemas.Cel;

// A CEL value is one of: null, bool, long, ulong, double, string, byte[], CelList, CelMap, CelDuration, CelTimestamp, CelTypeName, CelOptional,
// and the values of the Kubernetes libraries.

/// <summary>A span of time in nanoseconds.</summary>
internal readonly record struct CelDuration(long Nanoseconds);

/// <summary>A moment, in UTC.</summary>
internal readonly record struct CelTimestamp(DateTimeOffset Time);

/// <summary>A type as a value: `type(x)`.</summary>
internal sealed record CelTypeName(string Name);

/// <summary>A value that may be absent.</summary>
internal sealed record CelOptional(bool HasValue, object? Value)
{
    public static CelOptional None { get; } = new(false, null);
}

/// <summary>A list; one that came from an object knows how its kind compares and joins (x-kubernetes-list-type).</summary>
internal sealed class CelList(IReadOnlyList<object?> items, SchemaNode? schema = null)
{
    public IReadOnlyList<object?> Items { get; } = items;

    public SchemaNode? Schema { get; } = schema;

    public int Count => Items.Count;

    public static CelList Of(JsonArray array, SchemaNode schema) =>
        new([.. array.Select(i => CelJson.ToCel(i, schema.Items ?? SchemaNode.Anything))], schema);
}

/// <summary>A map, or an object with declared fields: then names that the schema does not know cannot be read.</summary>
internal sealed class CelMap
{
    private readonly Dictionary<object, object?>? _entries;
    private readonly JsonObject? _json;
    private readonly SchemaNode? _schema;

    public CelMap(Dictionary<object, object?> entries) => _entries = entries;

    public CelMap(JsonObject json, SchemaNode schema) => (_json, _schema) = (json, schema);

    public int Count => _entries?.Count ?? _json!.Count;

    public IEnumerable<object> Keys => _entries is not null ? _entries.Keys : _json!.Select(p => (object)p.Key);

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        if (_entries is not null) return key is not null && _entries.TryGetValue(CelOperators.Key(key), out value);
        if (key is not string name || !_json!.TryGetPropertyValue(name, out var found)) return false;
        value = CelJson.ToCel(found, Inner(name));
        return true;
    }

    private SchemaNode Inner(string name) => _schema!.Fields.TryGetValue(name, out var field) ? field.Node
        : _schema is { Kind: SchemaKind.Map, Items: { } items } ? items : SchemaNode.Anything;
}

/// <summary>JSON as CEL sees it through a schema.</summary>
internal static class CelJson
{
    public static object? ToCel(JsonNode? node, SchemaNode schema) => node switch
    {
        null => null,
        JsonObject map => new CelMap(map, schema),
        JsonArray list => CelList.Of(list, schema),
        _ => Scalar(node, schema),
    };

    private static object? Scalar(JsonNode node, SchemaNode schema)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Number:
                var number = JsonAccess.Real(node);
                return schema.Kind != SchemaKind.Number && number == Math.Floor(number) && Math.Abs(number) < 9.2e18 ? JsonAccess.Whole(node) : number;
            default:
                return Text(node.GetValue<string>(), schema.OpenApi?.Text("format"));
        }
    }

    private static object Text(string text, string? format) => format switch
    {
        "date-time" => CelTime.TryTimestamp(text, out var time) ? time : text,
        "date" => CelTime.TryTimestamp(text + "T00:00:00Z", out var day) ? day : text,
        "duration" => CelTime.TryDuration(text, out var span) ? span : text,
        "byte" => FromBase64(text),
        _ => text,
    };

    private static object FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : text;
    }
}
