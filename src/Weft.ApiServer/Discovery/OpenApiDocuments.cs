using System.Text.Json.Nodes;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

internal sealed record OpenApiDocument(byte[] Body, string Hash);

/// <summary>OpenAPI v3 per group version, generated from the schemas; built once per registry.</summary>
internal sealed class OpenApiDocuments(RegistrySource registry)
{
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation", "force"];
    private readonly Lock _gate = new();
    private ResourceRegistry? _builtFor;
    private Dictionary<string, OpenApiDocument> _documents = [];

    public JsonObject Index() => new()
    {
        ["paths"] = new JsonObject(All().OrderBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => KeyValuePair.Create(d.Key, (JsonNode?)new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{d.Key}?hash={d.Value.Hash}" }))),
    };

    public OpenApiDocument? Document(string path) => All().GetValueOrDefault(path);

    /// <summary>A document without definitions: clients that ask for v2 fall back to what v3 or discovery tells them.</summary>
    public static JsonObject V2() => new()
    {
        ["swagger"] = "2.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "1.36" },
        ["paths"] = new JsonObject(),
        ["definitions"] = new JsonObject(),
    };

    private Dictionary<string, OpenApiDocument> All()
    {
        var current = registry.Current;
        lock (_gate)
        {
            if (_builtFor == current) return _documents;
            var documents = new Dictionary<string, OpenApiDocument>(StringComparer.Ordinal);
            foreach (var (group, version) in current.GroupVersions)
            {
                var body = JsonText.Write(Build(current, group, version));
                documents[group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}"] = new OpenApiDocument(body, SystemEndpoints.Hash(body));
            }

            (_builtFor, _documents) = (current, documents);
            return documents;
        }
    }

    private static JsonObject Build(ResourceRegistry registry, string group, string version)
    {
        var schemas = new OpenApiSchemas();
        var paths = new JsonObject();
        foreach (var resource in registry.All.Where(r => r.Group == group && r.Version == version))
        {
            schemas.Add(resource);
            Paths(paths, resource);
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = registry.BuiltIn.Any(r => r.Group == group) ? new JsonObject { ["title"] = "Kubernetes", ["version"] = "1.36" } : new JsonObject { ["title"] = "Kubernetes CRD Swagger", ["version"] = "v0.1.0" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.ToJson() },
        };
    }

    private static void Paths(JsonObject paths, ResourceDefinition resource)
    {
        var root = resource.Group.Length == 0 ? $"/api/{resource.Version}" : $"/apis/{resource.Group}/{resource.Version}";
        var collection = $"{root}/{(resource.Namespaced ? "namespaces/{namespace}/" : "")}{resource.Plural}";
        var schema = OpenApiSchemas.NameOf(resource);
        var collectionItem = new JsonObject();
        if (resource.Verbs.Contains("list")) collectionItem["get"] = Operation("list", resource.Group, resource.Version, resource.Kind, schema, ["labelSelector", "fieldSelector", "limit", "continue", "watch"]);
        if (resource.Verbs.Contains("create")) collectionItem["post"] = Operation("post", resource.Group, resource.Version, resource.Kind, schema, ["dryRun", "fieldManager", "fieldValidation"]);
        paths[collection] = collectionItem;
        if (resource.IsReview) return;
        paths[$"{collection}/{{name}}"] = Item(resource.Group, resource.Version, resource.Kind, schema);
        foreach (var subresource in resource.Subresources.Where(s => s.Verbs.Contains("patch")))
            paths[$"{collection}/{{name}}/{subresource.Name}"] = Item(subresource.Group, subresource.Version, subresource.Kind, schema);
    }

    private static JsonObject Item(string group, string version, string kind, string schema) => new()
    {
        ["get"] = Operation("get", group, version, kind, schema, []),
        ["put"] = Operation("put", group, version, kind, schema, ["dryRun", "fieldManager", "fieldValidation"]),
        ["patch"] = Operation("patch", group, version, kind, schema, WriteParameters),
        ["delete"] = Operation("delete", group, version, kind, schema, ["dryRun", "gracePeriodSeconds", "propagationPolicy"]),
    };

    private static JsonObject Operation(string action, string group, string version, string kind, string schema, string[] parameters) => new()
    {
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = group, ["version"] = version, ["kind"] = kind },
        ["parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)new JsonObject { ["name"] = p, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } })]),
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "OK",
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" } } },
            },
        },
    };
}
