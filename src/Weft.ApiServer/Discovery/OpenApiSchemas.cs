using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>The component schemas of one OpenAPI document.</summary>
internal sealed class OpenApiSchemas(BuiltInTypes common)
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public static string NameOf(ResourceDefinition resource) => resource.IsCustom || resource.TypeName == "crd"
        ? $"{string.Join('.', resource.Group.Split('.').Reverse())}.{resource.Version}.{resource.Kind}"
        : NameOf(resource.TypeName);

    public JsonObject ToJson() => new(_schemas.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));

    public void Add(ResourceDefinition resource)
    {
        var name = NameOf(resource);
        var schema = resource.IsCustom ? Custom(resource) : Object(resource.Schema);
        schema["x-kubernetes-group-version-kind"] = new JsonArray(new JsonObject { ["group"] = resource.Group, ["kind"] = resource.Kind, ["version"] = resource.Version });
        _schemas[name] = schema;
        if (resource.Verbs.Contains("list")) _schemas[name + "List"] = List(resource, name);
        if (resource.Subresources.Any(s => s.Name == "scale")) Reference(common["autoscaling/v1.Scale"]);
    }

    /// <summary>What operations of every resource refer to.</summary>
    public void AddCommon(IReadOnlyList<ResourceDefinition> builtIn)
    {
        var kinds = new JsonArray([.. builtIn.Select(r => (r.Group, r.Version)).Distinct().Select(v => (JsonNode)Kind(v.Group, v.Version, "DeleteOptions"))]);
        foreach (var type in new[] { "DeleteOptions", "Status" })
            Reference(common[$"meta/v1.{type}"]);
        _schemas[Meta + "DeleteOptions"]["x-kubernetes-group-version-kind"] = kinds;
        _schemas[Meta + "Status"]["x-kubernetes-group-version-kind"] = new JsonArray(Kind("", "v1", "Status"));
        _schemas[Meta + "Patch"] = new JsonObject { ["type"] = "object" };
    }

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["kind"] = kind, ["version"] = version };

    private JsonObject List(ResourceDefinition resource, string name) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("items"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = Scalar("string"),
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/schemas/{name}" }), ["default"] = new JsonObject() } },
            ["kind"] = Scalar("string"),
            ["metadata"] = Reference(common["meta/v1.ListMeta"]),
        },
        ["x-kubernetes-group-version-kind"] = new JsonArray(Kind(resource.Group, resource.Version, resource.ListKind)),
    };

    private static string NameOf(string typeName)
    {
        var dot = typeName.IndexOf('.', StringComparison.Ordinal);
        var package = typeName[..dot].Replace('/', '.');
        return package == "meta.v1" ? $"io.k8s.apimachinery.pkg.apis.{package}.{typeName[(dot + 1)..]}" : $"io.k8s.api.{package}.{typeName[(dot + 1)..]}";
    }

    private JsonObject Custom(ResourceDefinition resource)
    {
        var schema = resource.Schema.OpenApi?.Clone() ?? new JsonObject { ["type"] = "object" };
        var properties = schema.Ensure("properties");
        properties["apiVersion"] = new JsonObject { ["type"] = "string" };
        properties["kind"] = new JsonObject { ["type"] = "string" };
        properties["metadata"] = Reference(resource.Schema.Fields["metadata"].Node);
        return schema;
    }

    private JsonObject Object(SchemaNode node)
    {
        var properties = new JsonObject();
        foreach (var (name, field) in node.Fields) properties[name] = Field(field);
        var schema = new JsonObject { ["type"] = "object" };
        var required = node.Fields.Values.Where(f => f.Required).Select(f => (JsonNode)f.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        schema["properties"] = properties;
        return schema;
    }

    private JsonObject Field(SchemaField field)
    {
        var schema = Describe(field.Node);
        if (field.Allowed.Count > 0) schema["enum"] = new JsonArray([.. field.Allowed.Select(v => (JsonNode)v)]);
        if (field.PatchMergeKey.Length > 0 || field.RetainKeys || field.PatchReplace)
        {
            if (field.PatchMergeKey is not ("" or ".")) schema["x-kubernetes-patch-merge-key"] = field.PatchMergeKey;
            schema["x-kubernetes-patch-strategy"] = (field.PatchMergeKey.Length > 0, field.RetainKeys) switch
            {
                (true, true) => "merge,retainKeys",
                (true, false) => "merge",
                (false, true) => "retainKeys",
                _ => "replace",
            };
        }

        return schema;
    }

    private JsonObject Describe(SchemaNode node)
    {
        switch (node.Kind)
        {
            case SchemaKind.Object when node.TypeName.Length > 0:
                return Reference(node);
            case SchemaKind.Object:
                return Object(node);
            case SchemaKind.Map:
                var map = new JsonObject { ["type"] = "object", ["additionalProperties"] = Describe(node.Items!) };
                if (node.Atomic) map["x-kubernetes-map-type"] = "atomic";
                return map;
            case SchemaKind.List:
                return List(node);
            case SchemaKind.String:
                return Scalar("string");
            case SchemaKind.Bytes:
                return Scalar("string", "byte");
            case SchemaKind.Time:
                return Named(Meta + "Time", Scalar("string", "date-time"));
            case SchemaKind.MicroTime:
                return Named(Meta + "MicroTime", Scalar("string", "date-time"));
            case SchemaKind.Integer:
                return Scalar("integer", node.GoType is "int32" or "int64" ? node.GoType : "");
            case SchemaKind.Number:
                return Scalar("number", "double");
            case SchemaKind.Boolean:
                return Scalar("boolean");
            case SchemaKind.IntOrString:
                return Named("io.k8s.apimachinery.pkg.util.intstr.IntOrString", new JsonObject { ["oneOf"] = new JsonArray(Scalar("integer"), Scalar("string")), ["format"] = "int-or-string" });
            case SchemaKind.Quantity:
                return Named("io.k8s.apimachinery.pkg.api.resource.Quantity", new JsonObject { ["oneOf"] = new JsonArray(Scalar("string"), Scalar("number")) });
            default:
                return new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        }
    }

    private JsonObject Named(string name, JsonObject schema)
    {
        _schemas.TryAdd(name, schema);
        return new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/schemas/{name}" }) };
    }

    private JsonObject List(SchemaNode node)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = Describe(node.Items!) };
        list["x-kubernetes-list-type"] = node.ListKind switch { ListKind.Map => "map", ListKind.Set => "set", _ => "atomic" };
        if (node.ListKind == ListKind.Map) list["x-kubernetes-list-map-keys"] = new JsonArray([.. node.ListMapKeys.Select(k => (JsonNode)k)]);
        return list;
    }

    private JsonObject Reference(SchemaNode node)
    {
        var name = NameOf(node.TypeName);
        if (!_schemas.ContainsKey(name))
        {
            // Entered before its fields are described: types refer to each other.
            _schemas[name] = [];
            var schema = Object(node);
            if (node.Atomic) schema["x-kubernetes-map-type"] = "atomic";
            _schemas[name] = schema;
        }

        return new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/schemas/{name}" }), ["default"] = new JsonObject() };
    }

    private static JsonObject Scalar(string type, string format = "")
    {
        var schema = new JsonObject { ["type"] = type };
        if (format.Length > 0) schema["format"] = format;
        return schema;
    }
}
