using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.Console.Proxies;

/// <summary>A cluster of Envoy as a row. Istio names clusters <c>direction|port|subset|host</c>; of any other only the name is known.</summary>
public sealed record ClusterSummary(EnvoyHost Host, int Port, string Subset, string Direction, string Type, string DestinationRule)
{
    public static IEnumerable<ClusterSummary> Of(ConfigDump dump) => dump.Clusters.Select(Of);

    private static ClusterSummary Of(JsonObject cluster)
    {
        var name = ConfigDump.Text(cluster["name"]);
        var type = ConfigDump.Text(cluster["type"]) is { Length: > 0 } given ? given : ConfigDump.Text(cluster["cluster_type"]?["name"]);
        var rule = ConfigDump.ConfigOf(cluster, "destination-rule");
        return name.Split('|') is [var direction, var port, var subset, var host]
            ? new ClusterSummary(
                EnvoyHost.Parse(host, isOfMesh: host.Length == 0), int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, subset, direction, type, rule)
            : new ClusterSummary(EnvoyHost.Parse(name), 0, "", "", type, rule);
    }
}
