using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>The routes of a proxy, as <c>istioctl proxy-config route</c> shows them.</summary>
public static class RouteView
{
    private const string Cluster = ".svc.cluster.local";
    private const string Service = ".svc";
    private const int ShownDomains = 2;

    private static readonly string[] s_header = ["NAME", "VHOST NAME", "DOMAINS", "MATCH", "VIRTUAL SERVICE"];
    private static readonly string[] s_shortHeader = ["NAME", "VIRTUAL HOSTS"];

    /// <param name="name">The name of one route configuration; empty for all.</param>
    public static string Table(EnvoyDump dump, string name) => TextTable.Write(s_header, Selected(dump, name).SelectMany(Rows));

    /// <summary>One line for each route configuration, as with <c>--verbose=false</c>.</summary>
    public static string ShortTable(EnvoyDump dump, string name) => TextTable.Write(
        s_shortHeader,
        Selected(dump, name).Select(routes => new[] { EnvoyDump.Text(routes, "name"), EnvoyDump.Items(routes, "virtualHosts").Count().ToString(CultureInfo.InvariantCulture) }));

    public static string Json(EnvoyDump dump, string name) => EnvoyDump.Indented(new JsonArray([.. Selected(dump, name).Select(route => route.DeepClone())]));

    internal static string Match(JsonObject? match)
    {
        var parts = new List<string>();
        Add(parts, EnvoyDump.Text(match, "prefix"), prefix => prefix + "*");
        Add(parts, EnvoyDump.Text(match, "pathSeparatedPrefix"), prefix => "PathPrefix:" + prefix);
        Add(parts, EnvoyDump.Text(match, "path"), path => path);
        Add(parts, EnvoyDump.Text(EnvoyDump.Object(match, "safeRegex"), "regex"), regex => "regex " + regex);
        return string.Join(' ', parts);
    }

    /// <summary>The first domains, without those that only write out another one.</summary>
    internal static string Domains(IReadOnlyCollection<string> domains)
    {
        if (domains.Count <= 1)
        {
            return domains.FirstOrDefault() ?? "";
        }

        var known = domains.ToHashSet();
        var shown = domains.Where(domain => !HasPort(domain) && !IsWrittenOut(domain, Cluster, known) && !IsWrittenOut(domain, Service, known)).ToList();
        return shown.Count > ShownDomains
            ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", shown.Take(ShownDomains))} + {shown.Count - ShownDomains} more...")
            : string.Join(", ", shown);
    }

    private static IEnumerable<JsonObject> Selected(EnvoyDump dump, string name)
    {
        var part = dump.Part("RoutesConfigDump");
        var routes = EnvoyDump.Items(part, "dynamicRouteConfigs").Concat(EnvoyDump.Items(part, "staticRouteConfigs"))
            .Select(entry => EnvoyDump.Object(entry, "routeConfig")).OfType<JsonObject>()
            .Where(route => name.Length == 0 || EnvoyDump.Text(route, "name") == name);

        // Those named by their port in its order, then the others as they come.
        return routes.OrderBy(route => int.TryParse(EnvoyDump.Text(route, "name"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : int.MaxValue);
    }

    private static IEnumerable<string[]> Rows(JsonObject configuration)
    {
        var name = EnvoyDump.Text(configuration, "name");
        foreach (var host in EnvoyDump.Items(configuration, "virtualHosts"))
        {
            var domains = Domains([.. EnvoyDump.Texts(host, "domains")]);
            var routes = EnvoyDump.Items(host, "routes").ToList();
            if (routes.Count == 0)
            {
                yield return [name, EnvoyDump.Text(host, "name"), domains, "/*", "404"];
            }

            foreach (var route in routes.Where(route => EnvoyDump.Text(EnvoyDump.Object(route, "route"), "cluster") != "PassthroughCluster"))
            {
                yield return [name, EnvoyDump.Text(host, "name"), domains, Match(EnvoyDump.Object(route, "match")), ManagedBy.Of(route)];
            }
        }
    }

    private static bool HasPort(string domain) => domain.Contains(':', StringComparison.Ordinal) && !domain.EndsWith(']');

    private static bool IsWrittenOut(string domain, string suffix, HashSet<string> known) =>
        domain.EndsWith(suffix, StringComparison.Ordinal) && known.Contains(domain[..^suffix.Length]);

    private static void Add(List<string> parts, string value, Func<string, string> describe)
    {
        if (value.Length > 0)
        {
            parts.Add(describe(value));
        }
    }
}
