using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Injection;

/// <summary>What a pod's author states of the container istio-proxy wins over the template: lists of named things are joined by name, objects field by field.</summary>
internal static class ProxyOverrides
{
    private const string AutomaticImage = "auto";

    /// <summary>What tells the items of a list apart.</summary>
    private static readonly Dictionary<string, string> s_keys = new() { ["env"] = "name", ["ports"] = "containerPort", ["volumeMounts"] = "mountPath" };

    public static JsonObject Apply(JsonObject template, JsonObject stated)
    {
        var result = (JsonObject)template.DeepClone();
        foreach (var (name, value) in stated)
        {
            if (name == "image" && (value is null || (value is JsonValue text && text.TryGetValue<string>(out var image) && image is AutomaticImage or "")))
            {
                continue;
            }

            result[name] = (result[name], value) switch
            {
                (JsonArray known, JsonArray own) when s_keys.TryGetValue(name, out var key) => Join(known, own, key),
                (JsonObject known, JsonObject own) => Join(known, own),
                _ => value?.DeepClone(),
            };
        }

        return result;
    }

    private static JsonObject Join(JsonObject known, JsonObject stated)
    {
        var result = (JsonObject)known.DeepClone();
        foreach (var (name, value) in stated)
        {
            result[name] = result[name] is JsonObject inner && value is JsonObject own ? Join(inner, own) : value?.DeepClone();
        }

        return result;
    }

    private static JsonArray Join(JsonArray known, JsonArray stated, string key)
    {
        var kept = known.Where(item => !stated.Any(own => JsonNode.DeepEquals((own as JsonObject)?[key], (item as JsonObject)?[key])));
        return [.. kept.Concat(stated).Select(item => item?.DeepClone())];
    }
}
