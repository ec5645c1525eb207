using System.Text.Json.Nodes;
using Envoy.Config.Cluster.V3;
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
        var address = metadata["PROXY_CONFIG"] is JsonObject proxy && proxy["tracing"] is JsonObject tracing && tracing["zipkin"] is JsonObject zipkin ? zipkin["address"] : null;
        return BootstrapClusters.Of(ClusterName, address) is { } cluster ? new BootstrapTracing(cluster, Provide()) : null;
    }

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
