using System.Text.Json.Nodes;

namespace Weft.ApiServer.Discovery;

/// <summary>The paths of one resource in an OpenAPI v3 document: every operation that is served, with the parameters that clients look for.</summary>
internal sealed class OpenApiPaths(ResourceDefinition resource)
{
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];
    private static readonly string[] DeleteParameters = ["dryRun", "gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "orphanDependents", "propagationPolicy"];
    private static readonly string[] ListParameters =
        ["allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"];
    private static readonly string[] Booleans = ["allowWatchBookmarks", "sendInitialEvents", "watch", "force", "orphanDependents", "ignoreStoreReadErrorWithClusterBreakingPotential"];
    private static readonly string[] Integers = ["limit", "timeoutSeconds", "gracePeriodSeconds"];
    private readonly string _schema = OpenApiSchemas.NameOf(resource);
    private readonly string _scope = resource.Namespaced ? "Namespaced" : "";

    private string Root => resource.Group.Length == 0 ? $"/api/{resource.Version}" : $"/apis/{resource.Group}/{resource.Version}";

    public void AddTo(JsonObject paths)
    {
        var collection = $"{Root}/{(resource.Namespaced ? "namespaces/{namespace}/" : "")}{resource.Plural}";
        if (resource.Namespaced && resource.Verbs.Contains("list"))
            paths[$"{Root}/{resource.Plural}"] = new JsonObject { ["get"] = Operation("list", $"list{Group}{resource.Kind}ForAllNamespaces", _schema + "List", ListParameters, resource) };
        paths[collection] = Collection();
        if (resource.IsReview) return;
        paths[$"{collection}/{{name}}"] = Item("", resource.Verbs, _schema, resource.Kind, resource.Group, resource.Version);
        foreach (var subresource in resource.Subresources.Where(s => s.Name is "status" or "scale" or "ephemeralcontainers" or "resize" or "approval"))
        {
            var schema = subresource.Kind == resource.Kind ? _schema : "io.k8s.api.autoscaling.v1.Scale";
            paths[$"{collection}/{{name}}/{subresource.Name}"] = Item(Capital(subresource.Name), subresource.Verbs, schema, subresource.Kind, subresource.Group, subresource.Version);
        }
    }

    private JsonObject Collection()
    {
        var item = new JsonObject();
        if (resource.Verbs.Contains("list")) item["get"] = Operation("list", $"list{Group}{_scope}{resource.Kind}", _schema + "List", ListParameters, resource);
        if (resource.Verbs.Contains("create")) item["post"] = Operation("post", $"create{Group}{_scope}{resource.Kind}", _schema, WriteParameters, resource, _schema);
        if (resource.Verbs.Contains("deletecollection"))
            item["delete"] = Operation("deletecollection", $"delete{Group}Collection{_scope}{resource.Kind}", "io.k8s.apimachinery.pkg.apis.meta.v1.Status", [.. ListParameters, .. DeleteParameters], resource);
        if (resource.Namespaced) item["parameters"] = new JsonArray(InPath("namespace"));
        return item;
    }

    private JsonObject Item(string suffix, IReadOnlyList<string> verbs, string schema, string kind, string group, string version)
    {
        var about = resource with { Kind = kind, Group = group, Version = version };
        string Id(string verb) => $"{verb}{Group}{_scope}{resource.Kind}{suffix}";
        var item = new JsonObject();
        if (verbs.Contains("get")) item["get"] = Operation("get", Id("read"), schema, [], about);
        if (verbs.Contains("update")) item["put"] = Operation("put", Id("replace"), schema, WriteParameters, about, schema);
        if (verbs.Contains("patch")) item["patch"] = Operation("patch", Id("patch"), schema, [.. WriteParameters, "force"], about, "io.k8s.apimachinery.pkg.apis.meta.v1.Patch");
        if (verbs.Contains("delete")) item["delete"] = Operation("delete", Id("delete"), "io.k8s.apimachinery.pkg.apis.meta.v1.Status", DeleteParameters, about, "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
        item["parameters"] = resource.Namespaced ? new JsonArray(InPath("name"), InPath("namespace")) : new JsonArray(InPath("name"));
        return item;
    }

    private JsonObject Operation(string action, string id, string schema, string[] parameters, ResourceDefinition about, string? body = null)
    {
        var operation = new JsonObject { ["tags"] = new JsonArray(Tag), ["operationId"] = id };
        if (parameters.Length > 0) operation["parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)InQuery(p))]);
        if (body is not null) operation["requestBody"] = new JsonObject { ["content"] = Content(body, action == "patch" ? PatchTypes : ["*/*"]), ["required"] = action is "post" or "put" or "patch" };
        var responses = new JsonObject { ["200"] = Response("OK", schema) };
        if (action is "post" or "put" or "patch") responses["201"] = Response("Created", schema);
        if (action is "post" or "delete") responses["202"] = Response("Accepted", schema);
        responses["401"] = new JsonObject { ["description"] = "Unauthorized" };
        operation["responses"] = responses;
        operation["x-kubernetes-action"] = action;
        operation["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = about.Group, ["version"] = about.Version, ["kind"] = about.Kind };
        return operation;
    }

    private string[] PatchTypes => resource.IsCustom
        ? ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"]
        : ["application/apply-patch+cbor", "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"];

    private JsonObject Response(string description, string schema) => new()
    {
        ["description"] = description,
        ["content"] = Content(schema, resource.IsCustom ? ["application/json", "application/yaml"] : ["application/json", "application/vnd.kubernetes.protobuf", "application/yaml"]),
    };

    private static JsonObject Content(string schema, string[] types) =>
        new(types.Select(t => KeyValuePair.Create(t, (JsonNode?)new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" } })));

    private static JsonObject InPath(string name) => new() { ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true } };

    private static JsonObject InQuery(string name) => new()
    {
        ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = Booleans.Contains(name) ? "boolean" : Integers.Contains(name) ? "integer" : "string", ["uniqueItems"] = true },
    };

    /// <summary>The group in names of operations: `AppsV1`, `RbacAuthorizationV1`, of custom resources with the whole domain.</summary>
    private string Group => string.Concat(Words.Select(Capital)) + Capital(resource.Version);

    private string Tag
    {
        get
        {
            var name = string.Concat(Words.Select(Capital));
            return $"{char.ToLowerInvariant(name[0])}{name[1..]}_{resource.Version}";
        }
    }

    private string[] Words => resource.Group.Length == 0 ? ["core"]
        : resource.IsCustom ? resource.Group.Split('.')
        : [.. resource.Group.Replace(".k8s.io", "", StringComparison.Ordinal).Split('.')];

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
