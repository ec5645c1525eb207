using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of a pod's spec, wherever it stands.</summary>
internal static class PodValidation
{
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

        if (old.Text("nodeName") is null) wanted.Remove("nodeName");
        if (JsonNode.DeepEquals(old, wanted)) return;
        errors.Add(FieldError.Forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"));
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
        else if (!names.Add(name)) errors.Add(FieldError.Duplicate($"{at}.name", ObjectValidation.Quote(name)));
        else
            foreach (var message in NameRules.Label(name)) errors.Add(FieldError.Invalid($"{at}.name", ObjectValidation.Quote(name), message));
        if (string.IsNullOrEmpty(container.Text("image"))) errors.Add(FieldError.Required($"{at}.image", ""));
        if (container.Text("imagePullPolicy") is { } policy && !PullPolicies.Contains(policy))
            errors.Add(FieldError.NotSupported($"{at}.imagePullPolicy", ObjectValidation.Quote(policy), PullPolicies));
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
