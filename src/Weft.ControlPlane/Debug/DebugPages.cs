using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Envoy.Admin.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Json;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;
using Weft.Xds;

namespace Weft.ControlPlane.Debug;

/// <summary>What the control plane knows, for people and tools; shapes as istiod's.</summary>
internal sealed class DebugPages(AdsServer discovery, SnapshotSource<MeshPush> pushes, ControlPlaneDiagnostics diagnostics, string clusterId)
{
    public bool IsReady => pushes.Current.IsReady;

    private MeshSnapshot Snapshot => pushes.Current.Snapshot;

    public string Metrics()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"pilot_info{{version=\"{ControlPlane.IstioVersion}\"}} 1\n");
        text.Append(CultureInfo.InvariantCulture, $"pilot_services {Snapshot.Services.Length}\n");
        text.Append(CultureInfo.InvariantCulture, $"pilot_virt_services {Snapshot.Objects.VirtualServices.Length}\n");
        foreach (var group in discovery.Connections.GroupBy(connection => connection.Node.IstioVersion))
        {
            text.Append(CultureInfo.InvariantCulture, $"pilot_xds{{version=\"{group.Key}\"}} {group.Count()}\n");
        }

        foreach (var (series, value) in diagnostics.Counters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{series} {value}\n");
        }

        return text.ToString();
    }

    public JsonArray SyncStatus()
    {
        var proxies = new JsonArray();
        foreach (var connection in discovery.Connections.OrderBy(connection => connection.ConnectionId, StringComparer.Ordinal))
        {
            var proxy = new JsonObject
            {
                ["cluster_id"] = connection.Node.ClusterId,
                ["proxy"] = connection.Node.PodId,
                ["proxy_type"] = connection.Node.Type == ProxyType.Sidecar ? "sidecar" : "router",
                ["istio_version"] = connection.Node.IstioVersion,
            };
            Add(proxy, "cluster", connection.Status, TypeUrls.Cluster);
            Add(proxy, "listener", connection.Status, TypeUrls.Listener);
            Add(proxy, "route", connection.Status, TypeUrls.Route);
            Add(proxy, "endpoint", connection.Status, TypeUrls.Endpoint);
            Add(proxy, "extensionconfig", connection.Status, TypeUrls.ExtensionConfig);
            proxies.Add(proxy);
        }

        return proxies;
    }

    public JsonObject Connections()
    {
        var clients = new JsonArray();
        foreach (var connection in discovery.Connections.OrderBy(connection => connection.ConnectionId, StringComparer.Ordinal))
        {
            clients.Add(new JsonObject
            {
                ["connectionId"] = connection.ConnectionId,
                ["connectedAt"] = connection.ConnectedAt.ToString("O", CultureInfo.InvariantCulture),
                ["address"] = connection.Address,
                ["metadata"] = null,
            });
        }

        return new JsonObject { ["totalClients"] = clients.Count, ["clients"] = clients };
    }

    public JsonArray Registry() => [.. Snapshot.Services.Select(RegistryEntry)];

    public JsonObject Endpoints()
    {
        var hosts = new JsonObject();
        foreach (var service in Snapshot.Services.Where(service => service.Endpoints.Length > 0).DistinctBy(service => service.Host))
        {
            hosts[service.Host] = new JsonObject
            {
                [service.Namespace] = new JsonObject { ["Shards"] = new JsonObject { [$"Kubernetes/{clusterId}"] = new JsonArray([.. service.Endpoints.Select(Endpoint)]) } },
            };
        }

        return hosts;
    }

    public JsonArray Configuration()
    {
        var objects = Snapshot.Objects;
        return
        [
            .. Nodes(objects.DestinationRules), .. Nodes(objects.Gateways), .. Nodes(objects.ServiceEntries), .. Nodes(objects.Sidecars),
            .. Nodes(objects.VirtualServices), .. Nodes(objects.WorkloadEntries), .. Nodes(objects.AuthorizationPolicies), .. Nodes(objects.PeerAuthentications),
        ];
    }

    /// <summary>What the proxy was generated, in the form of Envoy's config_dump; null when it is not connected.</summary>
    public string? ConfigDump(string proxyId)
    {
        if (discovery.Connections.FirstOrDefault(connection => connection.Node.PodId == proxyId)?.View is not { } view)
        {
            return null;
        }

        var version = pushes.Current.Version;
        var clusters = new ClustersConfigDump { VersionInfo = version };
        clusters.DynamicActiveClusters.Add(ClusterGenerator.Of(view).Select(cluster => new ClustersConfigDump.Types.DynamicCluster { VersionInfo = version, Cluster = Any.Pack(cluster) }));
        var listeners = new ListenersConfigDump { VersionInfo = version };
        listeners.DynamicListeners.Add(ListenerGenerator.Of(view).Select(listener => new ListenersConfigDump.Types.DynamicListener
        {
            Name = listener.Name,
            ActiveState = new() { VersionInfo = version, Listener = Any.Pack(listener) },
        }));
        var routes = new RoutesConfigDump();
        routes.DynamicRouteConfigs.Add(RouteGenerator.NamesIn(view).Select(name => new RoutesConfigDump.Types.DynamicRouteConfig { VersionInfo = version, RouteConfig = Any.Pack(RouteGenerator.Of(view, name)) }));
        var dump = new ConfigDump { Configs = { Any.Pack(new BootstrapConfigDump()), Any.Pack(clusters), Any.Pack(listeners), Any.Pack(routes) } };
        return EnvoyJson.Format(dump);
    }

    private static void Add(JsonObject proxy, string name, SyncStatus status, string type)
    {
        if (status.Types.GetValueOrDefault(type) is { } state)
        {
            proxy[$"{name}_sent"] = state.NonceSent;
            proxy[$"{name}_acked"] = state.NonceAcknowledged;
        }
    }

    private static JsonObject RegistryEntry(MeshService service) => new()
    {
        ["Attributes"] = new JsonObject
        {
            ["Name"] = service.Name,
            ["Namespace"] = service.Namespace,
            ["ServiceRegistry"] = service.Registry.ToString(),
            ["Labels"] = Texts(service.Labels),
            ["LabelSelectors"] = Texts(service.Selector),
            ["ExportTo"] = service.ExportTo is ["*"] ? null : new JsonObject(service.ExportTo.Select(target => KeyValuePair.Create<string, JsonNode?>(target, new JsonObject()))),
            ["NodeLocal"] = service.NodeLocal,
        },
        ["MeshExternal"] = service.IsExternal,
        ["Resolution"] = ResolutionNumber(service.Resolution),
        ["creationTime"] = service.CreationTimestamp?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["defaultAddress"] = service.Addresses.Length > 0 ? service.Addresses[0] : "0.0.0.0",
        ["hostname"] = service.Host,
        ["ports"] = new JsonArray([.. service.Ports.Select(port => new JsonObject { ["name"] = port.Name, ["port"] = port.Number, ["protocol"] = ProtocolName(port) })]),
    };

    /// <summary>Istio's numbers of its resolution enumeration.</summary>
    private static int ResolutionNumber(ServiceResolution resolution) => resolution switch
    {
        ServiceResolution.Endpoints => 0,
        ServiceResolution.Dns => 1,
        ServiceResolution.Passthrough => 2,
        ServiceResolution.DnsRoundRobin => 3,
        ServiceResolution.Alias => 4,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string ProtocolName(MeshServicePort port) => port.Protocol switch
    {
        Istio.Mesh.PortProtocol.Unknown => "UnsupportedProtocol",
        Istio.Mesh.PortProtocol.GrpcWeb => "GRPC-Web",
        Istio.Mesh.PortProtocol.HttpProxy => "HTTP_PROXY",
        _ => port.Protocol.ToString().ToUpperInvariant(),
    };

    private static JsonObject Endpoint(MeshEndpoint endpoint) => new()
    {
        ["Addresses"] = new JsonArray(endpoint.Address),
        ["EndpointPort"] = endpoint.Port,
        ["HealthStatus"] = endpoint.Ready == false ? 2 : 1,
        ["Labels"] = Texts(endpoint.Labels),
        ["ServicePortName"] = endpoint.PortName,
        ["WorkloadName"] = endpoint.WorkloadName,
        ["Namespace"] = endpoint.Namespace,
        ["TLSMode"] = endpoint.AcceptsMutualTls ? "istio" : "disabled",
    };

    private static JsonObject Texts(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));

    private static IEnumerable<JsonNode?> Nodes<T>(IEnumerable<T> objects)
        where T : class, IKubeObject => objects.Select(item => JsonSerializer.SerializeToNode(item, IstioJson.Options.TypeInfoOf<T>()));
}
