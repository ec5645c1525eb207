using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Schemas;

/// <summary>The CustomResourceDefinitions that are there from the start: the mesh's kinds, kept as data beside this file.</summary>
internal static class EmbeddedDefinitions
{
    private const string Prefix = "istio/";

    public static IReadOnlyList<JsonObject> Load()
    {
        var assembly = typeof(EmbeddedDefinitions).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];
    }

    private static JsonObject Read(string resource)
    {
        using var stream = typeof(EmbeddedDefinitions).Assembly.GetManifestResourceStream(resource)!;
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        var definition = KubeYaml.Read(buffer.ToArray())[0].Content as JsonObject ?? throw new InvalidOperationException($"{resource} is not an object");
        Share(definition);
        return definition;
    }

    /// <summary>The versions are names of one schema: what the first one says holds for all.</summary>
    private static void Share(JsonObject definition)
    {
        var versions = JsonAccess.Objects(definition.Object("spec")?.Array("versions")).ToArray();
        foreach (var version in versions.Skip(1))
            foreach (var part in new[] { "subresources", "additionalPrinterColumns", "schema" })
                version.Default(part, versions[0][part]!.DeepClone());
    }
}
