using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.MongoProxy.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Clusters;
using Weft.Istio.Effective;
using SniDynamicForwardProxy = Envoy.Extensions.Filters.Network.SniDynamicForwardProxy.V3.FilterConfig;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Network filters by Istio's names.</summary>
internal static class NetworkFilters
{
    public const string MetadataExchangeName = "istio.metadata_exchange";
    private const string MetadataExchangeType = "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange";
    private const string TcpProxyName = "envoy.filters.network.tcp_proxy";

    public static Any MetadataExchangeConfig() => EnvoyShapes.TypedStruct(MetadataExchangeType, EnvoyShapes.StructOf(
        ("enable_discovery", Value.ForBool(true)),
        ("protocol", Value.ForString("istio-peer-exchange"))));

    public static Filter MetadataExchange() => new() { Name = MetadataExchangeName, TypedConfig = MetadataExchangeConfig() };

    /// <summary>Istio's statistics of connections, when the mesh has a metrics provider.</summary>
    public static IEnumerable<Filter> Stats(ProxyView view, TelemetryMode mode) =>
        StatsConfigs.Of(view, mode).Select(config => new Filter { Name = StatsConfigs.FilterName, TypedConfig = config.Pack() });

    /// <summary>Outside, or nowhere: what becomes of connections that no service takes.</summary>
    public static IEnumerable<Filter> Passthrough(ProxyView view) =>
        Stats(view, TelemetryMode.Client).Append(TcpProxy(view, view.PassthroughTarget, TelemetryMode.Client));

    /// <summary>Counts operations of MongoDB's protocol.</summary>
    public static Filter Mongo(string statPrefix) => new() { Name = "envoy.filters.network.mongo_proxy", TypedConfig = new MongoProxy { StatPrefix = statPrefix }.Pack() };

    /// <summary>Resolves the server name that a client asks for.</summary>
    public static Filter DynamicServerName(string host, int port) => new()
    {
        Name = "envoy.extensions.filters.network.sni_dynamic_forward_proxy",
        TypedConfig = new SniDynamicForwardProxy { DnsCacheConfig = DnsDiscovery.CacheOf(host), PortValue = (uint)port }.Pack(),
    };

    public static Filter TcpProxy(ProxyView view, string cluster, TelemetryMode mode)
    {
        var proxy = new TcpProxy { Cluster = cluster, StatPrefix = cluster };
        proxy.AccessLog.Add(AccessLogs.OfConnections(view, mode));
        return TcpProxy(proxy);
    }

    /// <summary>Connections to a capturing port itself would loop: they end, unlogged.</summary>
    public static Filter Blackhole() => TcpProxy(new TcpProxy { Cluster = ClusterNames.BlackHole, StatPrefix = ClusterNames.BlackHole });

    public static Filter TcpProxy(TcpProxy proxy) => new() { Name = TcpProxyName, TypedConfig = proxy.Pack() };
}
