using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>What may be written through the subresources of a pod: everything else stays as it is.</summary>
internal static class PodParts
{
    public static JsonObject WithEphemeralContainers(JsonObject before, JsonObject wanted)
    {
        var item = before.Clone();
        if (wanted.Object("spec")?["ephemeralContainers"] is { } containers) item.Ensure("spec")["ephemeralContainers"] = containers.DeepClone();
        else item.Ensure("spec").Remove("ephemeralContainers");
        return item;
    }

    public static JsonObject WithResources(JsonObject before, JsonObject wanted)
    {
        var item = before.Clone();
        foreach (var list in new[] { "containers", "initContainers" })
        {
            var given = JsonAccess.Objects(wanted.Object("spec")?.Array(list)).ToLookup(c => c.Text("name"));
            foreach (var container in JsonAccess.Objects(item.Object("spec")?.Array(list)))
                if (given[container.Text("name")].FirstOrDefault()?["resources"] is { } resources) container["resources"] = resources.DeepClone();
        }

        return item;
    }
}
