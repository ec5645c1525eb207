using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>
/// How a workload's proxy is started: the mesh's defaultConfig, refined by the ProxyConfig of the root namespace, that of the workload's namespace, and the one
/// that selects the workload; of several at one level the oldest counts. Objects are joined field by field.
/// </summary>
public static class EffectiveProxyConfig
{
    /// <summary>As the ProxyConfig message's JSON; a new object each time. What the pod's annotation says is not in it.</summary>
    /// <param name="configs">Oldest first.</param>
    public static JsonObject For(MeshConfig mesh, IReadOnlyCollection<ProxyConfig> configs, string @namespace, ImmutableDictionary<string, string> labels)
    {
        var result = (JsonObject?)mesh.DefaultConfig?.DeepClone() ?? [];
        foreach (var level in Levels(mesh, configs, @namespace, labels).OfType<ProxyConfig>())
        {
            Join(result, Fields(level.Spec));
        }

        return result;
    }

    private static IEnumerable<ProxyConfig?> Levels(MeshConfig mesh, IReadOnlyCollection<ProxyConfig> configs, string @namespace, ImmutableDictionary<string, string> labels)
    {
        yield return configs.FirstOrDefault(config => config.Metadata.Namespace == mesh.RootNamespace && !config.Spec.Selector.IsStated());
        if (@namespace != mesh.RootNamespace)
        {
            yield return configs.FirstOrDefault(config => config.Metadata.Namespace == @namespace && !config.Spec.Selector.IsStated());
        }

        yield return configs.FirstOrDefault(config => config.Metadata.Namespace == @namespace && config.Spec.Selector.IsStated() && config.Spec.Selector.Selects(labels));
    }

    /// <summary>The fields of the object under the names they have in the ProxyConfig message.</summary>
    private static JsonObject Fields(ProxyConfigSpec spec)
    {
        var fields = new JsonObject();
        if (spec.Concurrency is { } threads)
        {
            fields["concurrency"] = threads;
        }

        if (spec.EnvironmentVariables.Count > 0)
        {
            fields["proxyMetadata"] = new JsonObject(spec.EnvironmentVariables
                .OrderBy(variable => variable.Key, StringComparer.Ordinal)
                .Select(variable => KeyValuePair.Create<string, JsonNode?>(variable.Key, variable.Value)));
        }

        if (spec.Image?.ImageType is { Length: > 0 } type)
        {
            fields["image"] = new JsonObject { ["imageType"] = type };
        }

        return fields;
    }

    private static void Join(JsonObject known, JsonObject stated)
    {
        foreach (var (name, value) in stated)
        {
            if (known[name] is JsonObject inner && value is JsonObject own)
            {
                Join(inner, own);
            }
            else
            {
                known[name] = value?.DeepClone();
            }
        }
    }
}
