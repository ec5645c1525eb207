using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Weft.ApiServer.Stories;

/// <summary>Takes out of answers what differs between two runs of the same server: identities, versions, times, generated names and addresses.</summary>
internal static partial class StoryNormalizer
{
    private static readonly string[] Dropped = ["resourceVersion", "uid", "remainingItemCount", "nodePort", "description", "storageVersionHash"];

    public static JsonNode? Normalize(JsonNode? node, string name = "") => node switch
    {
        JsonObject map => new JsonObject(map.Where(p => !Dropped.Contains(p.Key)).Select(p => KeyValuePair.Create(Uid.Replace(p.Key, "UID"), Normalize(p.Value, p.Key)))),
        JsonArray list => new JsonArray([.. list.Select(i => Normalize(i, name))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>(), name),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(value.GetValue<double>()),
        _ => node?.DeepClone(),
    };

    /// <summary>The first paths at which the two differ.</summary>
    public static IEnumerable<string> Differences(JsonNode? recorded, JsonNode? ours, string path = "")
    {
        switch (recorded, ours)
        {
            case (JsonObject a, JsonObject b):
                foreach (var key in a.Select(p => p.Key).Union(b.Select(p => p.Key)).Order(StringComparer.Ordinal))
                    foreach (var difference in Differences(a[key], b[key], $"{path}.{key}")) yield return difference;
                break;
            case (JsonArray a, JsonArray b) when a.Count == b.Count:
                for (var i = 0; i < a.Count; i++)
                    foreach (var difference in Differences(a[i], b[i], $"{path}[{i}]")) yield return difference;
                break;
            default:
                if (!JsonNode.DeepEquals(recorded, ours)) yield return $"{path}: recorded {Short(recorded)}, ours {Short(ours)}";
                break;
        }
    }

    private static string Short(JsonNode? node) => node?.ToJsonString() is { } text ? text.Length > 300 ? text[..300] : text : "nothing";

    private static string Text(string text, string name)
    {
        if (name == "token") return "TOKEN";
        if (name == "continue") return "";
        text = Uid.Replace(text, "UID");
        text = Time.Replace(text, "TIME");
        text = ClusterAddress.Replace(text, "IP");
        text = Access.Replace(text, "kube-api-access-X");
        text = Generated.Replace(text, "-GEN");
        text = NodePorts.Replace(text, ":NODEPORT/");
        return AgeText.Replace(text, "AGE");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid { get; }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time { get; }

    [GeneratedRegex(@"10\.96\.\d+\.\d+")]
    private static partial Regex ClusterAddress { get; }

    [GeneratedRegex(@"kube-api-access-\w{5}")]
    private static partial Regex Access { get; }

    [GeneratedRegex(@"-[bcdfghjklmnpqrstvwxz2456789]{5}\b")]
    private static partial Regex Generated { get; }

    [GeneratedRegex(@":3[0-2]\d{3}/")]
    private static partial Regex NodePorts { get; }

    [GeneratedRegex(@"^\d+(m\d+s|s|m|d|h)$")]
    private static partial Regex AgeText { get; }
}
