using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>The table cells of volumes, claims and storage classes.</summary>
internal static class VolumeCells
{
    private const string Unset = "<unset>";

    private static readonly Dictionary<string, string> ShortModes = new(StringComparer.Ordinal)
    {
        ["ReadWriteOnce"] = "RWO", ["ReadOnlyMany"] = "ROX", ["ReadWriteMany"] = "RWX", ["ReadWriteOncePod"] = "RWOP",
    };

    public static JsonNode?[] Volume(JsonObject item, string name, string age)
    {
        var spec = item.Object("spec") ?? [];
        var claim = spec.Object("claimRef");
        return
        [
            name, spec.Object("capacity")?.Text("storage") ?? "", Modes(spec.Array("accessModes")), spec.Text("persistentVolumeReclaimPolicy") ?? "", State(item),
            claim is null ? "" : $"{claim.Text("namespace")}/{claim.Text("name")}", spec.Text("storageClassName") ?? "", spec.Text("volumeAttributesClassName") ?? Unset,
            item.TextAt("status", "reason"), age, spec.Text("volumeMode") ?? Unset,
        ];
    }

    public static JsonNode?[] Claim(JsonObject item, string name, string age)
    {
        var spec = item.Object("spec") ?? [];
        var bound = !string.IsNullOrEmpty(spec.Text("volumeName"));
        return
        [
            name, State(item), spec.Text("volumeName") ?? "", bound ? item.TextAt("status", "capacity", "storage") : "", bound ? Modes(item.Object("status")?.Array("accessModes")) : "",
            spec.Text("storageClassName") ?? "", spec.Text("volumeAttributesClassName") ?? Unset, age, spec.Text("volumeMode") ?? Unset,
        ];
    }

    public static JsonNode?[] Class(JsonObject item, string name, string age)
    {
        var isDefault = item.Object("metadata")?.Object("annotations")?.Text("storageclass.kubernetes.io/is-default-class") == "true";
        return [isDefault ? name + " (default)" : name, item.Text("provisioner"), item.Text("reclaimPolicy") ?? "Delete", item.Text("volumeBindingMode") ?? Unset, item.Flag("allowVolumeExpansion") == true ? "true" : "false", age];
    }

    private static string State(JsonObject item) =>
        item.TextAt("metadata", "deletionTimestamp").Length > 0 ? "Terminating" : item.TextAt("status", "phase");

    private static string Modes(JsonArray? modes) => string.Join(',', (modes ?? []).Select(m => ShortModes.GetValueOrDefault(m?.ToString() ?? "", m?.ToString() ?? "")));
}
