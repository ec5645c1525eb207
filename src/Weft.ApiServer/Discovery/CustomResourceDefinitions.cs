using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>CustomResourceDefinition objects: their defaults and rules, and the resources they define.</summary>
internal static class CustomResourceDefinitions
{
    private static readonly string[] RuleNames = ["name", "generateName"];
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];

    /// <summary>Names are completed; whether they are accepted is decided after the write.</summary>
    public static void Default(JsonObject item)
    {
        var spec = item.Ensure("spec");
        var names = spec.Ensure("names");
        if (string.IsNullOrEmpty(names.Text("singular"))) names["singular"] = (names.Text("kind") ?? "").ToLowerInvariant();
        if (string.IsNullOrEmpty(names.Text("listKind")) && names.Text("kind") is { Length: > 0 } kind) names["listKind"] = kind + "List";
        spec.Ensure("conversion").Default("strategy", "None");
        var status = item.Ensure("status");
        var storage = JsonAccess.Objects(spec.Array("versions")).FirstOrDefault(v => v.Flag("storage") == true)?.Text("name");
        var stored = status.Array("storedVersions") ?? [];
        if (storage is not null && !stored.Any(s => s?.ToString() == storage)) stored.Add((JsonNode)storage);
        status["storedVersions"] = stored.DeepClone();
    }

    /// <summary>The served versions of a definition, newest first as Kubernetes orders versions.</summary>
    public static IEnumerable<ResourceDefinition> Resources(JsonObject item, SchemaNode objectMeta)
    {
        var spec = item.Object("spec") ?? [];
        var versions = JsonAccess.Objects(spec.Array("versions")).ToArray();
        var storage = versions.FirstOrDefault(v => v.Flag("storage") == true)?.Text("name") ?? "";
        return versions
            .Where(v => v.Flag("served") == true)
            .OrderBy(v => v.Text("name") ?? "", VersionOrder.Comparer)
            .Select(v => Define(spec, v, storage, objectMeta));
    }

    private static ResourceDefinition Define(JsonObject spec, JsonObject version, string storage, SchemaNode objectMeta)
    {
        var names = spec.Object("names") ?? [];
        var group = spec.Text("group") ?? "";
        var kind = names.Text("kind") ?? "";
        var plural = names.Text("plural") ?? "";
        var subresources = version.Object("subresources");
        var scale = subresources?.Object("scale");
        var versionName = version.Text("name") ?? "";
        return new ResourceDefinition
        {
            Group = group,
            Version = versionName,
            Plural = plural,
            Kind = kind,
            Singular = names.Text("singular") ?? "",
            ListKind = names.Text("listKind") ?? kind + "List",
            Namespaced = spec.Text("scope") == "Namespaced",
            ShortNames = Texts(names.Array("shortNames")),
            Categories = Texts(names.Array("categories")),
            HasStatus = subresources?.Object("status") is not null,
            HasScale = scale is not null,
            ScalePaths = scale is null ? null : new ScalePaths(scale.Text("specReplicasPath") ?? "", scale.Text("statusReplicasPath") ?? "", scale.Text("labelSelectorPath") ?? ""),
            Subresources = Subresources(group, versionName, kind, subresources),
            Verbs = ResourceDefinition.CustomVerbs,
            SelectableFields = [.. JsonAccess.Objects(version.Array("selectableFields")).Select(f => (f.Text("jsonPath") ?? "").TrimStart('.'))],
            Schema = Root(version, objectMeta),
            Columns = Columns(version),
            StorageKey = $"{group}/{plural}",
            StorageVersion = storage,
            Deprecated = version.Flag("deprecated") == true,
            DeprecationWarning = version.Text("deprecationWarning") ?? "",
        };
    }

    private static SchemaNode Root(JsonObject version, SchemaNode objectMeta)
    {
        var schema = version.Object("schema")?.Object("openAPIV3Schema") ?? [];
        var compiled = StructuralSchema.Compile(schema);
        var text = new SchemaNode { Kind = SchemaKind.String };
        var fields = new Dictionary<string, SchemaField>(compiled.Fields, StringComparer.Ordinal)
        {
            ["apiVersion"] = new() { Name = "apiVersion", Node = text },
            ["kind"] = new() { Name = "kind", Node = text },
            ["metadata"] = new() { Name = "metadata", Node = objectMeta },
        };
        var root = new SchemaNode { Kind = SchemaKind.Object, Fields = fields, PreserveUnknownFields = compiled.PreserveUnknownFields, HasRules = compiled.HasRules, OpenApi = schema };
        root.Rules = StructuralSchema.Rules(schema, RuleView(compiled.Fields));
        return root;
    }

    /// <summary>What rules of the root may see: of the metadata only the names.</summary>
    public static SchemaNode RuleView(IReadOnlyDictionary<string, SchemaField> fields)
    {
        var text = new SchemaNode { Kind = SchemaKind.String };
        var names = RuleNames.ToDictionary(n => n, n => new SchemaField { Name = n, Node = text }, StringComparer.Ordinal);
        var metadata = new SchemaField { Name = "metadata", Node = new SchemaNode { Kind = SchemaKind.Object, Fields = names } };
        return new SchemaNode { Kind = SchemaKind.Object, Fields = new Dictionary<string, SchemaField>(fields, StringComparer.Ordinal)
        {
            ["apiVersion"] = new() { Name = "apiVersion", Node = text },
            ["kind"] = new() { Name = "kind", Node = text },
            ["metadata"] = metadata,
        } };
    }

    private static List<PrinterColumn> Columns(JsonObject version)
    {
        var columns = new List<PrinterColumn> { new("Name", "string", "name", 0, ".metadata.name", BuiltInResources.SharedDescriptions["Name"]) };
        var declared = JsonAccess.Objects(version.Array("additionalPrinterColumns")).ToArray();
        columns.AddRange(declared.Select(c => new PrinterColumn(
            c.Text("name") ?? "", c.Text("type") ?? "string", c.Text("format") ?? "", (int)(c.Number("priority") ?? 0), c.Text("jsonPath") ?? "", c.Text("description") ?? "")));
        if (declared.Length == 0) columns.Add(new PrinterColumn("Age", "date", "", 0, ".metadata.creationTimestamp", BuiltInResources.SharedDescriptions["Age"]));
        return columns;
    }

    private static List<SubresourceDefinition> Subresources(string group, string version, string kind, JsonObject? subresources)
    {
        var result = new List<SubresourceDefinition>();
        if (subresources?.Object("status") is not null) result.Add(new("status", StatusVerbs, group, version, kind));
        if (subresources?.Object("scale") is not null) result.Add(new("scale", StatusVerbs, "autoscaling", "v1", "Scale"));
        return result;
    }

    private static string[] Texts(JsonArray? array) => [.. (array ?? []).Select(n => n?.ToString() ?? "")];
}
