using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>What an object takes of the quotas of its namespace, by the names that a quota's <c>hard</c> has. Pure.</summary>
internal static class QuotaUsage
{
    private static readonly string[] Counted = ["pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims"];
    private static readonly string[] Computed = ["cpu", "memory", "ephemeral-storage"];

    /// <summary>The resources whose objects a quota with such names counts, by their keys in the store.</summary>
    public static IEnumerable<string> StorageKeysOf(string hard) =>
        hard.StartsWith("count/", StringComparison.Ordinal) ? [StorageKeyOf(hard["count/".Length..])]
        : hard.StartsWith("services", StringComparison.Ordinal) ? ["services"]
        : hard is "persistentvolumeclaims" or "requests.storage" ? ["persistentvolumeclaims"]
        : Counted.Contains(hard) ? [hard]
        : ["pods"];

    public static Dictionary<string, decimal> Of(string storageKey, JsonObject item)
    {
        var usage = new Dictionary<string, decimal>(StringComparer.Ordinal) { [$"count/{CountedNameOf(storageKey)}"] = 1 };
        if (storageKey == "pods") OfPod(item, usage);
        else if (Counted.Contains(storageKey)) usage[storageKey] = 1;
        if (storageKey == "services") OfService(item.Object("spec") ?? [], usage);
        if (storageKey == "persistentvolumeclaims" && Amounts.Read(item.Object("spec")?.Object("resources")?.Object("requests")).TryGetValue("storage", out var storage)) usage["requests.storage"] = storage;
        return usage;
    }

    /// <summary>The quota's scopes are about this object; only pods have any.</summary>
    public static bool IsInScope(JsonObject quota, string storageKey, JsonObject item)
    {
        var spec = quota.Object("spec") ?? [];
        var scopes = (spec.Array("scopes") ?? []).Select(scope => (Name: scope?.ToString() ?? "", Operator: "Exists", Values: new JsonArray()))
            .Concat(JsonAccess.Objects(spec.Object("scopeSelector")?.Array("matchExpressions")).Select(e => (e.Text("scopeName") ?? "", e.Text("operator") ?? "", e.Array("values") ?? [])));
        return scopes.All(scope => storageKey == "pods" && Matches(scope.Item1, scope.Item2, scope.Item3, item.Object("spec") ?? []));
    }

    private static bool Matches(string scope, string @operator, JsonArray values, JsonObject pod)
    {
        var isTerminating = pod.Number("activeDeadlineSeconds") is >= 0;
        var isBestEffort = QualityOfService.Of(pod) == "BestEffort";
        var priority = pod.Text("priorityClassName") ?? "";
        return scope switch
        {
            "Terminating" => isTerminating,
            "NotTerminating" => !isTerminating,
            "BestEffort" => isBestEffort,
            "NotBestEffort" => !isBestEffort,
            "PriorityClass" => @operator switch
            {
                "In" => values.Any(value => value?.ToString() == priority),
                "NotIn" => values.All(value => value?.ToString() != priority),
                "DoesNotExist" => priority.Length == 0,
                _ => priority.Length > 0,
            },
            _ => false,
        };
    }

    /// <summary>A pod that has ended takes nothing but its place among the objects.</summary>
    private static void OfPod(JsonObject pod, Dictionary<string, decimal> usage)
    {
        if (pod.TextAt("status", "phase") is "Succeeded" or "Failed") return;
        usage["pods"] = 1;
        var (requests, limits) = (PodAmounts.Of(pod, "requests"), PodAmounts.Of(pod, "limits"));
        foreach (var name in Computed)
        {
            if (requests.TryGetValue(name, out var request)) usage[name] = usage[$"requests.{name}"] = request;
            if (limits.TryGetValue(name, out var limit)) usage[$"limits.{name}"] = limit;
        }
    }

    private static void OfService(JsonObject spec, Dictionary<string, decimal> usage)
    {
        var type = spec.Text("type");
        if (type is "NodePort" or "LoadBalancer" && spec.Flag("allocateLoadBalancerNodePorts") != false) usage["services.nodeports"] = spec.Array("ports")?.Count ?? 0;
        if (type == "LoadBalancer") usage["services.loadbalancers"] = 1;
    }

    /// <summary>The store names `apps/deployments` what a quota names `deployments.apps`.</summary>
    private static string CountedNameOf(string storageKey) => storageKey.Split('/') is [var group, var plural] ? $"{plural}.{group}" : storageKey;

    private static string StorageKeyOf(string counted) => counted.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? $"{counted[(dot + 1)..]}/{counted[..dot]}" : counted;
}
