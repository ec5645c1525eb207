using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Stats;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Network filters by Istio's names.</summary>
internal static class NetworkFilters
{
    public const string MetadataExchangeName = "istio.metadata_exchange";
    private const string MetadataExchangeType = "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange";
    private const string TcpProxyName = "envoy.filters.network.tcp_proxy";
    private const string StatsName = "istio.stats";

    public static Any MetadataExchangeConfig() => EnvoyShapes.TypedStruct(MetadataExchangeType, EnvoyShapes.StructOf(
        ("enable_discovery", Value.ForBool(true)),
        ("protocol", Value.ForString("istio-peer-exchange"))));

    public static Filter MetadataExchange() => new() { Name = MetadataExchangeName, TypedConfig = MetadataExchangeConfig() };

    /// <summary>Istio's statistics of connections, when the mesh has a metrics provider.</summary>
    public static IEnumerable<Filter> Stats(ProxyView view, bool inbound)
    {
        if (view.Mesh.ReportsMetrics)
        {
            yield return new Filter { Name = StatsName, TypedConfig = new PluginConfig { DisableHostHeaderFallback = inbound }.Pack() };
        }
    }

    public static Filter TcpProxy(ProxyView view, string cluster, string statPrefix, bool logged = true)
    {
        var proxy = new TcpProxy { Cluster = cluster, StatPrefix = statPrefix };
        if (logged)
        {
            proxy.AccessLog.Add(AccessLogs.Of(view.Mesh));
        }

        return new Filter { Name = TcpProxyName, TypedConfig = proxy.Pack() };
    }

    public static Filter TcpProxy(TcpProxy proxy) => new() { Name = TcpProxyName, TypedConfig = proxy.Pack() };
}
