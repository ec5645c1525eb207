using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Weft.Runtime.RecordedStories;

/// <summary>
/// Takes out of an answer what differs between two runs, and between the recorded cluster's fake kubelets and a node that runs pods: identities, times,
/// addresses, hashes, what only the kubelet says of pods.
/// </summary>
internal static partial class ControllerStoryText
{
    private static readonly string[] Dropped = ["uid", "resourceVersion", "time", "description", "clusterIP", "clusterIPs", "remainingItemCount", "ca.crt", "kubernetes.io/description"];
    private static readonly string[] Recorded = ["default-scheduler", "replicaset-controller", "deployment-controller"];
    private static readonly string[] KubeletManagers = ["kwok", "kubelet"];

    /// <summary>The answer to a change is given before the controllers have seen it: its status is of no moment in particular.</summary>
    public static JsonNode? Normalize(JsonNode? node, bool isChange)
    {
        var result = Plain(node, "");
        if (isChange && result is JsonObject changed) changed.Remove("status");
        if (isChange && result?["metadata"] is JsonObject metadata) metadata.Remove("managedFields");
        return result;
    }

    private static JsonNode? Plain(JsonNode? node, string name) => node switch
    {
        JsonObject map => Object(map, name),
        JsonArray list => new JsonArray([.. list.Where(Counts).Select(i => Plain(i, name)).OrderBy(i => name is "items" or "rows" or "managedFields" or "endpoints" or "addresses" ? i?.ToJsonString() ?? "" : "", StringComparer.Ordinal)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => name == "pod-template-hash" ? "HASH" : Text(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    private static JsonObject Object(JsonObject map, string name)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
            if (!Dropped.Contains(key)) result[Text(key)] = Plain(value, key);
        // How often a slice was written until all pods were ready is chance.
        if (map["addressType"] is not null) (result["metadata"] as JsonObject)?.Remove("generation");
        if (name == "status" && map["phase"] is not null && map["qosClass"] is not null) return new JsonObject { ["phase"] = map["phase"]!.DeepClone() };
        return result;
    }

    /// <summary>Of events and managers, those whose like both clusters have.</summary>
    private static bool Counts(JsonNode? item) => item switch
    {
        JsonObject map when map["manager"] is { } manager => !KubeletManagers.Contains(manager.ToString()),
        JsonObject map when map["involvedObject"] is not null => Recorded.Contains(map["reportingComponent"]?.ToString()),
        JsonObject map when map["cells"] is JsonArray { Count: 10 } cells => Recorded.Any(c => cells[5]!.ToString().StartsWith(c, StringComparison.Ordinal)),
        _ => true,
    };

    private static string Text(string text)
    {
        text = Uid.Replace(text, "UID");
        text = EventName.Replace(text, ".EVENT");
        text = HashLabel.Replace(text, "pod-template-hash=HASH");
        text = Pod.Replace(text, "web-HASH-POD");
        text = ReplicaSet.Replace(text, "web-HASH");
        text = Generated.Replace(text, "$1-GEN");
        text = Time.Replace(text, "TIME");
        text = Address.Replace(text, "IP");
        text = Node.Replace(text, "NODE");
        text = Scheduler.Replace(text, "default-scheduler-HOST");
        return AgeText.Replace(text, "AGE");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid { get; }

    [GeneratedRegex(@"\.[0-9a-f]{15,17}$")]
    private static partial Regex EventName { get; }

    [GeneratedRegex("pod-template-hash=[0-9a-z]+")]
    private static partial Regex HashLabel { get; }

    [GeneratedRegex("web-[0-9a-z]{8,10}-[0-9a-z]{5}")]
    private static partial Regex Pod { get; }

    [GeneratedRegex("web-[0-9a-z]{8,10}\\b")]
    private static partial Regex ReplicaSet { get; }

    [GeneratedRegex(@"\b(web|kube-api-access)-[0-9a-z]{5}$")]
    private static partial Regex Generated { get; }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time { get; }

    [GeneratedRegex(@"\b(10|127)\.\d+\.\d+\.\d+\b")]
    private static partial Regex Address { get; }

    [GeneratedRegex("node-[ab]")]
    private static partial Regex Node { get; }

    [GeneratedRegex(@"default-scheduler-[\w.-]+")]
    private static partial Regex Scheduler { get; }

    [GeneratedRegex(@"^\d+(m\d+s|s|m|d|h)$")]
    private static partial Regex AgeText { get; }
}
