using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>What <c>istioctl proxy-config cluster</c> is asked for; empty and zero ask for everything.</summary>
public sealed record ClusterFilter(string Fqdn = "", int Port = 0, string Subset = "", string Direction = "");

/// <summary>The clusters of a proxy, as <c>istioctl proxy-config cluster</c> shows them.</summary>
public static class ClusterView
{
    private static readonly string[] s_header = ["SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE"];

    public static string Table(EnvoyDump dump, ClusterFilter filter) => TextTable.Write(s_header, Selected(dump, filter).Select(Row));

    public static string Json(EnvoyDump dump, ClusterFilter filter) =>
        EnvoyDump.Indented(new JsonArray([.. Selected(dump, filter).Select(cluster => cluster.Config.DeepClone())]));

    private static IEnumerable<ClusterEntry> Selected(EnvoyDump dump, ClusterFilter filter)
    {
        var part = dump.Part("ClustersConfigDump");
        return EnvoyDump.Items(part, "dynamicActiveClusters").Concat(EnvoyDump.Items(part, "staticClusters"))
            .Select(entry => EnvoyDump.Object(entry, "cluster")).OfType<JsonObject>()
            .Select(ClusterEntry.Of)
            .Where(cluster => cluster.Fits(filter))
            .OrderBy(cluster => cluster.Fqdn, StringComparer.Ordinal).ThenBy(cluster => cluster.Subset, StringComparer.Ordinal)
            .ThenBy(cluster => cluster.Port).ThenBy(cluster => cluster.Direction, StringComparer.Ordinal);
    }

    private static string[] Row(ClusterEntry cluster) =>
    [
        cluster.Fqdn,
        cluster.Port == 0 ? "-" : cluster.Port.ToString(CultureInfo.InvariantCulture),
        cluster.Subset.Length == 0 ? "-" : cluster.Subset,
        cluster.Direction.Length == 0 ? "-" : cluster.Direction,
        TypeOf(cluster.Config),
        ManagedBy.Of(cluster.Config),
    ];

    /// <summary>Protobuf leaves out the first value of an enumeration, STATIC.</summary>
    private static string TypeOf(JsonObject cluster) =>
        EnvoyDump.Object(cluster, "clusterType") is { } custom ? EnvoyDump.Text(custom, "name")
        : EnvoyDump.Text(cluster, "type") is { Length: > 0 } type ? type
        : "STATIC";

    /// <summary>A cluster and the parts of its name, direction|port|subset|fqdn; another name is all fqdn.</summary>
    private sealed record ClusterEntry(string Direction, int Port, string Subset, string Fqdn, bool IsPattern, JsonObject Config)
    {
        public static ClusterEntry Of(JsonObject config)
        {
            var name = EnvoyDump.Text(config, "name");
            var parts = name.Contains('|', StringComparison.Ordinal) ? name.Split('|') : name.Split("_.", StringSplitOptions.None);
            return parts.Length >= 4 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? new ClusterEntry(parts[0], port, parts[2], parts[3], IsPattern: true, config)
                : new ClusterEntry("", 0, "", name, IsPattern: false, config);
        }

        public bool Fits(ClusterFilter filter) => filter == new ClusterFilter() || (IsPattern
            && Fqdn.Contains(filter.Fqdn, StringComparison.Ordinal)
            && (filter.Port == 0 || filter.Port == Port)
            && Subset.Contains(filter.Subset, StringComparison.Ordinal)
            && (filter.Direction.Length == 0 || filter.Direction == Direction));
    }
}
