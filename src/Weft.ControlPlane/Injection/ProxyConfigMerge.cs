using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane.Injection;

/// <summary>A proxy's ProxyConfig: the mesh's, with what the pod's annotation proxy.istio.io/config states in its place; the maps of proxyMetadata are joined.</summary>
internal static class ProxyConfigMerge
{
    private const string Metadata = "proxyMetadata";

    /// <summary>As JSON. An annotation that is no YAML mapping is passed on as it is: the agent says what is wrong with it.</summary>
    public static string Of(string mesh, string? annotation)
    {
        if (string.IsNullOrWhiteSpace(annotation))
        {
            return mesh;
        }

        try
        {
            if (JsonNode.Parse(mesh) is not JsonObject result || KubeYaml.Read(annotation) is not [{ Content: JsonObject own }])
            {
                return annotation;
            }

            foreach (var (name, value) in own)
            {
                result[name] = name == Metadata && result[Metadata] is JsonObject known && value is JsonObject added ? Join(known, added) : value?.DeepClone();
            }

            return result.ToJsonString();
        }
        catch (Exception error) when (error is JsonException or YamlFormatException)
        {
            return annotation;
        }
    }

    private static JsonObject Join(JsonObject known, JsonObject added)
    {
        var result = (JsonObject)known.DeepClone();
        foreach (var (name, value) in added)
        {
            result[name] = value?.DeepClone();
        }

        return result;
    }
}
