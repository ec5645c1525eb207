using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.Formatting;

/// <summary>Dynamic metadata of one request or connection, by filter name (envoy.config.core.v3.Metadata). Belongs to the task that serves it.</summary>
internal sealed class DynamicMetadata
{
    private readonly Dictionary<string, Struct> _filters = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Struct> Filters => _filters;

    public Struct? For(string filter) => _filters.GetValueOrDefault(filter);

    public void Set(string filter, string key, Value value) => Of(filter).Fields[key] = value;

    /// <summary>Adds the fields of a struct; those that are there already are replaced.</summary>
    public void Merge(string filter, Struct fields)
    {
        var target = Of(filter);
        foreach (var (key, value) in fields.Fields)
        {
            target.Fields[key] = value;
        }
    }

    /// <summary>The value at a path of keys; null when any step is missing.</summary>
    public Value? Find(string filter, IReadOnlyList<string> path) => Find(For(filter), path);

    /// <summary>The value at a path of keys inside a struct; the struct itself for an empty path.</summary>
    public static Value? Find(Struct? fields, IReadOnlyList<string> path)
    {
        if (fields is null)
        {
            return null;
        }

        var value = Value.ForStruct(fields);
        foreach (var key in path)
        {
            if (value.StructValue is not { } inner || !inner.Fields.TryGetValue(key, out var next))
            {
                return null;
            }

            value = next;
        }

        return value;
    }

    private Struct Of(string filter)
    {
        if (!_filters.TryGetValue(filter, out var fields))
        {
            _filters[filter] = fields = new Struct();
        }

        return fields;
    }
}
