using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>What <c>istioctl proxy-config endpoint</c> is asked for; empty and zero ask for everything.</summary>
/// <param name="Status">healthy or unhealthy.</param>
public sealed record EndpointFilter(string Address = "", int Port = 0, string Cluster = "", string Status = "");

/// <summary>The endpoints that a proxy knows, from its answer to <c>/clusters?format=json</c>, as <c>istioctl proxy-config endpoint</c> shows them.</summary>
public static class EndpointView
{
    private static readonly string[] s_header = ["ENDPOINT", "STATUS", "OUTLIER CHECK", "CLUSTER"];

    public static string Table(EnvoyDump clusters, EndpointFilter filter) => TextTable.Write(
        s_header,
        Selected(clusters, filter)
            .OrderBy(endpoint => endpoint.Shown, StringComparer.Ordinal).ThenBy(endpoint => endpoint.Cluster, StringComparer.Ordinal)
            .Select(endpoint => new[] { endpoint.Shown, endpoint.Status, endpoint.IsOutlier ? "FAILED" : "OK", endpoint.Cluster }));

    public static string Json(EnvoyDump clusters, EndpointFilter filter)
    {
        var selected = Selected(clusters, filter).Select(endpoint => endpoint.Cluster).ToHashSet();
        return EnvoyDump.Indented(new JsonArray([.. clusters.Items("clusterStatuses").Where(cluster => selected.Contains(EnvoyDump.Text(cluster, "name"))).Select(cluster => cluster.DeepClone())]));
    }

    private static IEnumerable<HostEntry> Selected(EnvoyDump clusters, EndpointFilter filter) =>
        from cluster in clusters.Items("clusterStatuses")
        from host in EnvoyDump.Items(cluster, "hostStatuses")
        let entry = HostEntry.Of(EnvoyDump.Text(cluster, "name"), host)
        where entry.Fits(filter)
        select entry;

    private sealed record HostEntry(string Address, int Port, string Status, bool IsOutlier, string Cluster)
    {
        public string Shown => Port == 0 ? Address : string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");

        public static HostEntry Of(string cluster, JsonObject host)
        {
            var address = EnvoyDump.Object(host, "address");
            var socket = EnvoyDump.Object(address, "socketAddress");
            var health = EnvoyDump.Object(host, "healthStatus");
            return new HostEntry(
                EnvoyDump.Object(address, "pipe") is { } pipe ? $"unix://{EnvoyDump.Text(pipe, "path")}" : EnvoyDump.Text(socket, "address"),
                EnvoyDump.Number(socket, "portValue"),
                EnvoyDump.Text(health, "edsHealthStatus") is { Length: > 0 } status ? status : "UNKNOWN",
                EnvoyDump.Text(health, "failedOutlierCheck") == "true",
                cluster);
        }

        public bool Fits(EndpointFilter filter) =>
            (filter.Address.Length == 0 || filter.Address.Equals(Address, StringComparison.OrdinalIgnoreCase))
            && (filter.Port == 0 || filter.Port == Port)
            && (filter.Cluster.Length == 0 || filter.Cluster == Cluster)
            && (filter.Status.Length == 0 || filter.Status.Equals(Status, StringComparison.OrdinalIgnoreCase));
    }
}
