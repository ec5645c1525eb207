using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.Api.Graph;

/// <summary>Finds what two graphs say differently, by the ids of their nodes and edges.</summary>
internal static class GraphComparison
{
    /// <param name="anyOrderOfSeries">What Kiali takes from the first of several series is compared by presence only.</param>
    public static List<string> Differences(JsonNode expected, JsonNode actual, bool anyOrderOfSeries = false)
    {
        var differences = new List<string>();
        foreach (var field in new[] { "timestamp", "duration", "graphType" })
        {
            Compare(field, expected[field], actual[field], differences);
        }

        expected = expected.DeepClone();
        actual = actual.DeepClone();
        RemoveFaultsOfMerging(expected, actual);
        if (anyOrderOfSeries)
        {
            RemoveOrderOfSeries(expected);
            RemoveOrderOfSeries(actual);
        }

        var known = Elements(actual, "nodes").Select(node => node["id"]!.ToString()).ToHashSet();
        differences.AddRange(Elements(actual, "edges")
            .Where(edge => !known.Contains(edge["source"]!.ToString()) || !known.Contains(edge["target"]!.ToString()))
            .Select(edge => $"edge {edge["id"]} leads to or from nowhere"));
        CompareElements("node", expected["elements"]!["nodes"]!.AsArray(), actual["elements"]!["nodes"]!.AsArray(), differences);
        CompareElements("edge", expected["elements"]!["edges"]!.AsArray(), actual["elements"]!["edges"]!.AsArray(), differences);
        return differences;
    }

    /// <summary>
    /// Kiali makes one graph per namespace and joins them. It then loses calls from other namespaces in the health of a node, and shares of
    /// callers that are in several graphs are of one graph only. Ours is made at once and has neither fault.
    /// </summary>
    private static void RemoveFaultsOfMerging(JsonNode expected, JsonNode actual)
    {
        var nodes = Elements(expected, "nodes").ToDictionary(node => node["id"]!.GetValue<string>());
        var asked = nodes.Values.Where(node => node["isOutside"] is null && node["isInaccessible"] is null).Select(node => node["namespace"]?.ToString()).Distinct();
        var isMerged = asked.Skip(1).Any();
        var crossed = Elements(expected, "edges")
            .Where(edge => nodes[edge["source"]!.ToString()]["namespace"]?.ToString() != nodes[edge["target"]!.ToString()]["namespace"]?.ToString())
            .Select(edge => edge["target"]!.ToString())
            .ToHashSet();
        foreach (var graph in new[] { expected, actual })
        {
            foreach (var node in Elements(graph, "nodes").Where(node => isMerged && crossed.Contains(node["id"]!.ToString())))
            {
                node["healthData"]?["requests"]?.AsObject().Remove("inbound");
                node["healthData"]?.AsObject().Remove("status");
            }

            foreach (var edge in Elements(graph, "edges").Where(edge => isMerged && nodes[edge["source"]!.ToString()]["nodeType"]!.ToString() == "unknown"))
            {
                edge["traffic"]!["rates"]?.AsObject().Remove("httpPercentReq");
            }
        }
    }

    private static void RemoveOrderOfSeries(JsonNode graph)
    {
        var nodes = Elements(graph, "nodes").ToDictionary(node => node["id"]!.GetValue<string>());
        foreach (var edge in Elements(graph, "edges"))
        {
            var joins = new[] { "source", "target" }.Any(end => nodes[edge[end]!.ToString()] is var node && (node["nodeType"]!.ToString() == "service" || (node["nodeType"]!.ToString() == "app" && node["workload"] is null)));
            foreach (var field in new[] { "responseTime", "sourcePrincipal", "destPrincipal" })
            {
                if (joins && edge[field] is not null)
                {
                    edge[field] = "one of several";
                }
            }
        }
    }

    private static IEnumerable<JsonObject> Elements(JsonNode graph, string kind) => graph["elements"]![kind]!.AsArray().Select(item => item!["data"]!.AsObject());

    private static void CompareElements(string kind, JsonArray expected, JsonArray actual, List<string> differences)
    {
        var actualById = actual.ToDictionary(item => item!["data"]!["id"]!.GetValue<string>(), item => item!["data"]!);
        foreach (var item in expected)
        {
            var data = item!["data"]!;
            var id = data["id"]!.GetValue<string>();
            var name = $"{kind} {Describe(data)}";
            if (!actualById.Remove(id, out var other))
            {
                differences.Add($"{name}: missing");
                continue;
            }

            Compare(name, Comparable(data), Comparable(other, data), differences);
        }

        differences.AddRange(actualById.Values.Select(data => $"{kind} {Describe(data)}: not expected"));
    }

    /// <summary>Leaves out what Kiali itself does not answer twice in the same way.</summary>
    private static JsonObject Comparable(JsonNode data, JsonNode? recorded = null)
    {
        var copy = data.DeepClone().AsObject();
        if (copy["isBox"]?.GetValue<string>() == "app")
        {
            // Requests and verdict of a box are those of one arbitrary member.
            copy["healthData"]?.AsObject().Remove("requests");
            copy["healthData"]?.AsObject().Remove("status");
        }

        if (copy["healthData"]?["requests"] is JsonObject requests && Protocols(requests) > 1)
        {
            // Of several equally bad findings Kiali shows the ratio of an arbitrary one.
            (copy["healthData"]!["status"] as JsonObject)?.Remove("errorRatio");
        }

        // "Every workload is ambient" is true of an app without any, says Kiali.
        copy.Remove("isAmbient");

        // When edges join in a service graph, Kiali keeps what is known of the first; an idle one knows nothing.
        if (recorded?["source"] is not null && recorded["healthStatus"] is null && recorded["traffic"]?["rates"] is not null)
        {
            foreach (var field in new[] { "healthStatus", "isMTLS", "responseTime", "sourcePrincipal", "destPrincipal" })
            {
                if (recorded[field] is null)
                {
                    copy.Remove(field);
                }
            }
        }

        // Of several gateways of a workload Kiali shows an arbitrary one; we show the hosts of all.
        foreach (var info in new[] { "ingressInfo", "egressInfo", "gatewayAPIInfo" })
        {
            Narrow(copy["isGateway"]?[info] as JsonObject, recorded?["isGateway"]?[info]?["hostnames"] as JsonArray);
        }

        // The same holds for several VirtualServices of a service; flags of the others are then not in Kiali's answer.
        if (Narrow(copy["hasVS"] as JsonObject, recorded?["hasVS"]?["hostnames"] as JsonArray))
        {
            foreach (var mark in new[] { "hasRequestRouting", "hasRequestTimeout", "hasFaultInjection", "hasTrafficShifting", "hasTCPTrafficShifting", "hasMirroring" })
            {
                if (recorded![mark] is null)
                {
                    copy.Remove(mark);
                }
            }
        }

        return copy;
    }

    private static int Protocols(JsonObject requests) =>
        (requests["inbound"]?.AsObject() ?? []).Concat(requests["outbound"]!.AsObject()).Select(pair => pair.Key).Where(protocol => protocol != "tcp").Distinct().Count();

    private static bool Narrow(JsonObject? ours, JsonArray? recorded)
    {
        if (ours?["hostnames"] is not JsonArray all || recorded is null)
        {
            return false;
        }

        var names = all.Select(host => host!.GetValue<string>()).ToHashSet();
        if (!recorded.All(host => names.Contains(host!.GetValue<string>())))
        {
            return false;
        }

        ours["hostnames"] = recorded.DeepClone();
        return true;
    }

    private static void Compare(string path, JsonNode? expected, JsonNode? actual, List<string> differences)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)))
                {
                    Compare($"{path}.{name}", left[name], right[name], differences);
                }

                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var i = 0; i < left.Count; i++)
                {
                    Compare($"{path}[{i}]", left[i], right[i], differences);
                }

                break;
            case (JsonValue left, JsonValue right) when AreEqual(left, right):
                break;
            case (null, null):
                break;
            default:
                differences.Add($"{path}: expected {Text(expected)}, was {Text(actual)}");
                break;
        }
    }

    /// <summary>Numbers are sums in an order that Kiali leaves open.</summary>
    private static bool AreEqual(JsonValue left, JsonValue right) =>
        left.ToJsonString() == right.ToJsonString()
        || (double.TryParse(left.ToJsonString(), CultureInfo.InvariantCulture, out var one)
            && double.TryParse(right.ToJsonString(), CultureInfo.InvariantCulture, out var other)
            && Math.Abs(one - other) <= 1e-9 * Math.Max(1, Math.Abs(one)));

    private static string Describe(JsonNode data) => data["source"] is null
        ? string.Join('/', new[] { "nodeType", "isBox", "namespace", "app", "version", "service", "workload", "aggregate" }.Select(name => data[name]?.ToString()))
        : $"{data["source"]!.ToString()[..6]}->{data["target"]!.ToString()[..6]} {data["traffic"]?["protocol"]}";

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "nothing";
}
