using System.Text.Json.Nodes;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

internal sealed record OpenApiDocument(byte[] Body, string Hash);

/// <summary>OpenAPI per group version (v3) and of everything (v2), generated from the schemas; built once per registry, v2 when it is first asked for.</summary>
internal sealed class OpenApiDocuments(RegistrySource registry, BuiltInTypes types)
{
    private readonly Lock _gate = new();
    private Built? _built;

    public JsonObject Index() => new()
    {
        ["paths"] = new JsonObject(All().Documents.OrderBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => KeyValuePair.Create(d.Key, (JsonNode?)new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{d.Key}?hash={d.Value.Hash}" }))),
    };

    public OpenApiDocument? Document(string path) => All().Documents.GetValueOrDefault(path);

    /// <summary>OpenAPI v2 in JSON. Its hash is that of both forms.</summary>
    public OpenApiDocument V2() => All().V2.Value;

    /// <summary>OpenAPI v2 as protobuf.</summary>
    public byte[] V2Wire() => All().V2Wire.Value;

    private Built All()
    {
        var current = registry.Current;
        lock (_gate)
        {
            if (_built?.For == current) return _built;
            return _built = new Built(current, types);
        }
    }

    private static JsonObject Build(ResourceRegistry registry, BuiltInTypes types, string group, string version)
    {
        var schemas = new OpenApiSchemas(types);
        var paths = new JsonObject();
        var isBuiltIn = registry.BuiltIn.Any(r => r.Group == group);
        foreach (var resource in registry.All.Where(r => r.Group == group && r.Version == version))
        {
            schemas.Add(resource);
            new OpenApiPaths(resource).AddTo(paths);
        }

        schemas.AddCommon(registry.BuiltIn);
        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = isBuiltIn ? new JsonObject { ["title"] = "Kubernetes", ["version"] = "1.36" } : new JsonObject { ["title"] = "Kubernetes CRD Swagger", ["version"] = "v0.1.0" },
            ["paths"] = new JsonObject(paths.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))),
            ["components"] = new JsonObject { ["schemas"] = schemas.ToJson() },
        };
    }

    private sealed class Built
    {
        public Built(ResourceRegistry current, BuiltInTypes types)
        {
            For = current;
            foreach (var (group, version) in current.GroupVersions)
            {
                var body = JsonText.Write(Build(current, types, group, version));
                Documents[group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}"] = new OpenApiDocument(body, SystemEndpoints.Hash(body));
            }

            V2 = new Lazy<OpenApiDocument>(() =>
            {
                var body = JsonText.Write(OpenApiV2.Build(Documents.Values.Select(d => JsonText.ParseObject(d.Body))));
                return new OpenApiDocument(body, SystemEndpoints.Hash(body));
            });
            V2Wire = new Lazy<byte[]>(() => OpenApiV2Wire.Write(JsonText.ParseObject(V2.Value.Body)));
        }

        public ResourceRegistry For { get; }

        public Dictionary<string, OpenApiDocument> Documents { get; } = new(StringComparer.Ordinal);

        public Lazy<OpenApiDocument> V2 { get; }

        public Lazy<byte[]> V2Wire { get; }
    }
}
