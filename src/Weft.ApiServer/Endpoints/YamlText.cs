using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Endpoints;

/// <summary>YAML bodies as JSON nodes: the first document. JSON is YAML too, and is what kubectl sends under the YAML media types.</summary>
internal static class YamlText
{
    /// <summary>With <paramref name="duplicates"/>, keys that stand twice are noted there, and the last wins.</summary>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, List<string>? duplicates = null)
    {
        var documents = KubeYaml.Read(utf8, duplicates: duplicates);
        return documents.IsEmpty ? null : documents[0].Content;
    }
}
