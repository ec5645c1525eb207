using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Envoy.Service.Discovery.V3;
using Envoy.Service.Status.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Xds;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>How far the proxies follow, from the answer to <c>istio.io/debug/syncz</c> over discovery, as <c>istioctl proxy-status</c> shows it.</summary>
public static class StatusView
{
    private static readonly string[] s_header = ["NAME", "CLUSTER", "ISTIOD", "VERSION", "SUBSCRIBED TYPES"];
    private static readonly string[] s_wideHeader = ["NAME", "CLUSTER", "CDS", "ECDS", "EDS", "LDS", "RDS", "ISTIOD", "VERSION"];

    private static readonly (string Name, string Type)[] s_types =
    [
        ("CDS", TypeUrls.Cluster), ("LDS", TypeUrls.Listener), ("EDS", TypeUrls.Endpoint), ("RDS", TypeUrls.Route), ("ECDS", TypeUrls.ExtensionConfig),
        ("SDS", TypeUrls.Secret), ("NDS", TypeUrls.NameTable),
    ];

    private static readonly string[] s_wideTypes = ["CDS", "ECDS", "EDS", "LDS", "RDS"];

    /// <summary>One line a proxy, with the types it asked for.</summary>
    public static string Table(DiscoveryResponse response) => TextTable.Write(s_header, Proxies(response).Select(proxy => (string[])[.. Head(proxy, response), Subscribed(proxy)]));

    /// <summary>One line a proxy, with the state of each type.</summary>
    public static string WideTable(DiscoveryResponse response, DateTimeOffset now) => TextTable.Write(
        s_wideHeader,
        Proxies(response).Select(proxy =>
        {
            var (name, cluster, istiod, version) = (NameOf(proxy), Metadata(proxy, "CLUSTER_ID"), Istiod(response), Metadata(proxy, "ISTIO_VERSION"));
            return (string[])[name, cluster, .. s_wideTypes.Select(type => State(proxy, type, now)), istiod, version];
        }));

    public static string Json(DiscoveryResponse response) => EnvoyDump.Indented(JsonNode.Parse(EnvoyJson.Format(response))!);

    /// <summary>The name of the proxy in one resource of the answer; null for another resource.</summary>
    public static string? NameOf(Any resource) => resource.Is(ClientConfig.Descriptor) ? NameOf(resource.Unpack<ClientConfig>()) : null;

    private static IEnumerable<ClientConfig> Proxies(DiscoveryResponse response) =>
        response.Resources.Where(any => any.Is(ClientConfig.Descriptor)).Select(any => any.Unpack<ClientConfig>()).OrderBy(NameOf, StringComparer.Ordinal);

    private static IEnumerable<string> Head(ClientConfig proxy, DiscoveryResponse response) =>
        [NameOf(proxy), Metadata(proxy, "CLUSTER_ID"), Istiod(response), Metadata(proxy, "ISTIO_VERSION")];

    /// <summary>pod.namespace, the third part of the node's id.</summary>
    private static string NameOf(ClientConfig proxy) => proxy.Node.Id.Split('~') is [_, _, var name, _] ? name : proxy.Node.Id;

    private static string Metadata(ClientConfig proxy, string key) =>
        proxy.Node.Metadata?.Fields.TryGetValue(key, out var value) == true && value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue : "";

    private static string Istiod(DiscoveryResponse response)
    {
        try
        {
            return JsonNode.Parse(response.ControlPlane?.Identifier ?? "{}")?["ID"]?.ToString() ?? "";
        }
        catch (JsonException)
        {
            return response.ControlPlane!.Identifier;
        }
    }

    private static string Subscribed(ClientConfig proxy)
    {
        var types = proxy.GenericXdsConfigs.Select(config => config.TypeUrl).ToHashSet();
        var names = s_types.Where(type => types.Contains(type.Type)).Select(type => type.Name).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{names.Count} ({string.Join(',', names)})");
    }

    private static string State(ClientConfig proxy, string type, DateTimeOffset now)
    {
        var url = s_types.First(each => each.Name == type).Type;
        if (proxy.GenericXdsConfigs.FirstOrDefault(config => config.TypeUrl == url) is not { } config)
        {
            return "IGNORED";
        }

        var age = config.LastUpdated is { } updated ? $" ({Age(now - updated.ToDateTimeOffset())})" : "";
        return config.ConfigStatus switch
        {
            ConfigStatus.Synced => "SYNCED" + age,
            ConfigStatus.Stale => "STALE" + age,
            ConfigStatus.Error => "ERROR" + age,
            ConfigStatus.NotSent => "NOT SENT",
            _ => "UNKNOWN",
        };
    }

    /// <summary>As Kubernetes writes ages: 5s, 3m12s, 2h5m, 3d4h.</summary>
    private static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 2 } => $"{Math.Max(0, (int)age.TotalSeconds)}s",
        { TotalMinutes: < 10 } => $"{(int)age.TotalMinutes}m{(age.Seconds == 0 ? "" : $"{age.Seconds}s")}",
        { TotalHours: < 3 } => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 8 } => $"{(int)age.TotalHours}h{(age.Minutes == 0 ? "" : $"{age.Minutes}m")}",
        { TotalHours: < 48 } => $"{(int)age.TotalHours}h",
        { TotalDays: < 8 } => $"{(int)age.TotalDays}d{(age.Hours == 0 ? "" : $"{age.Hours}h")}",
        _ => $"{(int)age.TotalDays}d",
    };
}
