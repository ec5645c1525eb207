using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Json;

/// <summary>JSON merge patch (RFC 7386). Inputs are never changed.</summary>
public static class MergePatch
{
    /// <summary>The target after the patch: null removes a field, objects merge, everything else replaces.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = new JsonObject();
        if (target is JsonObject before)
        {
            foreach (var (name, value) in before.Where(field => !changes.ContainsKey(field.Key)))
            {
                result[name] = value?.DeepClone();
            }
        }

        foreach (var (name, change) in changes.Where(field => field.Value is not null))
        {
            result[name] = Apply((target as JsonObject)?[name], change);
        }

        return result;
    }

    /// <summary>The patch that leads from one object to another; empty when they are equal.</summary>
    public static JsonObject Between(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in before.Where(field => !after.ContainsKey(field.Key)))
        {
            patch[name] = null;
        }

        foreach (var (name, value) in after)
        {
            if (value is JsonObject to && before[name] is JsonObject from)
            {
                var inner = Between(from, to);
                if (inner.Count > 0)
                {
                    patch[name] = inner;
                }
            }
            else if (!before.ContainsKey(name) || !JsonNode.DeepEquals(before[name], value))
            {
                patch[name] = value?.DeepClone();
            }
        }

        return patch;
    }
}
