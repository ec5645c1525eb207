using System.Text.Json.Nodes;

namespace Weft.Api;

/// <summary>Finds what two answers say differently. Lists whose order Kiali leaves to chance are compared without it.</summary>
internal static class JsonComparison
{
    /// <summary>Quantiles hang on the last digits of buckets that were written as text.</summary>
    private const double Tolerance = 2e-5;
    private const int MostDifferences = 20;

    private const string Root = "$";

    private static readonly HashSet<string> WithoutOrder =
    [
        Root,
        "applications", "workloads", "services", "istioReferences", "inError", "inWarning", "inSuccess", "inNotReady", "notAvailable", "workloadStatuses", "endpoints",
        "serviceNames", "virtualServices", "destinationRules", "serviceEntries", "pods", "objectReferences", "serviceReferences", "workloadReferences", "managedNamespaces",
    ];

    public static List<string> Differences(JsonNode? expected, JsonNode? actual)
    {
        var differences = new List<string>();
        Compare("", Root, expected, actual, differences);
        return [.. differences.Take(MostDifferences)];
    }

    private static void Compare(string path, string field, JsonNode? expected, JsonNode? actual, List<string> differences)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)))
                {
                    if (left.ContainsKey(name) && right.ContainsKey(name))
                    {
                        Compare($"{path}.{name}", name, left[name], right[name], differences);
                    }
                    else
                    {
                        differences.Add(left.ContainsKey(name) ? $"{path}.{name}: missing, expected {Text(left[name])}" : $"{path}.{name}: not expected, is {Text(right[name])}");
                    }
                }

                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                foreach (var (index, (one, other)) in Ordered(field, left).Zip(Ordered(field, right)).Index())
                {
                    Compare($"{path}[{index}]", "", one, other, differences);
                }

                break;
            case (JsonArray left, JsonArray right):
                differences.Add($"{path}: {left.Count} elements expected, {right.Count} found: {Text(Minus(left, right))} against {Text(Minus(right, left))}");
                break;
            case (JsonValue left, JsonValue right) when Number(left) is { } one && Number(right) is { } other:
                if (Math.Abs(one - other) > Tolerance * Math.Max(1, Math.Abs(one)))
                {
                    differences.Add($"{path}: {one} expected, {other} found");
                }

                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    differences.Add($"{path}: {Text(expected)} expected, {Text(actual)} found");
                }

                break;
        }
    }

    private static IEnumerable<JsonNode?> Ordered(string field, JsonArray array) => WithoutOrder.Contains(field) || field.Contains(", Kind=", StringComparison.Ordinal) || (array.FirstOrDefault() as JsonObject)?.ContainsKey("datapoints") == true ? array.OrderBy(Key, StringComparer.Ordinal) : array;

    /// <summary>By kind, namespace and name where there are such.</summary>
    private static string Key(JsonNode? item) => item is JsonObject series && series.ContainsKey("datapoints") ? $"{series["name"]} {series["stat"]} {Labels(series["labels"])}" : item is JsonObject found
        ? string.Join('/', found["objectGVK"]?["Kind"]?.ToString(), (found["namespace"] ?? found["metadata"]?["namespace"]) is JsonValue ns ? ns.ToString() : "", found["name"] ?? found["workloadName"] ?? found["metadata"]?["name"] ?? found["addresses"]?[0]?["ip"])
        : item?.ToJsonString() ?? "";

    private static string Labels(JsonNode? labels) => string.Join(',', (labels as JsonObject ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static double? Number(JsonValue value) => value.TryGetValue<double>(out var number) ? number
        : value.TryGetValue<string>(out var text) && double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number) ? number
        : null;

    private static JsonArray Minus(JsonArray left, JsonArray right)
    {
        var keys = right.Select(Key).ToHashSet();
        return new JsonArray([.. left.Where(item => !keys.Contains(Key(item))).Select(item => item?.DeepClone())]);
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 300)] : "null";
}
