using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane.Injection;

/// <summary>A proxy's ProxyConfig: the one in force, with what the pod's annotation proxy.istio.io/config states in its place; the maps of proxyMetadata are joined.</summary>
internal static class ProxyConfigMerge
{
    private const string Metadata = "proxyMetadata";

    /// <summary>As JSON. An annotation that is no YAML mapping is passed on as it is: the agent says what is wrong with it.</summary>
    public static string Of(JsonObject result, string? annotation)
    {
        if (string.IsNullOrWhiteSpace(annotation))
        {
            return result.ToJsonString();
        }

        try
        {
            if (KubeYaml.Read(annotation) is not [{ Content: JsonObject own }])
            {
                return annotation;
            }

            foreach (var (name, value) in own)
            {
                result[name] = name == Metadata && result[Metadata] is JsonObject known && value is JsonObject added ? Join(known, added) : value?.DeepClone();
            }

            return result.ToJsonString();
        }
        catch (YamlFormatException)
        {
            return annotation;
        }
    }

    /// <summary>The variables that the agent's environment has by the configuration.</summary>
    public static IEnumerable<(string Name, string Value)> VariablesOf(string config) =>
        from variable in Read(config)?[Metadata] as JsonObject ?? []
        where variable.Value is JsonValue
        orderby variable.Key
        select (variable.Key, variable.Value.ToString());

    /// <summary>Null when the configuration names no kind of image.</summary>
    public static string? ImageTypeOf(string config) =>
        (Read(config)?["image"] as JsonObject)?["imageType"] is JsonValue value && value.TryGetValue<string>(out var type) && type.Length > 0 ? type : null;

    /// <summary>Null when the configuration names none.</summary>
    public static string? InterceptionModeOf(string config) => Read(config)?["interceptionMode"] is JsonValue value && value.TryGetValue<string>(out var mode) && mode.Length > 0 ? mode : null;

    private static JsonObject? Read(string config)
    {
        try
        {
            return KubeYaml.Read(config) is [{ Content: JsonObject read }] ? read : null;
        }
        catch (YamlFormatException)
        {
            return null;
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
