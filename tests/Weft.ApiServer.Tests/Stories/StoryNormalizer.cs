using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Weft.ApiServer.Stories;

/// <summary>Takes out of answers what differs between two runs of the same server: identities, versions, times, generated names and addresses, Go's random order of map entries.</summary>
internal static partial class StoryNormalizer
{
    private static readonly string[] Parts = ["rows", "groups", "resources", "paths", "items"];
    private static readonly string[] Dropped = ["resourceVersion", "uid", "remainingItemCount", "nodePort", "storageVersionHash"];

    public static JsonNode? Normalize(JsonNode? node, string name = "") => node switch
    {
        JsonObject map => Ordered(new JsonObject(map.Where(p => !Dropped.Contains(p.Key)).Select(p => KeyValuePair.Create(Uid.Replace(p.Key, "UID"), Normalize(p.Value, p.Key))))),
        JsonArray list when name == "managedFields" => new JsonArray([.. list.Select(i => Normalize(i, name)).OrderBy(ManagerKey, StringComparer.Ordinal)]),
        JsonArray list => new JsonArray([.. list.Where(i => !IsOfTheFork(i)).Select(i => Normalize(i, name))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => name switch { "token" => "TOKEN", "continue" => "", _ => Text(value.GetValue<string>()) },
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
                if (!JsonNode.DeepEquals(recorded, ours)) yield return $"{path}: recorded {Short(recorded?.ToJsonString())}, ours {Short(ours?.ToJsonString())}";
                break;
        }
    }

    /// <summary>Lists and tables of a server that has seen other stories too: what one side does not have is left out on both.</summary>
    public static (JsonNode? Recorded, JsonNode? Ours) Align(JsonNode? recorded, JsonNode? ours)
    {
        var part = recorded is JsonObject list ? Parts.FirstOrDefault(p => list[p] is JsonArray) ?? "items" : "items";
        if (recorded is not JsonObject left || ours is not JsonObject right || left[part] is not JsonArray a || right[part] is not JsonArray b) return (recorded, ours);
        var common = a.Select(ItemName).Intersect(b.Select(ItemName)).ToHashSet();
        return (Keep(left, part, common), Keep(right, part, common));
    }

    /// <summary>Of the objects that a watch begins with, those that both servers have.</summary>
    public static (JsonArray Recorded, JsonArray Ours) AlignEvents(JsonArray recorded, JsonArray ours)
    {
        var common = recorded.Select(EventName).Intersect(ours.Select(EventName)).ToHashSet();
        return (Of(recorded), Of(ours));

        JsonArray Of(JsonArray events) => new([.. events.Where(e => e?["type"]?.ToString() != "ADDED" || common.Contains(EventName(e))).Select(e => e?.DeepClone())]);
    }

    public static string Short(string? text) => text is null ? "nothing" : text.Length > 300 ? text[..300] : text;

    public static string Yaml(string text) => Managers.Replace(RevisionLine.Replace(Text(text), "resourceVersion: N"), SortedManagers);

    /// <summary>Their order follows their seconds, and a slow run has other seconds.</summary>
    private static string SortedManagers(Match managers) =>
        managers.Groups["head"].Value + string.Concat(managers.Groups["entry"].Captures.Select(entry => entry.Value).Order(StringComparer.Ordinal));

    public static string Text(string text)
    {
        text = Uid.Replace(text, "UID");
        text = text.Replace("kubernetes-admin", "admin", StringComparison.Ordinal);
        text = GoDiff.Replace(text, "previously negative)");
        text = Time.Replace(text, "TIME");
        text = ClusterAddress.Replace(text, "IP");
        text = Access.Replace(text, "kube-api-access-X");
        text = Generated.Replace(text, "-GEN");
        text = NodePorts.Replace(text, ":NODEPORT/");
        text = RevisionText.Replace(text, "resourceVersion:N");
        text = Record.Replace(text, "in record (N)");
        text = TooOld.Replace(text, "too old resource version: $1 (N)");
        text = Hash.Replace(text, "hash=H");
        text = Address.Replace(text, "127.0.0.1:PORT");
        return AgeText.Replace(text, "AGE");
    }

    /// <summary>Several causes come in any order, and so do their texts in the message.</summary>
    private static JsonObject Ordered(JsonObject map)
    {
        if (map["details"] is not JsonObject details || details["causes"] is not JsonArray { Count: > 1 } causes) return map;
        var sorted = causes.OfType<JsonObject>().OrderBy(c => $"{c["field"]}: {c["message"]}", StringComparer.Ordinal).Select(c => c.DeepClone()).ToArray();
        var message = map["message"]?.ToString() ?? "";
        var at = message.IndexOf(" is invalid: [", StringComparison.Ordinal);
        if (at >= 0) map["message"] = $"{message[..at]} is invalid: [{string.Join(", ", sorted.Select(c => $"{c["field"]}: {c["message"]}"))}]";
        details["causes"] = new JsonArray(sorted);
        return map;
    }

    private static string ManagerKey(JsonNode? entry) => $"{entry?["operation"]}/{entry?["manager"]}/{entry?["subresource"]}/{entry?["apiVersion"]}/{entry?["fieldsV1"]?.ToJsonString()}";

    /// <summary>The one trace of the recorded server's tree: a second bundle of certificates in every pod.</summary>
    private static bool IsOfTheFork(JsonNode? item) => item is JsonObject map && map["configMap"]?["name"]?.ToString() == "openshift-service-ca.crt";

    private static string ItemName(JsonNode? item)
    {
        if (item is JsonValue path) return path.ToString();
        var named = item?["metadata"] ?? item?["object"]?["metadata"];
        return named?["name"] is { } name ? $"{named["namespace"]}/{name}" : (item?["cells"] as JsonArray)?.FirstOrDefault()?.ToString() ?? item?["name"]?.ToString() ?? "";
    }

    public static string Names(JsonArray events) => string.Join(", ", events.Select(e => $"{e?["type"]} {EventName(e)}"));

    private static string EventName(JsonNode? item) => item?["object"]?["metadata"]?["name"]?.ToString() ?? "";

    private static JsonObject Keep(JsonObject list, string part, HashSet<string> names)
    {
        var kept = (JsonObject)list.DeepClone();
        kept[part] = new JsonArray([.. kept[part]!.AsArray().Where(i => names.Contains(ItemName(i))).OrderBy(ItemName, StringComparer.Ordinal).Select(i => i!.DeepClone())]);
        return kept;
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

    [GeneratedRegex(@"in record \(\d+\)")]
    private static partial Regex Record { get; }

    [GeneratedRegex(@"too old resource version: (\d+) \(\d+\)")]
    private static partial Regex TooOld { get; }

    /// <summary>What follows is a comparison of Go structures, line by line.</summary>
    [GeneratedRegex(@"previously negative\)\n.*", RegexOptions.Singleline)]
    private static partial Regex GoDiff { get; }

    [GeneratedRegex("hash=[0-9A-F]{32,}")]
    private static partial Regex Hash { get; }

    [GeneratedRegex(@"127\.0\.0\.1:\d{4,5}")]
    private static partial Regex Address { get; }

    /// <summary>A revision in JSON that is quoted in a message.</summary>
    [GeneratedRegex(@"resourceVersion\\*"":\\*""\d+\\*""")]
    private static partial Regex RevisionText { get; }

    [GeneratedRegex("resourceVersion: \"\\d+\"")]
    private static partial Regex RevisionLine { get; }

    [GeneratedRegex(@"(?<head>^  managedFields:\n)(?<entry>  - .*\n(?:    .*\n)*)+", RegexOptions.Multiline)]
    private static partial Regex Managers { get; }

    [GeneratedRegex(@"^\d+(m\d+s|s|m|d|h)$")]
    private static partial Regex AgeText { get; }
}
