using System.Globalization;
using System.Text.Json.Nodes;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Tracing;

namespace Weft.Proxy.Bootstrap;

/// <summary>
/// The tracer of Istio's bootstrap: where the proxy's own configuration names a Zipkin collector (PROXY_CONFIG.tracing.zipkin.address), the spans of
/// connection managers that name no provider go there.
/// </summary>
internal sealed record BootstrapTracing(Cluster Cluster, TracingProvider Provider)
{
    private const string ClusterName = "zipkin";

    /// <returns>Null when no collector is named, or not as <c>host:port</c>.</returns>
    public static BootstrapTracing? Of(JsonObject metadata)
    {
        var address = metadata["PROXY_CONFIG"] is JsonObject proxy && proxy["tracing"] is JsonObject tracing && tracing["zipkin"] is JsonObject zipkin
            && zipkin["address"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
        var colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new BootstrapTracing(ClusterOf(address[..colon], port), Provide())
            : null;
    }

    // As Istio's bootstrap template has them.
    private static Cluster ClusterOf(string host, uint port) => new()
    {
        Name = ClusterName,
        Type = Cluster.Types.DiscoveryType.StrictDns,
        DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Only,
        DnsRefreshRate = Duration.FromTimeSpan(TimeSpan.FromSeconds(30)),
        RespectDnsTtl = true,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
        LoadAssignment = new ClusterLoadAssignment
        {
            ClusterName = ClusterName,
            Endpoints =
            {
                new LocalityLbEndpoints
                {
                    LbEndpoints = { new LbEndpoint { Endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = host, PortValue = port } } } } },
                },
            },
        },
    };

    private static TracingProvider Provide() => new()
    {
        Collector = new SpanCollector
        {
            Protocol = SpanProtocol.ZipkinJson,
            Cluster = ClusterName,
            Authority = ClusterName,
            Path = "/api/v2/spans",
            Timeout = TimeSpan.FromSeconds(5),
            ServiceName = "",
        },
        Headers = TraceHeaders.B3,
    };
}
