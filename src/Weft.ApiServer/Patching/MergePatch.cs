using System.Text.Json.Nodes;

namespace Weft.ApiServer.Patching;

/// <summary>RFC 7396.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var result = (JsonObject)target.DeepClone();
        Merge(result, patch);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                if (target[name] is not JsonObject present) target[name] = present = [];
                Merge(present, inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
