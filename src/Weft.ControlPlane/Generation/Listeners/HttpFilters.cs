using Envoy.Extensions.Filters.Http.Cors.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Istio.Stats;
using Weft.ControlPlane.Generation.Authorization;
using Alpn = Istio.Envoy.Config.Filter.Http.Alpn.V2Alpha1.FilterConfig;
using GrpcStats = Envoy.Extensions.Filters.Http.GrpcStats.V3.FilterConfig;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>The HTTP filters of a connection manager in Istio's order.</summary>
internal static class HttpFilters
{
    public const string Fault = "envoy.filters.http.fault";
    public const string Cors = "envoy.filters.http.cors";
    public const string Router = "envoy.filters.http.router";
    private const string PeerMetadataType = "type.googleapis.com/io.istio.http.peer_metadata.Config";

    public static IEnumerable<HttpFilter> Outbound(ProxyView view)
    {
        yield return PeerMetadata("upstream_discovery", "upstream_propagation");
        yield return GrpcStats();
        yield return AlpnFilter();
        yield return Filter(Fault, new HTTPFault());
        yield return Filter(Cors, new Cors());
        foreach (var stats in Stats(view, inbound: false))
        {
            yield return stats;
        }

        yield return Filter(Router, new Router());
    }

    public static IEnumerable<HttpFilter> Inbound(ProxyView view)
    {
        yield return PeerMetadata("downstream_discovery", "downstream_propagation");
        foreach (var authorization in AuthorizationFilters.Http(view))
        {
            yield return authorization;
        }

        yield return GrpcStats();
        yield return Filter(Fault, new HTTPFault());
        yield return Filter(Cors, new Cors());
        foreach (var stats in Stats(view, inbound: true))
        {
            yield return stats;
        }

        yield return Filter(Router, new Router());
    }

    public static HttpFilter Filter(string name, IMessage config) => new() { Name = name, TypedConfig = config.Pack() };

    private static HttpFilter GrpcStats() => Filter("envoy.filters.http.grpc_stats", new GrpcStats { EmitFilterState = true, StatsForAllMethods = false });

    private static IEnumerable<HttpFilter> Stats(ProxyView view, bool inbound)
    {
        if (view.Mesh.ReportsMetrics)
        {
            yield return Filter("istio.stats", new PluginConfig { DisableHostHeaderFallback = inbound });
        }
    }

    private static HttpFilter PeerMetadata(string discovery, string propagation) => new()
    {
        Name = NetworkFilters.MetadataExchangeName,
        TypedConfig = EnvoyShapes.TypedStruct(PeerMetadataType, EnvoyShapes.StructOf(
            (discovery, Value.ForList(Method("istio_headers"), Method("workload_discovery"))),
            (propagation, Value.ForList(Method("istio_headers"))))),
    };

    private static Value Method(string name) => Value.ForStruct(EnvoyShapes.StructOf((name, Value.ForStruct(new Struct()))));

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
