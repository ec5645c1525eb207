using System.Globalization;

namespace Weft.ApiServer.Schemas;

/// <summary>The types of the built-in kinds, read from the embedded field table.</summary>
internal sealed class BuiltInTypes
{
    private readonly Dictionary<string, SchemaNode> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SchemaField>> _wireFields = new(StringComparer.Ordinal);

    private BuiltInTypes(IReadOnlyList<TypeLines> blocks)
    {
        foreach (var block in blocks) _types[block.Name] = new SchemaNode { Kind = SchemaKind.Object, TypeName = block.Name, Atomic = block.Atomic };
        foreach (var block in blocks) _wireFields[block.Name] = [.. block.Fields.Select(Field)];
        foreach (var block in blocks) _types[block.Name].Fields = Flatten(block.Name);
    }

    public static BuiltInTypes Load()
    {
        using var stream = typeof(BuiltInTypes).Assembly.GetManifestResourceStream("kubernetes.fields")
            ?? throw new InvalidOperationException("the field table is not embedded");
        using var reader = new StreamReader(stream);
        return new BuiltInTypes(Parse(reader.ReadToEnd()));
    }

    public SchemaNode this[string typeName] => _types[typeName];

    public IEnumerable<string> Names => _types.Keys;

    /// <summary>The fields as protobuf sees them: embedded structs are one field.</summary>
    public IReadOnlyList<SchemaField> WireFields(string typeName) => _wireFields[typeName];

    /// <summary>An object of the kind: the type's own fields plus kind and apiVersion.</summary>
    public SchemaNode Root(string typeName)
    {
        var fields = new Dictionary<string, SchemaField>(StringComparer.Ordinal)
        {
            ["kind"] = new() { Name = "kind", Node = Scalar("string") },
            ["apiVersion"] = new() { Name = "apiVersion", Node = Scalar("string") },
        };
        foreach (var (name, field) in _types[typeName].Fields) fields[name] = field;
        return new SchemaNode { Kind = SchemaKind.Object, TypeName = typeName, Fields = fields };
    }

    private Dictionary<string, SchemaField> Flatten(string typeName)
    {
        var fields = new Dictionary<string, SchemaField>(StringComparer.Ordinal);
        foreach (var field in _wireFields[typeName])
        {
            if (!field.Inline)
            {
                fields[field.Name] = field;
                continue;
            }

            foreach (var (name, inner) in Flatten(field.Node.TypeName)) fields[name] = inner;
        }

        return fields;
    }

    private SchemaField Field(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var flags = parts.AsSpan(3);
        string keys = "", mergeKey = "", allowed = "";
        bool set = false, atomic = false, retain = false, replace = false, inline = false, always = false, required = false;
        foreach (var flag in flags)
        {
            if (flag.StartsWith("k=", StringComparison.Ordinal)) keys = flag[2..];
            else if (flag.StartsWith("m=", StringComparison.Ordinal)) mergeKey = flag[2..];
            else if (flag.StartsWith("e=", StringComparison.Ordinal)) allowed = flag[2..];
            else if (flag == "set") set = true;
            else if (flag == "atomic") atomic = true;
            else if (flag == "retainKeys") retain = true;
            else if (flag == "replace") replace = true;
            else if (flag == "inline") inline = true;
            else if (flag == "always") always = true;
            else if (flag == "required") required = true;
        }

        return new SchemaField
        {
            Name = parts[0],
            Number = int.Parse(parts[1], CultureInfo.InvariantCulture),
            Node = Node(parts[2], keys, set, atomic),
            PatchMergeKey = mergeKey,
            RetainKeys = retain,
            PatchReplace = replace,
            Inline = inline,
            Always = always,
            Required = required,
            Allowed = allowed.Length > 0 ? allowed.Split(',') : [],
        };
    }

    private SchemaNode Node(string type, string keys, bool set, bool atomic)
    {
        if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            return new SchemaNode
            {
                Kind = SchemaKind.List,
                Items = Node(type[2..], "", false, false),
                ListKind = keys.Length > 0 ? ListKind.Map : set ? ListKind.Set : ListKind.Atomic,
                ListMapKeys = keys.Length > 0 ? keys.Split(',') : [],
            };
        }

        if (type.StartsWith("map:", StringComparison.Ordinal))
            return new SchemaNode { Kind = SchemaKind.Map, Items = Node(type[4..], "", false, false), Atomic = atomic };
        return type.Contains('.', StringComparison.Ordinal) ? _types[type] : Scalar(type);
    }

    private static SchemaNode Scalar(string type) => type switch
    {
        "string" => new SchemaNode { Kind = SchemaKind.String, GoType = "string" },
        "bool" => new SchemaNode { Kind = SchemaKind.Boolean, GoType = "bool" },
        "int32" or "int64" => new SchemaNode { Kind = SchemaKind.Integer, GoType = type },
        "double" => new SchemaNode { Kind = SchemaKind.Number, GoType = "float64" },
        "bytes" => new SchemaNode { Kind = SchemaKind.Bytes, GoType = "[]uint8" },
        "IntOrString" => new SchemaNode { Kind = SchemaKind.IntOrString, GoType = "intstr.IntOrString" },
        "Quantity" => new SchemaNode { Kind = SchemaKind.Quantity, GoType = "resource.Quantity" },
        "Time" => new SchemaNode { Kind = SchemaKind.Time, GoType = "v1.Time" },
        "MicroTime" => new SchemaNode { Kind = SchemaKind.MicroTime, GoType = "v1.MicroTime" },
        "Duration" => new SchemaNode { Kind = SchemaKind.String, GoType = "v1.Duration" },
        "Raw" or "Fields" => SchemaNode.Anything,
        _ => throw new InvalidOperationException($"unknown type {type} in the field table"),
    };

    private static List<TypeLines> Parse(string text)
    {
        var blocks = new List<TypeLines>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == ' ')
            {
                blocks[^1].Fields.Add(line);
                continue;
            }

            var parts = line.Split(' ');
            blocks.Add(new TypeLines(parts[0], parts.Length > 1, []));
        }

        return blocks;
    }

    private sealed record TypeLines(string Name, bool Atomic, List<string> Fields);
}
