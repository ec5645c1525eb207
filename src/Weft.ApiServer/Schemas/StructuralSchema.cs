using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas.Cel;

namespace Weft.ApiServer.Schemas;

/// <summary>A custom resource's OpenAPI v3 schema as a SchemaNode.</summary>
internal static class StructuralSchema
{
    /// <summary>The schema with its CEL rules. A rule that does not compile is left out: definitions that have one are refused when they are written.</summary>
    public static SchemaNode Compile(JsonObject schema)
    {
        var kind = Kind(schema, schema.Text("type") ?? "");
        var fields = Fields(schema);
        var items = kind == SchemaKind.List ? Inner(schema, "items") : kind == SchemaKind.Map ? Inner(schema, "additionalProperties") : null;
        var node = new SchemaNode
        {
            Kind = kind,
            Fields = fields,
            Items = items,
            ListKind = schema.Text("x-kubernetes-list-type") switch { "map" => ListKind.Map, "set" => ListKind.Set, _ => ListKind.Atomic },
            ListMapKeys = [.. (schema.Array("x-kubernetes-list-map-keys") ?? []).Select(k => k?.ToString() ?? "")],
            Atomic = schema.Text("x-kubernetes-map-type") == "atomic",
            PreserveUnknownFields = schema.Flag("x-kubernetes-preserve-unknown-fields") == true,
            EmbeddedResource = schema.Flag("x-kubernetes-embedded-resource") == true,
            Nullable = schema.Flag("nullable") == true,
            HasRules = schema.Array("x-kubernetes-validations") is { Count: > 0 } || items?.HasRules == true || fields.Values.Any(f => f.Node.HasRules),
            OpenApi = schema,
        };
        node.Rules = Rules(schema, node);
        return node;
    }

    /// <summary>The rules of a schema, compiled against a shape of their own place.</summary>
    public static IReadOnlyList<CelRule> Rules(JsonObject schema, SchemaNode shape) =>
        [.. JsonAccess.Objects(schema.Array("x-kubernetes-validations")).Select(r => TryRule(r, shape)).OfType<CelRule>()];

    private static CelRule? TryRule(JsonObject rule, SchemaNode shape)
    {
        try
        {
            return CelRule.Compile(rule, shape);
        }
        catch (Exception exception) when (exception is CelCompileException or CelTypeException)
        {
            return null;
        }
    }

    private static SchemaKind Kind(JsonObject schema, string type)
    {
        if (schema.Flag("x-kubernetes-int-or-string") == true) return SchemaKind.IntOrString;
        return type switch
        {
            "object" when schema.Object("properties") is null && schema["additionalProperties"] is JsonObject => SchemaKind.Map,
            "object" when schema.Object("properties") is null && schema.Flag("additionalProperties") == true => SchemaKind.Any,
            "object" => SchemaKind.Object,
            "array" => SchemaKind.List,
            "string" => SchemaKind.String,
            "integer" => SchemaKind.Integer,
            "number" => SchemaKind.Number,
            "boolean" => SchemaKind.Boolean,
            _ => SchemaKind.Any,
        };
    }

    private static SchemaNode Inner(JsonObject schema, string name) => schema.Object(name) is { } inner ? Compile(inner) : SchemaNode.Anything;

    private static Dictionary<string, SchemaField> Fields(JsonObject schema)
    {
        var fields = new Dictionary<string, SchemaField>(StringComparer.Ordinal);
        foreach (var (name, value) in schema.Object("properties") ?? [])
            fields[name] = new SchemaField { Name = name, Node = value is JsonObject inner ? Compile(inner) : SchemaNode.Anything };
        return fields;
    }
}
