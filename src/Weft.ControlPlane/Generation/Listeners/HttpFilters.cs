using Envoy.Extensions.Filters.Http.Cors.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.GrpcWeb.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Http.StatefulSession.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Authorization;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Alpn = Istio.Envoy.Config.Filter.Http.Alpn.V2Alpha1.FilterConfig;
using DynamicForwardProxy = Envoy.Extensions.Filters.Http.DynamicForwardProxy.V3.FilterConfig;
using GrpcStats = Envoy.Extensions.Filters.Http.GrpcStats.V3.FilterConfig;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>The HTTP filters of a connection manager in Istio's order.</summary>
internal static class HttpFilters
{
    public const string Fault = "envoy.filters.http.fault";
    public const string Cors = "envoy.filters.http.cors";
    public const string Router = "envoy.filters.http.router";
    private const string PeerMetadataType = "type.googleapis.com/io.istio.http.peer_metadata.Config";

    public static IEnumerable<HttpFilter> Outbound(ProxyView view, PortProtocol protocol, IReadOnlyCollection<string> dynamicHosts)
    {
        yield return PeerMetadata("upstream_discovery", "upstream_propagation", view.Headers.KeepsPeersInMesh);
        if (protocol == PortProtocol.GrpcWeb)
        {
            yield return Filter("envoy.filters.http.grpc_web", new GrpcWeb());
        }

        yield return GrpcStats();
        yield return AlpnFilter();
        yield return Filter(Fault, new HTTPFault());
        yield return Filter(Cors, new Cors());
        foreach (var stats in Stats(view, TelemetryMode.Client))
        {
            yield return stats;
        }

        foreach (var host in dynamicHosts)
        {
            yield return Filter("envoy.filters.http.dynamic_forward_proxy", new DynamicForwardProxy { DnsCacheConfig = DnsDiscovery.CacheOf(host) });
        }

        if (PersistentSessions.Exist(view))
        {
            yield return Filter(PersistentSessions.FilterName, new StatefulSession());
        }

        yield return Filter(Router, new Router { SuppressEnvoyHeaders = view.Headers.HidesDebugHeaders });
    }

    /// <summary>A gateway guards what it forwards, as an inbound chain does, and speaks to the mesh as an outbound one.</summary>
    public static IEnumerable<HttpFilter> Gateway(ProxyView view, PortProtocol protocol)
    {
        yield return PeerMetadata("upstream_discovery", "upstream_propagation", view.Headers.KeepsPeersInMesh);
        foreach (var authorization in AuthorizationFilters.Http(view))
        {
            yield return authorization;
        }

        if (protocol == PortProtocol.GrpcWeb)
        {
            yield return Filter("envoy.filters.http.grpc_web", new GrpcWeb());
        }

        yield return GrpcStats();
        yield return AlpnFilter();
        yield return Filter(Fault, new HTTPFault());
        yield return Filter(Cors, new Cors());
        foreach (var stats in Stats(view, TelemetryMode.Client))
        {
            yield return stats;
        }

        if (PersistentSessions.Exist(view))
        {
            yield return Filter(PersistentSessions.FilterName, new StatefulSession());
        }

        yield return Filter(Router, new Router { SuppressEnvoyHeaders = view.Headers.HidesDebugHeaders });
    }

    public static IEnumerable<HttpFilter> Inbound(ProxyView view, PortProtocol protocol)
    {
        yield return PeerMetadata("downstream_discovery", "downstream_propagation");
        foreach (var authorization in AuthorizationFilters.Http(view))
        {
            yield return authorization;
        }

        if (protocol == PortProtocol.GrpcWeb)
        {
            yield return Filter("envoy.filters.http.grpc_web", new GrpcWeb());
        }

        yield return GrpcStats();
        yield return Filter(Fault, new HTTPFault());
        yield return Filter(Cors, new Cors());
        foreach (var stats in Stats(view, TelemetryMode.Server))
        {
            yield return stats;
        }

        yield return Filter(Router, new Router { SuppressEnvoyHeaders = view.Headers.HidesDebugHeaders });
    }

    public static HttpFilter Filter(string name, IMessage config) => new() { Name = name, TypedConfig = config.Pack() };

    private static HttpFilter GrpcStats() => Filter("envoy.filters.http.grpc_stats", new GrpcStats { EmitFilterState = true, StatsForAllMethods = false });

    private static IEnumerable<HttpFilter> Stats(ProxyView view, TelemetryMode mode) => StatsConfigs.Of(view, mode).Select(config => Filter(StatsConfigs.FilterName, config));

    /// <param name="inMeshOnly">Calls to services outside do not tell who calls.</param>
    private static HttpFilter PeerMetadata(string discovery, string propagation, bool inMeshOnly = false) => new()
    {
        Name = NetworkFilters.MetadataExchangeName,
        TypedConfig = EnvoyShapes.TypedStruct(PeerMetadataType, EnvoyShapes.StructOf(
            (discovery, Value.ForList(Method("istio_headers"), Method("workload_discovery"))),
            (propagation, Value.ForList(Method("istio_headers", inMeshOnly ? EnvoyShapes.StructOf(("skip_external_clusters", Value.ForBool(true))) : null))))),
    };

    private static Value Method(string name, Struct? settings = null) => Value.ForStruct(EnvoyShapes.StructOf((name, Value.ForStruct(settings ?? new Struct()))));

    private static HttpFilter AlpnFilter() => Filter("istio.alpn", new Alpn
    {
        AlpnOverride =
        {
            Override(Alpn.Types.Protocol.Http10, "istio-http/1.0", "http/1.0"),
            Override(Alpn.Types.Protocol.Http11, "istio-http/1.1", "http/1.1"),
            Override(Alpn.Types.Protocol.Http2, "istio-h2", "h2"),
        },
    });

    private static Alpn.Types.AlpnOverride Override(Alpn.Types.Protocol upstream, string istio, string plain) => new()
    {
        UpstreamProtocol = upstream,
        AlpnOverride_ = { istio, "istio", plain },
    };
}
