using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas.Cel;

namespace Weft.ApiServer.Schemas;

internal enum SchemaKind
{
    Any,
    Object,
    Map,
    List,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
    Quantity,
    Time,
    MicroTime,
    Bytes,
}

internal enum ListKind
{
    Atomic,
    Set,
    Map,
}

/// <summary>
/// The shape of one JSON value, for built-in kinds (from the field table) and for custom resources (from their structural schema) alike.
/// Decoding, defaulting, patching, field ownership and OpenAPI all read this one description.
/// </summary>
internal sealed class SchemaNode
{
    public required SchemaKind Kind { get; init; }

    /// <summary>Name of the type (`core/v1.PodSpec`) for built-in objects; empty for inline schemas.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>Fields in the order of the wire.</summary>
    public IReadOnlyDictionary<string, SchemaField> Fields { get; set; } = new Dictionary<string, SchemaField>(StringComparer.Ordinal);

    /// <summary>Element of a list, value of a map.</summary>
    public SchemaNode? Items { get; init; }

    public ListKind ListKind { get; init; }

    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary>Owned as a whole by one field manager.</summary>
    public bool Atomic { get; init; }

    public bool PreserveUnknownFields { get; init; }

    public bool EmbeddedResource { get; init; }

    public bool Nullable { get; init; }

    /// <summary>Go's type of a scalar, for the words of decode errors.</summary>
    public string GoType { get; init; } = "";

    /// <summary>The OpenAPI document of a custom resource's schema (validations, description); null for built-in types.</summary>
    public JsonObject? OpenApi { get; init; }

    /// <summary>CEL rules of this place.</summary>
    public IReadOnlyList<CelRule> Rules { get; set; } = [];

    /// <summary>There are rules here or below.</summary>
    public bool HasRules { get; init; }

    public static SchemaNode Anything { get; } = new() { Kind = SchemaKind.Any, PreserveUnknownFields = true };
}

/// <summary>One field of an object: its protobuf number (0 when none) and how a strategic-merge patch treats it.</summary>
internal sealed class SchemaField
{
    public required string Name { get; init; }

    public required SchemaNode Node { get; init; }

    public int Number { get; init; }

    /// <summary>Key of the elements for strategic merge; "." merges scalars; empty replaces the list.</summary>
    public string PatchMergeKey { get; init; } = "";

    public bool RetainKeys { get; init; }

    public bool PatchReplace { get; init; }

    /// <summary>The Go field is embedded: its fields stand in the enclosing object's JSON, but under one number in protobuf.</summary>
    public bool Inline { get; init; }

    /// <summary>Written even when empty: Go's field is neither a pointer nor left out.</summary>
    public bool Always { get; init; }

    /// <summary>Clients are told that it has to be given.</summary>
    public bool Required { get; init; }

    /// <summary>The values of an enumeration, for descriptions; what is really allowed is the validation's business. Empty for any.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];
}
