using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Json;

/// <summary>JSON merge patch (RFC 7386). Inputs are never changed.</summary>
public static class MergePatch
{
    /// <summary>The target after the patch: null removes a field, objects merge in place (fields keep their order), everything else replaces.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch) => patch is JsonObject changes ? Apply(target as JsonObject ?? [], changes) : patch?.DeepClone();

    /// <inheritdoc cref="Apply(JsonNode?, JsonNode?)"/>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var result = (JsonObject)target.DeepClone();
        Merge(result, patch);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, change) in patch)
        {
            if (change is null)
            {
                target.Remove(name);
            }
            else if (change is JsonObject inner)
            {
                if (target[name] is not JsonObject present)
                {
                    target[name] = present = [];
                }

                Merge(present, inner);
            }
            else
            {
                target[name] = change.DeepClone();
            }
        }
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
