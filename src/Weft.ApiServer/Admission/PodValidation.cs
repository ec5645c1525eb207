using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of a pod's spec, wherever it stands.</summary>
internal static class PodValidation
{
    private const string Changeable =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private static readonly string[] RestartPolicies = ["Always", "OnFailure", "Never"];
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];

    public static void Spec(JsonObject spec, string path, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Containers(spec.Array("containers"), $"{path}.containers", names, errors);
        if (spec.Array("containers") is null or { Count: 0 }) errors.Add(FieldError.Required($"{path}.containers", ""));
        Containers(spec.Array("initContainers"), $"{path}.initContainers", names, errors);
        if (spec.Text("restartPolicy") is { } policy && !RestartPolicies.Contains(policy))
            errors.Add(FieldError.NotSupported($"{path}.restartPolicy", ObjectValidation.Quote(policy), RestartPolicies));
        Mounts(spec, path, errors);
        PodPartRules.Check(spec, path, errors);
    }

    /// <summary>A pod is what it is: only images, deadlines, added tolerations and the first node name may come later.</summary>
    public static void Update(JsonObject before, JsonObject after, List<FieldError> errors)
    {
        var (old, wanted) = (before.Clone(), after.Clone());
        foreach (var spec in new[] { old, wanted })
        {
            foreach (var field in new[] { "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates" }) spec.Remove(field);
            foreach (var list in new[] { "containers", "initContainers" })
                foreach (var container in JsonAccess.Objects(spec.Array(list))) container.Remove("image");
        }

        if (!JsonNode.DeepEquals(old, wanted)) errors.Add(FieldError.Forbidden("spec", Changeable));
    }

    /// <summary>What was brought into a running pod stays there as it came.</summary>
    public static void EphemeralContainers(JsonObject before, JsonObject after, List<FieldError> errors)
    {
        var taken = JsonAccess.Objects(after.Array("containers")).Concat(JsonAccess.Objects(after.Array("initContainers"))).Select(c => c.Text("name") ?? "").ToHashSet(StringComparer.Ordinal);
        Containers(after.Array("ephemeralContainers"), "spec.ephemeralContainers", taken, errors);
        var present = JsonAccess.Objects(after.Array("ephemeralContainers")).ToLookup(c => c.Text("name"));
        foreach (var old in JsonAccess.Objects(before.Array("ephemeralContainers")))
        {
            var now = present[old.Text("name")].FirstOrDefault();
            if (now is not null && JsonNode.DeepEquals(old, now)) continue;
            errors.Add(FieldError.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers {ObjectValidation.Quote(old.Text("name") ?? "")} may not be {(now is null ? "removed" : "changed")}\n"));
        }
    }

    /// <summary>Resources change in place only where the node can do it, and never so much that the pod's class changes.</summary>
    public static void Resize(JsonObject before, JsonObject after, List<FieldError> errors)
    {
        if (JsonNode.DeepEquals(before["spec"], after["spec"])) return;
        var quality = QualityOfService.Of(before.Object("spec") ?? []);
        if (quality != QualityOfService.Of(after.Object("spec") ?? [])) errors.Add(FieldError.Invalid("spec", ObjectValidation.Quote(quality), "Pod QOS Class may not change as a result of resizing"));
        errors.Add(FieldError.Forbidden("spec", "Pod running on node without support for resize"));
    }

    private static void Containers(JsonArray? containers, string path, HashSet<string> names, List<FieldError> errors)
    {
        for (var i = 0; i < (containers?.Count ?? 0); i++)
        {
            if (containers![i] is not JsonObject container) continue;
            Container(container, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", names, errors);
        }
    }

    private static void Container(JsonObject container, string at, HashSet<string> names, List<FieldError> errors)
    {
        var name = container.Text("name") ?? "";
        if (name.Length == 0) errors.Add(FieldError.Required($"{at}.name", ""));
        foreach (var message in name.Length == 0 ? [] : NameRules.Label(name)) errors.Add(FieldError.Invalid($"{at}.name", ObjectValidation.Quote(name), message));
        if (name.Length > 0 && !names.Add(name)) errors.Add(FieldError.Duplicate($"{at}.name", ObjectValidation.Quote(name)));
        if (string.IsNullOrEmpty(container.Text("image"))) errors.Add(FieldError.Required($"{at}.image", ""));
        if (container.Text("imagePullPolicy") is { } policy && !PullPolicies.Contains(policy))
            errors.Add(FieldError.NotSupported($"{at}.imagePullPolicy", ObjectValidation.Quote(policy), PullPolicies));
        Ports(container, at, errors);
        Environment(container, at, errors);
        Resources(container.Object("resources") ?? [], at, errors);
        ContainerRules.Check(container, at, errors);
    }

    private static void Environment(JsonObject container, string at, List<FieldError> errors)
    {
        var index = 0;
        foreach (var variable in JsonAccess.Objects(container.Array("env")))
        {
            var field = $"{at}.env[{(index++).ToString(CultureInfo.InvariantCulture)}].name";
            var name = variable.Text("name") ?? "";
            if (name.Length == 0) errors.Add(FieldError.Required(field, ""));
            else if (name.Any(c => c is < ' ' or > '~' or '=')) errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(name), "a valid environment variable name must consist only of printable ASCII characters other than '='"));
        }
    }

    private static void Resources(JsonObject resources, string at, List<FieldError> errors)
    {
        foreach (var (name, requested) in resources.Object("requests") ?? [])
        {
            if (resources.Object("limits")?.Text(name) is not { } limit || requested is null) continue;
            if (Schemas.Cel.CelQuantity.Parse(requested.ToString()) is not { } least || Schemas.Cel.CelQuantity.Parse(limit) is not { } most || least.Value <= most.Value) continue;
            errors.Add(FieldError.Invalid($"{at}.resources.requests", ObjectValidation.Quote(requested.ToString()), $"must be less than or equal to {name} limit of {limit}"));
        }
    }

    private static void Ports(JsonObject container, string at, List<FieldError> errors)
    {
        var index = 0;
        foreach (var port in JsonAccess.Objects(container.Array("ports")))
        {
            var field = $"{at}.ports[{(index++).ToString(CultureInfo.InvariantCulture)}]";
            var number = port.Number("containerPort");
            if (number is null or 0) errors.Add(FieldError.Required($"{field}.containerPort", ""));
            else if (number is < 1 or > 65535)
                errors.Add(FieldError.Invalid($"{field}.containerPort", number.Value.ToString(CultureInfo.InvariantCulture), "must be between 1 and 65535, inclusive"));
        }
    }

    private static void Mounts(JsonObject spec, string path, List<FieldError> errors)
    {
        var volumes = JsonAccess.Objects(spec.Array("volumes")).Select(v => v.Text("name")).ToHashSet();
        foreach (var list in new[] { "initContainers", "containers" })
        {
            var index = 0;
            foreach (var container in JsonAccess.Objects(spec.Array(list)))
            {
                var at = $"{path}.{list}[{(index++).ToString(CultureInfo.InvariantCulture)}]";
                var mount = 0;
                foreach (var entry in JsonAccess.Objects(container.Array("volumeMounts")))
                {
                    var field = $"{at}.volumeMounts[{(mount++).ToString(CultureInfo.InvariantCulture)}]";
                    if (!volumes.Contains(entry.Text("name")))
                        errors.Add(new FieldError($"{field}.name", "FieldValueNotFound", $"Not found: {ObjectValidation.Quote(entry.Text("name") ?? "")}"));
                }
            }
        }
    }
}
