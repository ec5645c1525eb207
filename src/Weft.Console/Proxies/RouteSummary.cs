using System.Text.Json.Nodes;

namespace Weft.Console.Proxies;

/// <summary>A route of Envoy as a row: of which route table, for which host, matching what, made of which VirtualService.</summary>
public sealed record RouteSummary(string Name, EnvoyHost Domain, string Match, string VirtualService)
{
    /// <summary>Istio's virtual hosts for what nothing else matches; they say nothing of any service.</summary>
    private static readonly string[] CatchAll = ["allow_any", "block_all"];

    public static IEnumerable<RouteSummary> Of(ConfigDump dump) =>
        from table in dump.Routes
        from host in ConfigDump.Items(table["virtual_hosts"])
        where !CatchAll.Contains(ConfigDump.Text(host["name"]))
        let domain = EnvoyHost.Parse(DomainOf(host), isOfMesh: true)
        from route in ConfigDump.Items(host["routes"])
        select new RouteSummary(ConfigDump.Text(table["name"]), domain, MatchOf(route["match"]), ConfigDump.ConfigOf(route, "virtual-service"));

    /// <summary>The shortest name that is no address.</summary>
    private static string DomainOf(JsonObject host) => (host["domains"] as JsonArray ?? [])
        .Select(ConfigDump.Text)
        .Where(domain => !System.Net.IPAddress.TryParse(domain.Split(':')[0], out _))
        .OrderBy(domain => domain.Length)
        .FirstOrDefault() ?? "*";

    private static string MatchOf(JsonNode? match) =>
        match?["prefix"] is { } prefix ? ConfigDump.Text(prefix) + "*"
        : match?["path"] is { } path ? ConfigDump.Text(path)
        : match?["path_separated_prefix"] is { } separated ? ConfigDump.Text(separated) + "[/]*"
        : match?["safe_regex"] is { } regex ? "regex " + ConfigDump.Text(regex["regex"])
        : "*";
}
