using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>A filter chain in istioctl's words: what connections it takes, and where it leads.</summary>
internal static class FilterChainText
{
    public const string HttpManager = "envoy.filters.network.http_connection_manager";
    public const string TcpProxy = "envoy.filters.network.tcp_proxy";
    private const string BlackHole = "BlackHoleCluster";

    private static readonly (string Name, HashSet<string> Protocols)[] s_protocols =
    [
        ("HTTP TLS", ["http/1.0", "http/1.1", "h2c", "istio-http/1.0", "istio-http/1.1", "istio-h2"]),
        ("Istio HTTP Plain", ["istio", "istio-http/1.0", "istio-http/1.1", "istio-h2"]),
        ("TCP TLS", ["istio-peer-exchange", "istio"]),
        ("HTTP", ["http/1.0", "http/1.1", "h2c"]),
    ];

    public static string Match(JsonObject chain)
    {
        var match = EnvoyDump.Object(chain, "filterChainMatch");
        var parts = new List<string>();
        if (EnvoyDump.Texts(match, "serverNames").ToList() is { Count: > 0 } names)
        {
            parts.Add($"SNI: {string.Join(',', names)}");
        }

        if (EnvoyDump.Text(match, "transportProtocol") is { Length: > 0 } transport)
        {
            parts.Add($"Trans: {transport}");
        }

        if (EnvoyDump.Texts(match, "applicationProtocols").ToList() is { Count: > 0 } protocols)
        {
            parts.Add($"App: {Protocols(protocols)}");
        }

        if (Addresses(match) is { Length: > 0 } addresses)
        {
            parts.Add($"Addr: {addresses}");
        }

        return parts.Count == 0 ? "ALL" : string.Join("; ", parts);
    }

    public static string Destination(JsonObject chain)
    {
        foreach (var filter in EnvoyDump.Items(chain, "filters"))
        {
            var config = EnvoyDump.Object(filter, "typedConfig");
            switch (EnvoyDump.Text(filter, "name"))
            {
                case HttpManager:
                    return EnvoyDump.Object(config, "routeConfig") is { } inline ? Inline(inline) : $"Route: {EnvoyDump.Text(EnvoyDump.Object(config, "rds"), "routeConfigName")}";
                case TcpProxy when Cluster(config) is var cluster && cluster != BlackHole:
                    return Named(cluster);
            }
        }

        return "Non-HTTP/Non-TCP";
    }

    private static string Cluster(JsonObject? tcpProxy) => EnvoyDump.Text(tcpProxy, "cluster") is { Length: > 0 } cluster
        ? cluster
        : string.Join(',', EnvoyDump.Items(EnvoyDump.Object(tcpProxy, "weightedClusters"), "clusters").Select(weighted => EnvoyDump.Text(weighted, "name")));

    /// <summary>PassthroughCluster and its like stand for themselves.</summary>
    private static string Named(string cluster) => cluster.Contains("Cluster", StringComparison.Ordinal) ? cluster : $"Cluster: {cluster}";

    private static string Inline(JsonObject routes)
    {
        var hosts = EnvoyDump.Items(routes, "virtualHosts").ToList();
        return hosts is [var only] && EnvoyDump.Items(only, "routes").ToList() is [var route]
            && EnvoyDump.Text(EnvoyDump.Object(route, "match"), "prefix") == "/" && EnvoyDump.Text(EnvoyDump.Object(route, "route"), "cluster") is { Length: > 0 } cluster
                ? Named(cluster)
                : $"Inline Route: {string.Join("; ", hosts.Select(Host))}";
    }

    private static string Host(JsonObject host)
    {
        var domains = EnvoyDump.Texts(host, "domains").ToList();
        var matches = string.Join(", ", EnvoyDump.Items(host, "routes").Select(route => RouteView.Match(EnvoyDump.Object(route, "match"))));
        return domains is ["*"] ? matches : $"{RouteView.Domains(domains)} {matches}";
    }

    private static string Protocols(List<string> protocols)
    {
        var known = s_protocols.FirstOrDefault(set => set.Protocols.SetEquals(protocols)).Name;
        return known ?? string.Join(',', protocols);
    }

    private static string Addresses(JsonObject? match)
    {
        var port = EnvoyDump.Text(match, "destinationPort") is { Length: > 0 } number ? $":{number}" : "";
        var ranges = string.Join(',', EnvoyDump.Items(match, "prefixRanges").Select(range => $"{EnvoyDump.Text(range, "addressPrefix")}/{EnvoyDump.Number(range, "prefixLen")}"));
        return ranges.Length > 0 ? ranges + port : port.Length > 0 ? $"*{port}" : "";
    }
}
