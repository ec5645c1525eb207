using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>The table cells of the built-in kinds, in the order of their columns.</summary>
internal static class BuiltInCells
{
    private const string None = "<none>";

    public static IEnumerable<JsonNode?> For(ResourceDefinition resource, JsonObject item, DateTimeOffset now)
    {
        var name = item.TextAt("metadata", "name");
        var age = Age.Since(item.TextAt("metadata", "creationTimestamp"), now);
        return resource.TypeName switch
        {
            "core/v1.ConfigMap" => [name, Count(item["data"]) + Count(item["binaryData"]), age],
            "core/v1.Secret" => [name, item.Text("type"), Count(item["data"]), age],
            "core/v1.ServiceAccount" => [name, age],
            "core/v1.Namespace" => [name, item.TextAt("status", "phase"), age],
            "core/v1.Node" => NodeCells(item, name, age),
            "core/v1.Pod" => PodCells.For(item, name, age, now),
            "core/v1.Service" => ServiceCells(item, name, age),
            "core/v1.Endpoints" => [name, EndpointsText(item), age],
            "core/v1.Event" or "events/v1.Event" => EventCells(item, name, now),
            "apps/v1.Deployment" => DeploymentCells(item, name, age),
            "apps/v1.ReplicaSet" => ReplicaSetCells(item, name, age),
            "apps/v1.StatefulSet" => StatefulSetCells(item, name, age),
            "apps/v1.DaemonSet" => DaemonSetCells(item, name, age),
            "apps/v1.ControllerRevision" => [name, Owner(item), item.Number("revision"), age],
            "batch/v1.Job" => JobCells(item, name, age, now),
            "batch/v1.CronJob" => CronJobCells(item, name, age, now),
            "core/v1.PersistentVolume" => VolumeCells.Volume(item, name, age),
            "core/v1.PersistentVolumeClaim" => VolumeCells.Claim(item, name, age),
            "storage/v1.StorageClass" => VolumeCells.Class(item, name, age),
            "core/v1.PodTemplate" => [name, Containers(item, "name", "template"), Containers(item, "image", "template"), Labels(item.At("template", "metadata", "labels") as JsonObject)],
            "core/v1.ReplicationController" => ControllerCells(item, name, age),
            "core/v1.ResourceQuota" => [name, QuotaCells.Requests(item), QuotaCells.Limits(item), age],
            "networking/v1.NetworkPolicy" => [name, Selector(item.At("spec", "podSelector")), age],
            "scheduling/v1.PriorityClass" => [name, item.Number("value") ?? 0, item.Flag("globalDefault") ?? false, age, item.Text("preemptionPolicy")],
            "discovery/v1.EndpointSlice" => SliceCells(item, name, age),
            "coordination/v1.Lease" => [name, item.TextAt("spec", "holderIdentity"), age],
            "crd" => [name, item.TextAt("metadata", "creationTimestamp")],
            "rbac/v1.Role" or "rbac/v1.ClusterRole" => [name, item.TextAt("metadata", "creationTimestamp")],
            "rbac/v1.RoleBinding" or "rbac/v1.ClusterRoleBinding" => BindingCells(item, name, age),
            "autoscaling/v1.HorizontalPodAutoscaler" => AutoscalerCells.For(StorageForm.ToStored(resource, item.Clone()), name, age),
            "autoscaling/v2.HorizontalPodAutoscaler" => AutoscalerCells.For(item, name, age),
            "policy/v1.PodDisruptionBudget" => [name, item.At("spec", "minAvailable")?.ToString() ?? "N/A", item.At("spec", "maxUnavailable")?.ToString() ?? "N/A", item.Object("status")?.Number("disruptionsAllowed") ?? 0, age],
            "networking/v1.Ingress" => [name, item.TextAt("spec", "ingressClassName") is { Length: > 0 } c ? c : None, IngressHosts(item), "", item.Object("spec")?.Array("tls") is { Count: > 0 } ? "80, 443" : "80", age],
            "networking/v1.IngressClass" => [name, item.TextAt("spec", "controller"), item.TextAt("spec", "parameters", "name") is { Length: > 0 } p ? p : None, age],
            _ => ClusterCells.For(resource, item, name, age) ?? [name, item.TextAt("metadata", "creationTimestamp")],
        };
    }

    /// <summary>Finished pods are marked, so that kubectl can dim them.</summary>
    public static JsonArray? Conditions(ResourceDefinition resource, JsonObject item)
    {
        var phase = item.TextAt("status", "phase");
        if (resource.TypeName != "core/v1.Pod" || phase is not ("Succeeded" or "Failed")) return null;
        return [new JsonObject { ["type"] = "Completed", ["status"] = "True", ["reason"] = phase, ["message"] = phase == "Succeeded" ? "The pod has completed successfully." : "The pod failed." }];
    }

    public static string Selector(JsonNode? selector)
    {
        if (selector is not JsonObject { Count: > 0 } map) return None;
        var parts = (map.Object("matchLabels") ?? []).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}").ToList();
        foreach (var expression in JsonAccess.Objects(map.Array("matchExpressions")))
        {
            var values = string.Join(',', (expression.Array("values") ?? []).Select(v => v?.ToString()));
            parts.Add(expression.Text("operator") switch
            {
                "In" => $"{expression.Text("key")} in ({values})",
                "NotIn" => $"{expression.Text("key")} notin ({values})",
                "DoesNotExist" => $"!{expression.Text("key")}",
                _ => expression.Text("key") ?? "",
            });
        }

        return parts.Count == 0 ? None : string.Join(',', parts);
    }

    private static int Count(JsonNode? map) => (map as JsonObject)?.Count ?? 0;

    private static string Containers(JsonObject item, string field, params ReadOnlySpan<string> template)
    {
        var spec = item.At(template.Length == 0 ? ["spec", "template"] : template)?["spec"]?["containers"] as JsonArray;
        return string.Join(',', JsonAccess.Objects(spec).Select(c => c.Text(field)));
    }

    private static string Labels(JsonObject? labels) =>
        labels is { Count: > 0 } ? string.Join(',', labels.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}")) : None;

    private static JsonNode?[] ControllerCells(JsonObject item, string name, string age) =>
    [
        name, item.Object("spec")?.Number("replicas") ?? 1, item.Object("status")?.Number("replicas") ?? 0, item.Object("status")?.Number("readyReplicas") ?? 0, age,
        Containers(item, "name"), Containers(item, "image"), Labels(item.At("spec", "selector") as JsonObject),
    ];

    private static JsonNode?[] CronJobCells(JsonObject item, string name, string age, DateTimeOffset now)
    {
        var spec = item.Object("spec") ?? [];
        var last = item.Object("status")?.Text("lastScheduleTime");
        return
        [
            name, spec.Text("schedule"), spec.Text("timeZone") ?? None, spec.Flag("suspend") ?? false, item.Object("status")?.Array("active")?.Count ?? 0,
            last is null ? None : Age.Since(last, now), age, Containers(item, "name", "spec", "jobTemplate", "spec", "template"),
            Containers(item, "image", "spec", "jobTemplate", "spec", "template"), Selector(item.At("spec", "jobTemplate", "spec", "selector")),
        ];
    }

    private static JsonNode?[] DeploymentCells(JsonObject item, string name, string age)
    {
        var status = item.Object("status") ?? [];
        return
        [
            name, $"{status.Number("readyReplicas") ?? 0}/{item.Object("spec")?.Number("replicas") ?? 1}", status.Number("updatedReplicas") ?? 0, status.Number("availableReplicas") ?? 0, age,
            Containers(item, "name"), Containers(item, "image"), Selector(item.At("spec", "selector")),
        ];
    }

    private static JsonNode?[] ReplicaSetCells(JsonObject item, string name, string age) =>
    [
        name, item.Object("spec")?.Number("replicas") ?? 1, item.Object("status")?.Number("replicas") ?? 0, item.Object("status")?.Number("readyReplicas") ?? 0, age,
        Containers(item, "name"), Containers(item, "image"), Selector(item.At("spec", "selector")),
    ];

    private static JsonNode?[] StatefulSetCells(JsonObject item, string name, string age) =>
    [
        name, $"{item.Object("status")?.Number("readyReplicas") ?? 0}/{item.Object("spec")?.Number("replicas") ?? 1}", age, Containers(item, "name"), Containers(item, "image"),
    ];

    private static JsonNode?[] DaemonSetCells(JsonObject item, string name, string age)
    {
        var status = item.Object("status") ?? [];
        var nodes = item.At("spec", "template", "spec", "nodeSelector") is JsonObject { Count: > 0 } selector ? string.Join(',', selector.Select(p => $"{p.Key}={p.Value}")) : None;
        return
        [
            name, status.Number("desiredNumberScheduled") ?? 0, status.Number("currentNumberScheduled") ?? 0, status.Number("numberReady") ?? 0, status.Number("updatedNumberScheduled") ?? 0,
            status.Number("numberAvailable") ?? 0, nodes, age, Containers(item, "name"), Containers(item, "image"), Selector(item.At("spec", "selector")),
        ];
    }

    private static JsonNode?[] JobCells(JsonObject item, string name, string age, DateTimeOffset now)
    {
        var status = item.Object("status") ?? [];
        string Condition(string type) => JsonAccess.Objects(status.Array("conditions")).FirstOrDefault(c => c.Text("type") == type)?.Text("status") ?? "";
        var state = Condition("Complete") == "True" ? "Complete"
            : Condition("Failed") == "True" ? "Failed"
            : item.TextAt("metadata", "deletionTimestamp").Length > 0 ? "Terminating"
            : Condition("Suspended") == "True" ? "Suspended" : "Running";
        var started = status.Text("startTime");
        var duration = started is null ? "" : status.Text("completionTime") is { } ended
            ? Age.Since(started, DateTimeOffset.Parse(ended, CultureInfo.InvariantCulture))
            : Age.Since(started, now);
        return
        [
            name, state, $"{status.Number("succeeded") ?? 0}/{item.Object("spec")?.Number("completions") ?? 1}", duration, age,
            Containers(item, "name"), Containers(item, "image"), Selector(item.At("spec", "selector")),
        ];
    }

    private static JsonNode?[] ServiceCells(JsonObject item, string name, string age)
    {
        var spec = item.Object("spec") ?? [];
        var type = spec.Text("type") ?? "ClusterIP";
        var external = type switch
        {
            "ExternalName" => spec.Text("externalName") ?? "",
            "LoadBalancer" => string.Join(',', JsonAccess.Objects(item.Object("status")?.Object("loadBalancer")?.Array("ingress")).Select(i => i.Text("ip") ?? i.Text("hostname"))) is { Length: > 0 } ips ? ips : "<pending>",
            _ => spec.Array("externalIPs") is { Count: > 0 } given ? string.Join(',', given.Select(i => i?.ToString())) : None,
        };
        var ports = string.Join(',', JsonAccess.Objects(spec.Array("ports")).Select(p =>
            p.Number("nodePort") is { } node and > 0 ? $"{p.Number("port")}:{node}/{p.Text("protocol")}" : $"{p.Number("port")}/{p.Text("protocol")}"));
        var selector = spec.Object("selector") is { Count: > 0 } labels ? string.Join(',', labels.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}")) : None;
        return [name, type, spec.Text("clusterIP") ?? None, external, ports.Length > 0 ? ports : None, age, selector];
    }

    private static string EndpointsText(JsonObject item)
    {
        var parts = new List<string>();
        foreach (var subset in JsonAccess.Objects(item.Array("subsets")))
        {
            var ports = JsonAccess.Objects(subset.Array("ports")).Select(p => p.Number("port")?.ToString(CultureInfo.InvariantCulture)).ToArray();
            var addresses = JsonAccess.Objects(subset.Array("addresses")).Select(a => a.Text("ip"));
            parts.AddRange(ports.Length == 0 ? addresses.Select(a => a ?? "") : ports.SelectMany(p => JsonAccess.Objects(subset.Array("addresses")).Select(a => $"{a.Text("ip")}:{p}")));
        }

        if (parts.Count == 0) return None;
        return parts.Count > 3 ? $"{string.Join(',', parts.Take(3))} + {parts.Count - 3} more..." : string.Join(',', parts);
    }

    private static JsonNode?[] SliceCells(JsonObject item, string name, string age)
    {
        var ports = JsonAccess.Objects(item.Array("ports")).Select(p => p.Number("port")?.ToString(CultureInfo.InvariantCulture) ?? "*").ToArray();
        var addresses = JsonAccess.Objects(item.Array("endpoints")).SelectMany(e => (e.Array("addresses") ?? []).Select(a => a?.ToString() ?? "")).ToArray();
        return [name, item.Text("addressType"), Short(ports, "<unset>"), Short(addresses, "<unset>"), age];
    }

    private static string Short(string[] values, string empty) =>
        values.Length == 0 ? empty : values.Length > 3 ? $"{string.Join(',', values.Take(3))} + {values.Length - 3} more..." : string.Join(',', values);

    private static JsonNode?[] EventCells(JsonObject item, string name, DateTimeOffset now)
    {
        var about = item.Object("involvedObject") ?? item.Object("regarding") ?? [];
        var first = First(item.Text("firstTimestamp"), item.Text("deprecatedFirstTimestamp"), item.Text("eventTime"), item.TextAt("metadata", "creationTimestamp"));
        var last = First(item.TextAt("series", "lastObservedTime"), item.Text("lastTimestamp"), item.Text("deprecatedLastTimestamp"), first);
        var source = item.Object("source") ?? item.Object("deprecatedSource");
        var component = First(source?.Text("component"), item.Text("reportingComponent"), item.Text("reportingController"));
        var host = First(source?.Text("host"), item.Text("reportingInstance"));
        return
        [
            Age.Since(last, now), item.Text("type"), item.Text("reason"), $"{(about.Text("kind") ?? "").ToLowerInvariant()}/{about.Text("name")}", about.Text("fieldPath") ?? "",
            host.Length > 0 ? $"{component}, {host}" : component, (First(item.Text("message"), item.Text("note"))).Trim(), Age.Since(first, now),
            item.Object("series")?.Number("count") ?? item.Number("count") ?? item.Number("deprecatedCount") ?? 1, name,
        ];
    }

    private static string First(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
            if (!string.IsNullOrEmpty(value)) return value;
        return "";
    }

    private static JsonNode?[] NodeCells(JsonObject item, string name, string age)
    {
        var status = item.Object("status") ?? [];
        var ready = JsonAccess.Objects(status.Array("conditions")).FirstOrDefault(c => c.Text("type") == "Ready")?.Text("status");
        var state = ready == "True" ? "Ready" : ready is null ? "Unknown" : "NotReady";
        if (item.Object("spec")?.Flag("unschedulable") == true) state += ",SchedulingDisabled";
        const string prefix = "node-role.kubernetes.io/";
        var roles = (item.Object("metadata")?.Object("labels") ?? []).Where(l => l.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l.Key[prefix.Length..]).Where(r => r.Length > 0).Order().ToArray();
        string Address(string type) => JsonAccess.Objects(status.Array("addresses")).FirstOrDefault(a => a.Text("type") == type)?.Text("address") ?? None;
        var system = status.Object("nodeInfo") ?? [];
        return
        [
            name, state, roles.Length > 0 ? string.Join(',', roles) : None, age, system.Text("kubeletVersion") ?? "", Address("InternalIP"), Address("ExternalIP"),
            system.Text("osImage") ?? "<unknown>", system.Text("kernelVersion") is { } kernel ? $"{kernel}{(system.Text("architecture") is { Length: > 0 } a ? $" ({a})" : "")}" : "<unknown>", system.Text("containerRuntimeVersion") ?? "<unknown>",
        ];
    }

    private static JsonNode?[] BindingCells(JsonObject item, string name, string age)
    {
        string Subjects(string kind) => string.Join(", ", JsonAccess.Objects(item.Array("subjects")).Where(s => s.Text("kind") == kind)
            .Select(s => kind == "ServiceAccount" ? $"{s.Text("namespace")}/{s.Text("name")}" : s.Text("name")));
        return [name, $"{item.TextAt("roleRef", "kind")}/{item.TextAt("roleRef", "name")}", age, Subjects("User"), Subjects("Group"), Subjects("ServiceAccount")];
    }

    private static string Owner(JsonObject item)
    {
        var owner = JsonAccess.Objects(item.Object("metadata")?.Array("ownerReferences")).FirstOrDefault(o => o.Flag("controller") == true);
        if (owner is null) return None;
        var group = owner.Text("apiVersion") is { } v && v.Contains('/', StringComparison.Ordinal) ? "." + v[..v.IndexOf('/', StringComparison.Ordinal)] : "";
        return $"{(owner.Text("kind") ?? "").ToLowerInvariant()}{group}/{owner.Text("name")}";
    }

    private static string IngressHosts(JsonObject item)
    {
        var hosts = JsonAccess.Objects(item.Object("spec")?.Array("rules")).Select(r => r.Text("host") ?? "").Where(h => h.Length > 0).ToArray();
        return hosts.Length == 0 ? "*" : string.Join(',', hosts);
    }
}
