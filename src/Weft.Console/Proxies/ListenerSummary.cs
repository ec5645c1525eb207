using System.Text.Json.Nodes;

namespace Weft.Console.Proxies;

/// <summary>A filter chain of a listener as a row: where it listens, what it takes, where that goes.</summary>
public sealed record ListenerSummary(string Address, int Port, string Match, string Destination)
{
    private const string ConnectionManager = "envoy.filters.network.http_connection_manager";
    private const string TcpProxy = "envoy.filters.network.tcp_proxy";
    private const string All = "ALL";

    public static IEnumerable<ListenerSummary> Of(ConfigDump dump) => dump.Listeners.SelectMany(Of);

    private static IEnumerable<ListenerSummary> Of(JsonObject listener)
    {
        var address = listener["address"]?["socket_address"];
        var chains = ConfigDump.Items(listener["filter_chains"]).Select(chain => (Match: MatchOf(chain["filter_chain_match"]), Chain: chain));
        if (listener["default_filter_chain"] is JsonObject otherwise)
        {
            chains = chains.Append((All, otherwise));
        }

        return chains.Select(chain => new ListenerSummary(
            ConfigDump.Text(address?["address"]), ConfigDump.Number(address?["port_value"]), chain.Match, DestinationOf(chain.Chain)));
    }

    private static string MatchOf(JsonNode? match)
    {
        var parts = new List<string>();
        if (Texts(match?["server_names"]) is { Length: > 0 } names)
        {
            parts.Add($"SNI: {names}");
        }

        if (ConfigDump.Text(match?["transport_protocol"]) is { Length: > 0 } transport)
        {
            parts.Add($"Trans: {transport}");
        }

        var ranges = ConfigDump.Items(match?["prefix_ranges"]).Select(range => $"{ConfigDump.Text(range["address_prefix"])}/{ConfigDump.Number(range["prefix_len"])}").ToList();
        var port = ConfigDump.Number(match?["destination_port"]);
        if (port > 0 || ranges.Count > 0)
        {
            parts.Add($"Addr: {(ranges.Count > 0 ? string.Join(',', ranges) : "*")}:{(port > 0 ? port : "*")}");
        }

        return parts.Count == 0 ? All : string.Join("; ", parts);
    }

    private static string DestinationOf(JsonObject chain)
    {
        foreach (var filter in ConfigDump.Items(chain["filters"]))
        {
            var config = filter["typed_config"];
            switch (ConfigDump.Text(filter["name"]))
            {
                case ConnectionManager:
                    return OfHttp(config);
                case TcpProxy:
                    return OfTcp(config);
            }
        }

        return "Non-HTTP/Non-TCP";
    }

    private static string OfHttp(JsonNode? config)
    {
        if (config?["rds"] is { } rds)
        {
            return $"Route: {ConfigDump.Text(rds["route_config_name"])}";
        }

        var clusters = ConfigDump.Items(config?["route_config"]?["virtual_hosts"])
            .SelectMany(host => ConfigDump.Items(host["routes"]))
            .Select(route => ConfigDump.Text(route["route"]?["cluster"]))
            .Where(cluster => cluster.Length > 0)
            .Distinct()
            .ToList();
        return clusters.Count == 1 ? $"Cluster: {clusters[0]}" : $"Inline Route: {string.Join(", ", clusters)}";
    }

    private static string OfTcp(JsonNode? config)
    {
        var cluster = ConfigDump.Text(config?["cluster"]);
        if (cluster.Length > 0)
        {
            return cluster is "PassthroughCluster" or "BlackHoleCluster" ? cluster : $"Cluster: {cluster}";
        }

        var weighted = ConfigDump.Items(config?["weighted_clusters"]?["clusters"]).Select(one => $"{ConfigDump.Text(one["name"])}[{ConfigDump.Number(one["weight"])}]");
        return $"Cluster: {string.Join(", ", weighted)}";
    }

    private static string Texts(JsonNode? array) => string.Join(',', (array as JsonArray ?? []).Select(ConfigDump.Text));
}
