using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Schemas;

/// <summary>The CustomResourceDefinitions that are there from the start: the mesh's kinds and the Gateway API's, kept as data beside this file.</summary>
internal static class EmbeddedDefinitions
{
    private const string PartsName = "gateway-api/parts.yaml";
    private const string Reference = "$part";

    private static readonly string[] s_folders = ["gateway-api/", "istio/"];

    public static IReadOnlyList<JsonObject> Load()
    {
        var parts = Read(PartsName);
        var names = typeof(EmbeddedDefinitions).Assembly.GetManifestResourceNames().Where(n => n != PartsName && s_folders.Any(folder => n.StartsWith(folder, StringComparison.Ordinal)));
        return [.. names.Order(StringComparer.Ordinal).Select(name => Definition(name, parts))];
    }

    private static JsonObject Definition(string resource, JsonObject parts)
    {
        var definition = (JsonObject)Expanded(Read(resource), parts)!; // an object stays one
        Share(definition);
        return definition;
    }

    private static JsonObject Read(string resource)
    {
        using var stream = typeof(EmbeddedDefinitions).Assembly.GetManifestResourceStream(resource)!;
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return KubeYaml.Read(buffer.ToArray())[0].Content as JsonObject ?? throw new InvalidOperationException($"{resource} is not an object");
    }

    /// <summary>The same with every reference to a part replaced by the part, in which the same is done.</summary>
    private static JsonNode? Expanded(JsonNode? node, JsonObject parts) => node switch
    {
        JsonObject { Count: 1 } reference when reference.Text(Reference) is { } name => Expanded(parts[name] ?? throw new InvalidOperationException($"there is no part {name}"), parts),
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Expanded(field.Value, parts)))),
        JsonArray items => new JsonArray([.. items.Select(item => Expanded(item, parts))]),
        _ => node?.DeepClone(),
    };

    /// <summary>The versions are names of one schema: what the first one says holds for all.</summary>
    private static void Share(JsonObject definition)
    {
        var versions = JsonAccess.Objects(definition.Object("spec")?.Array("versions")).ToArray();
        foreach (var version in versions.Skip(1))
            foreach (var part in new[] { "subresources", "additionalPrinterColumns", "schema" })
                if (versions[0][part] is { } shared) version.Default(part, shared.DeepClone());
    }
}
