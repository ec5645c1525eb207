using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Schemas.Cel;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of claims and volumes.</summary>
internal static class VolumeValidation
{
    private const string ClaimIsFixed = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    private static readonly string[] AccessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
    private static readonly string[] NoSources =
        ["capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "volumeMode", "nodeAffinity", "volumeAttributesClassName"];

    public static void Claim(JsonObject item, JsonObject? before, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        Modes(spec, "at least 1 access mode is required", errors);
        SelectorRules.Selector(spec.Object("selector"), "spec.selector", errors);
        var size = spec.Object("resources")?.Object("requests")?.Text("storage");
        if (size is null) errors.Add(FieldError.Required("spec.resources[storage]", ""));
        else if (CelQuantity.Parse(size) is { Value: <= 0 }) errors.Add(FieldError.Invalid("spec.resources[storage]", ObjectValidation.Quote(size), "must be greater than zero"));
        ClassName(spec, errors);
        if (before is not null) ClaimUpdate(spec, before, size, errors);
    }

    public static void Volume(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        Modes(spec, "", errors);
        var capacity = spec.Object("capacity") ?? [];
        if (capacity.Count == 0) errors.Add(FieldError.Required("spec.capacity", ""));
        else if (!capacity.ContainsKey("storage") || capacity.Count > 1) errors.Add(FieldError.NotSupported("spec.capacity", Encoding.UTF8.GetString(JsonText.Write(capacity)), ["storage"]));
        foreach (var (name, value) in capacity)
            if (CelQuantity.Parse(value?.ToString() ?? "") is { Value: <= 0 }) errors.Add(FieldError.Invalid($"spec.capacity[{name}]", ObjectValidation.Quote(value!.ToString()), "must be greater than zero"));
        var sources = spec.Select(p => p.Key).Except(NoSources).ToArray();
        if (sources.Length == 0) errors.Add(FieldError.Required("spec", "must specify a volume type"));
        foreach (var source in sources.Skip(1)) errors.Add(FieldError.Forbidden($"spec.{source}", "may not specify more than 1 volume type"));
        if (spec.Object("hostPath") is { } host && string.IsNullOrEmpty(host.Text("path"))) errors.Add(FieldError.Required("spec.hostPath.path", ""));
        ClassName(spec, errors);
    }

    private static void Modes(JsonObject spec, string missing, List<FieldError> errors)
    {
        var modes = (spec.Array("accessModes") ?? []).Select(m => m?.ToString() ?? "").ToArray();
        if (modes.Length == 0) errors.Add(FieldError.Required("spec.accessModes", missing));
        foreach (var mode in modes.Where(m => !AccessModes.Contains(m))) errors.Add(FieldError.NotSupported("spec.accessModes", ObjectValidation.Quote(mode), AccessModes));
        if (modes.Contains("ReadWriteOncePod") && modes.Distinct().Count() > 1) errors.Add(FieldError.Forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes"));
    }

    private static void ClassName(JsonObject spec, List<FieldError> errors)
    {
        foreach (var message in spec.Text("storageClassName") is { Length: > 0 } name ? LabelSyntax.Subdomain(name) : [])
            errors.Add(FieldError.Invalid("spec.storageClassName", ObjectValidation.Quote(spec.Text("storageClassName")!), message));
    }

    private static void ClaimUpdate(JsonObject spec, JsonObject before, string? size, List<FieldError> errors)
    {
        var (old, wanted) = ((before.Object("spec") ?? []).Clone(), spec.Clone());
        var isBound = before.TextAt("status", "phase") == "Bound";
        foreach (var each in new[] { old, wanted })
        {
            if (isBound) each.Object("resources")?.Remove("requests");
            if (isBound) each.Remove("volumeAttributesClassName");
            // A claim may get its volume and its class once.
            if (before.Object("spec")?["volumeName"] is null) each.Remove("volumeName");
            if (before.Object("spec")?["storageClassName"] is null) each.Remove("storageClassName");
        }

        if (!JsonNode.DeepEquals(old, wanted)) errors.Add(FieldError.Forbidden("spec", ClaimIsFixed));
        var had = before.TextAt("status", "capacity", "storage");
        if (isBound && CelQuantity.Parse(had) is { } present && CelQuantity.Parse(size ?? "") is { } asked && asked.Value < present.Value)
            errors.Add(FieldError.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
    }
}
