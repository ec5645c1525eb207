using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>
/// OpenAPI v2 (Swagger) of everything that is served, for clients from before v3: the documents of v3 in one, said in the older words. What v2 cannot say
/// (alternatives, null) is left out, as the real server does.
/// </summary>
internal static class OpenApiV2
{
    private const string V3 = "#/components/schemas/";
    private const string V2 = "#/definitions/";
    private static readonly string[] Unsaid = ["oneOf", "anyOf", "not", "nullable", "x-kubernetes-validations"];
    private static readonly string[] Bodies = ["post", "put", "patch"];

    public static JsonObject Build(IEnumerable<JsonObject> documents)
    {
        var paths = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var definitions = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            foreach (var (path, item) in document.Object("paths") ?? []) paths[path] = Item((JsonObject)item!);
            foreach (var (name, schema) in document.Object("components")?.Object("schemas") ?? [])
                if (!definitions.ContainsKey(name)) definitions[name] = Schema((JsonObject)schema!);
        }

        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "1.36" },
            ["paths"] = new JsonObject(paths),
            ["definitions"] = new JsonObject(definitions),
            ["securityDefinitions"] = new JsonObject
            {
                ["BearerToken"] = new JsonObject { ["description"] = "Bearer Token authentication", ["type"] = "apiKey", ["name"] = "authorization", ["in"] = "header" },
            },
            ["security"] = new JsonArray(new JsonObject { ["BearerToken"] = new JsonArray() }),
        };
    }

    private static JsonObject Item(JsonObject item) =>
        new(item.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)(p.Value is JsonArray parameters ? Parameters(parameters) : Operation(p.Key, (JsonObject)p.Value!)))));

    private static JsonArray Parameters(JsonArray? parameters) => new([.. JsonAccess.Objects(parameters).Select(p => (JsonNode)new JsonObject
    {
        ["uniqueItems"] = true, ["type"] = p.Object("schema")?.Text("type") ?? "string", ["name"] = p.Text("name"), ["in"] = p.Text("in"), ["required"] = p.Flag("required") ?? false,
    })]);

    private static JsonObject Operation(string method, JsonObject operation)
    {
        var result = new JsonObject();
        foreach (var name in new[] { "description", "tags", "operationId" })
            if (operation[name] is { } value) result[name] = value.DeepClone();
        result["consumes"] = new JsonArray("*/*");
        result["produces"] = new JsonArray("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");
        var parameters = Parameters(operation.Array("parameters"));
        var content = operation.Object("responses")?.Object("200")?.Object("content")?.Object("application/json")?.Object("schema");
        if (Bodies.Contains(method) && content is not null)
            parameters.Insert(0, new JsonObject { ["in"] = "body", ["name"] = "body", ["required"] = true, ["schema"] = method == "patch" ? new JsonObject { ["type"] = "object" } : Schema(content) });
        result["parameters"] = parameters;
        var answer = new JsonObject { ["description"] = "OK" };
        if (content is not null) answer["schema"] = Schema(content);
        result["responses"] = new JsonObject { ["200"] = answer, ["401"] = new JsonObject { ["description"] = "Unauthorized" } };
        foreach (var (name, value) in operation.Where(p => p.Key.StartsWith("x-", StringComparison.Ordinal))) result[name] = value?.DeepClone();
        return result;
    }

    private static JsonObject Schema(JsonObject schema)
    {
        if (schema.Text("$ref") is { } direct) return Reference(direct, schema);
        if (schema["allOf"] is JsonArray { Count: 1 } all && (all[0] as JsonObject)?.Text("$ref") is { } inner) return Reference(inner, schema);
        var result = new JsonObject();
        foreach (var (name, value) in schema)
        {
            if (Unsaid.Contains(name) || value is null) continue;
            result[name] = (name, value) switch
            {
                ("properties", JsonObject properties) => new JsonObject(properties.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Schema((JsonObject)p.Value!)))),
                ("items" or "additionalProperties", JsonObject part) => Schema(part),
                ("allOf", JsonArray parts) => new JsonArray([.. JsonAccess.Objects(parts).Select(p => (JsonNode)Schema(p))]),
                _ => value.DeepClone(),
            };
        }

        if (schema.ContainsKey("oneOf") && schema.Text("type") is null) result["type"] = "string";
        return result;
    }

    private static JsonObject Reference(string reference, JsonObject beside)
    {
        var result = new JsonObject { ["$ref"] = reference.Replace(V3, V2, StringComparison.Ordinal) };
        if (beside["description"] is { } description) result["description"] = description.DeepClone();
        foreach (var (name, value) in beside.Where(p => p.Key.StartsWith("x-", StringComparison.Ordinal))) result[name] = value?.DeepClone();
        return result;
    }
}
