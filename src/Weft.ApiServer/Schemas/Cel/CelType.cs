namespace Weft.ApiServer.Schemas.Cel;

/// <summary>The static type of an expression, by cel-go's names; objects also know their schema.</summary>
internal sealed record CelType(string Name, CelType? Key = null, CelType? Element = null, SchemaNode? Schema = null)
{
    public static CelType Dyn { get; } = new("dyn");

    public static CelType Bool { get; } = new("bool");

    public static CelType Int { get; } = new("int");

    public static CelType Uint { get; } = new("uint");

    public static CelType Double { get; } = new("double");

    public static CelType String { get; } = new("string");

    public static CelType Bytes { get; } = new("bytes");

    public static CelType Null { get; } = new("null");

    public static CelType Duration { get; } = new("google.protobuf.Duration");

    public static CelType Timestamp { get; } = new("google.protobuf.Timestamp");

    public bool IsDyn => Name is "dyn" or "null";

    public bool IsNumber => Name is "int" or "uint" or "double";

    public bool IsList => Name == "list";

    public bool IsMap => Name == "map";

    public static CelType List(CelType element) => new("list", null, element);

    public static CelType Map(CelType key, CelType element) => new("map", key, element);

    public static CelType Optional(CelType inner) => new("optional_type", null, inner);

    public static CelType Of(SchemaNode schema) => schema.Kind switch
    {
        SchemaKind.String or SchemaKind.Time or SchemaKind.MicroTime => schema.OpenApi?.Text("format") switch
        {
            "date-time" or "date" => Timestamp,
            "duration" => Duration,
            "byte" => Bytes,
            _ => String,
        },
        SchemaKind.Integer => Int,
        SchemaKind.Number => Double,
        SchemaKind.Boolean => Bool,
        SchemaKind.List => List(Of(schema.Items ?? SchemaNode.Anything)),
        SchemaKind.Map => Map(String, Of(schema.Items ?? SchemaNode.Anything)),
        SchemaKind.Object => new CelType("object", null, null, schema),
        _ => Dyn,
    };

    /// <summary>Whether a value of one may be where the other is expected.</summary>
    public bool Fits(CelType other)
    {
        if (IsDyn || other.IsDyn) return true;
        if (Name != other.Name) return false;
        return (Element is null || other.Element is null || Element.Fits(other.Element)) && (Key is null || other.Key is null || Key.Fits(other.Key));
    }

    public override string ToString() => Name switch
    {
        "list" or "optional_type" => $"{Name}({Element})",
        "map" => $"map({Key}, {Element})",
        _ => Name,
    };
}
