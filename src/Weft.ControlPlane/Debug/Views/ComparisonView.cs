using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>
/// What a control plane has for a proxy beside what the proxy works with, as <c>istioctl proxy-status POD</c> shows it: a line for what is equal, the differing lines
/// otherwise. Versions, times and the order of resources and fields do not count.
/// </summary>
public static class ComparisonView
{
    /// <param name="istiod">The answer to <c>/debug/config_dump?proxyID=</c>.</param>
    /// <param name="proxy">The proxy's own <c>/config_dump</c>.</param>
    public static string Text(EnvoyDump istiod, EnvoyDump proxy) =>
        Section("Clusters", "", istiod, proxy, "ClustersConfigDump", "dynamicActiveClusters", entry => EnvoyDump.Object(entry, "cluster"))
        + Section("Listeners", "", istiod, proxy, "ListenersConfigDump", "dynamicListeners", entry => EnvoyDump.Object(entry, "activeState", "listener"))
        + Section("Routes", RoutesLoaded(proxy), istiod, proxy, "RoutesConfigDump", "dynamicRouteConfigs", entry => EnvoyDump.Object(entry, "routeConfig"));

    private static string Section(string kind, string suffix, EnvoyDump istiod, EnvoyDump proxy, string part, string list, Func<JsonObject, JsonObject?> resource)
    {
        var difference = LineDifference.Between($"Istiod {kind}", Lines(istiod, part, list, resource), $"Envoy {kind}", Lines(proxy, part, list, resource));
        return difference.Length == 0 ? $"{kind} Match{suffix}\n" : $"{kind} Don't Match{suffix}\n{difference}";
    }

    private static string[] Lines(EnvoyDump dump, string part, string list, Func<JsonObject, JsonObject?> resource)
    {
        var resources = EnvoyDump.Items(dump.Part(part), list).Select(resource).OfType<JsonObject>().OrderBy(each => EnvoyDump.Text(each, "name"), StringComparer.Ordinal);
        return EnvoyDump.Indented(new JsonArray([.. resources.Select(Sorted)])).TrimEnd('\n').Split('\n');
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static string RoutesLoaded(EnvoyDump proxy)
    {
        var times = EnvoyDump.Items(proxy.Part("RoutesConfigDump"), "dynamicRouteConfigs")
            .Select(entry => DateTimeOffset.TryParse(EnvoyDump.Text(entry, "lastUpdated"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : (DateTimeOffset?)null)
            .OfType<DateTimeOffset>().ToList();
        return times.Count == 0 ? "" : $" (RDS last loaded at {times.Max().UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)})";
    }
}
