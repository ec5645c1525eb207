using System.Globalization;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Tracing;

/// <summary>The tags that Envoy gives its spans (HttpTracerUtility), and those of the configuration.</summary>
internal static class SpanTags
{
    public static IReadOnlyList<KeyValuePair<string, string>> OfRequest(HttpExchange exchange, TracingModel model)
    {
        var tags = new List<KeyValuePair<string, string>>(24 + model.CustomTags.Length);
        Add(tags, "component", "proxy");
        Add(tags, "node_id", exchange.Proxy.Node.Id);
        Add(tags, "zone", exchange.Proxy.Node.XdsNode.Locality?.Zone ?? "");
        Add(tags, "guid:x-request-id", exchange.RequestHeader(HttpHeaderRules.RequestId));
        Add(tags, "guid:x-client-trace-id", exchange.RequestHeader("x-client-trace-id"));
        Add(tags, "http.url", Url(exchange, model.MaxPathTagLength));
        Add(tags, "http.method", exchange.Method);
        Add(tags, "downstream_cluster", exchange.RequestHeader("x-envoy-downstream-service-cluster") ?? "-");
        Add(tags, "user_agent", exchange.RequestHeader("user-agent") ?? "-");
        Add(tags, "http.protocol", exchange.Protocol);
        Add(tags, "peer.address", exchange.Connection.PeerAddress.Address.ToString());
        AddGrpcRequest(tags, exchange);
        Add(tags, "request_size", Text(exchange.RequestBodyBytes));
        Add(tags, "response_size", Text(exchange.ResponseBodyBytes));
        AddResult(tags, exchange);
        foreach (var tag in model.CustomTags)
        {
            Add(tags, tag.Name, tag.Value(exchange));
        }

        return tags;
    }

    public static IReadOnlyList<KeyValuePair<string, string>> OfUpstream(HttpExchange exchange)
    {
        var tags = new List<KeyValuePair<string, string>>(12);
        Add(tags, "component", "proxy");
        Add(tags, "http.protocol", exchange.Protocol);
        Add(tags, "upstream_address", exchange.Endpoint?.Address.ToString());
        Add(tags, "peer.address", exchange.Endpoint?.Address.ToString());
        if (exchange.Attempts > 1)
        {
            Add(tags, "retry.count", Text(exchange.Attempts - 1));
        }

        AddResult(tags, exchange);
        return tags;
    }

    /// <summary>A server's failure, a gRPC status that means one, or no answer at all.</summary>
    public static bool IsError(HttpExchange exchange) =>
        exchange.ResponseCode is 0 or >= 500 || (exchange.IsGrpc && exchange.GrpcStatus is "2" or "4" or "8" or "12" or "13" or "14" or "15");

    private static void AddResult(List<KeyValuePair<string, string>> tags, HttpExchange exchange)
    {
        Add(tags, "upstream_cluster", exchange.ClusterName);
        Add(tags, "upstream_cluster.name", exchange.Cluster is { Config.AltStatName.Length: > 0 } cluster ? cluster.Config.AltStatName : exchange.ClusterName);
        Add(tags, "http.status_code", Text(exchange.ResponseCode));
        Add(tags, "grpc.status_code", exchange.IsGrpc ? exchange.GrpcStatus : "");
        Add(tags, "response_flags", ResponseFlagText.Of(exchange.Flags));
        if (IsError(exchange))
        {
            Add(tags, "error", "true");
        }
    }

    private static void AddGrpcRequest(List<KeyValuePair<string, string>> tags, HttpExchange exchange)
    {
        if (exchange.IsGrpc)
        {
            Add(tags, "grpc.path", exchange.Path);
            Add(tags, "grpc.authority", exchange.Authority);
            Add(tags, "grpc.content_type", exchange.RequestHeader("content-type"));
            Add(tags, "grpc.timeout", exchange.RequestHeader(GrpcTimeout.Header));
        }
    }

    private static string Url(HttpExchange exchange, int limit)
    {
        var path = exchange.OriginalPath ?? exchange.Path;
        return $"{exchange.RequestHeader(HttpHeaderRules.ForwardedProto) ?? "http"}://{exchange.Authority}{(path.Length > limit ? path[..limit] : path)}";
    }

    private static void Add(List<KeyValuePair<string, string>> tags, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            tags.Add(new(name, value));
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
