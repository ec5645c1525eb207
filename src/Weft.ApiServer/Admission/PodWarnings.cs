using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>What is allowed in a pod, or in a template of pods, but hardly meant: told to the writer as Warning headers.</summary>
internal static class PodWarnings
{
    private static readonly Dictionary<string, string> DeprecatedLabels = new(StringComparer.Ordinal)
    {
        ["beta.kubernetes.io/arch"] = "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        ["beta.kubernetes.io/os"] = "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        ["failure-domain.beta.kubernetes.io/region"] = "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        ["failure-domain.beta.kubernetes.io/zone"] = "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        ["beta.kubernetes.io/instance-type"] = "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    };

    private static readonly Dictionary<string, string[]> Templates = new(StringComparer.Ordinal)
    {
        ["core/v1.Pod"] = [],
        ["core/v1.PodTemplate"] = ["template"],
        ["core/v1.ReplicationController"] = ["spec", "template"],
        ["apps/v1.Deployment"] = ["spec", "template"],
        ["apps/v1.ReplicaSet"] = ["spec", "template"],
        ["apps/v1.StatefulSet"] = ["spec", "template"],
        ["apps/v1.DaemonSet"] = ["spec", "template"],
        ["batch/v1.Job"] = ["spec", "template"],
        ["batch/v1.CronJob"] = ["spec", "jobTemplate", "spec", "template"],
    };

    public static IEnumerable<string> Of(ResourceDefinition resource, JsonObject item, JsonObject? before)
    {
        if (!Templates.TryGetValue(resource.TypeName, out var path) || Unchanged(item, before, path)) return [];
        var template = path.Length == 0 ? item : item.At(path) as JsonObject ?? [];
        var prefix = string.Concat(path.Select(p => p + "."));
        return HostName(resource, item).Concat(Spec(template.Object("spec") ?? [], prefix + "spec")).Concat(Annotations(template.Object("metadata") ?? [], prefix + "metadata"));
    }

    private static bool Unchanged(JsonObject item, JsonObject? before, string[] path) =>
        before is not null && (path.Length == 0 || JsonNode.DeepEquals(item.At(path), before.At(path)));

    private static IEnumerable<string> HostName(ResourceDefinition resource, JsonObject item)
    {
        var name = item.TextAt("metadata", "name");
        if (!name.Contains('.', StringComparison.Ordinal) && name.Length <= 63) yield break;
        var found = name.Contains('.', StringComparison.Ordinal) ? "must not contain dots" : "must be no more than 63 characters";
        if (resource.Kind == "Pod") yield return $"metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{found}]";
        else if (resource.Kind is "Deployment" or "ReplicaSet" or "StatefulSet" or "Job" or "CronJob") yield return $"metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [{found}]";
    }

    private static IEnumerable<string> Annotations(JsonObject metadata, string at)
    {
        foreach (var (name, _) in metadata.Object("annotations") ?? [])
        {
            if (name == "scheduler.alpha.kubernetes.io/critical-pod") yield return $"{at}.annotations[{name}]: non-functional in v1.16+; use the \"priorityClassName\" field instead";
            if (name == "seccomp.security.alpha.kubernetes.io/pod" || name.StartsWith("container.seccomp.security.alpha.kubernetes.io/", StringComparison.Ordinal))
                yield return $"{at}.annotations[{name}]: non-functional in v1.27+; use the \"seccompProfile\" field instead";
        }
    }

    private static IEnumerable<string> Spec(JsonObject spec, string at)
    {
        foreach (var (name, _) in spec.Object("nodeSelector") ?? [])
            if (DeprecatedLabels.TryGetValue(name, out var instead)) yield return $"{at}.nodeSelector[{name}]: {instead}";
        if (spec.Number("terminationGracePeriodSeconds") < 0) yield return $"{at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1";
        foreach (var (list, index, secret) in Items(spec, "imagePullSecrets"))
            if (string.IsNullOrEmpty(secret.Text("name"))) yield return $"{at}.{list}[{index}].name: invalid empty name \"\"";
        foreach (var list in new[] { "initContainers", "containers" })
            foreach (var (_, index, container) in Items(spec, list))
                foreach (var warning in Container(container, $"{at}.{list}[{index}]")) yield return warning;
    }

    private static IEnumerable<string> Container(JsonObject container, string at)
    {
        foreach (var part in new[] { "limits", "requests" })
            foreach (var name in new[] { "memory", "ephemeral-storage" })
                if (container.Object("resources")?.Object(part)?.Text(name) is { } amount && amount.EndsWith('m'))
                    yield return $"{at}.resources.{part}[{name}]: fractional byte value \"{amount}\" is invalid, must be an integer";
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (_, index, variable) in Items(container, "env"))
        {
            var name = variable.Text("name") ?? "";
            if (!names.TryAdd(name, variable.Text("value") ?? "")) yield return $"{at}.env[{index}]: hides previous definition of \"{name}\", which may be dropped when using apply";
        }

        var ports = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (_, index, port) in Items(container, "ports"))
        {
            var number = $"{port.Number("containerPort")}/{port.Text("protocol")}";
            if (!ports.TryAdd(number, index)) yield return $"{at}.ports[{index}]: duplicate port definition with {at}.ports[{ports[number]}]";
        }
    }

    private static IEnumerable<(string List, string Index, JsonObject Item)> Items(JsonObject parent, string list)
    {
        var index = 0;
        foreach (var item in JsonAccess.Objects(parent.Array(list))) yield return (list, (index++).ToString(CultureInfo.InvariantCulture), item);
    }
}
