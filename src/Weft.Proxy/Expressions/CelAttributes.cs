using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Expressions;

/// <summary>Envoy's attributes by name (request, response, connection, source, destination, upstream, xds, metadata).</summary>
internal static class CelAttributes
{
    private static readonly FrozenDictionary<string, Func<IStreamInfo, CelMap>> Roots = new Dictionary<string, Func<IStreamInfo, CelMap>>(StringComparer.Ordinal)
    {
        ["request"] = stream => name => Request(stream, name),
        ["response"] = stream => name => Response(stream, name),
        ["connection"] = stream => name => Connection(stream, name),
        ["source"] = stream => name => Address(stream.DownstreamRemoteAddress, name),
        ["destination"] = stream => name => Address(stream.DownstreamLocalAddress, name),
        ["upstream"] = stream => name => Upstream(stream, name),
        ["xds"] = stream => name => Xds(stream, name),
        ["metadata"] = stream => name => name == "filter_metadata" ? new CelMap(filter => stream.Metadata?.For(filter)) : null,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="ResourceRejectedException">Not an attribute.</exception>
    public static CelNode Root(string name, string source) =>
        Roots.TryGetValue(name, out var root) ? stream => root(stream) : throw new ResourceRejectedException($"expression '{source}': attribute {name} is not supported");

    private static object? Request(IStreamInfo stream, string name) => stream.Protocol is null ? null : name switch
    {
        "path" => stream.RequestHeader(":path"),
        "url_path" => stream.RequestHeader(":path")?.Split('?', 2)[0],
        "query" => stream.RequestHeader(":path")?.Split('?', 2) is [_, var query] ? query : "",
        "host" => stream.RequestHeader(":authority"),
        "scheme" => stream.RequestHeader(":scheme"),
        "method" => stream.RequestHeader(":method"),
        "headers" => new CelMap(stream.RequestHeader),
        "referer" => stream.RequestHeader("referer"),
        "useragent" => stream.RequestHeader("user-agent"),
        "id" => stream.RequestHeader(HttpHeaderRules.RequestId),
        "protocol" => stream.Protocol,
        "size" => (double)stream.BytesReceived,
        "total_size" => (double)(stream.BytesReceived + ((stream as HttpExchange)?.RequestHeaderBytes ?? 0)),
        "duration" => stream.Duration.TotalSeconds,
        _ => null,
    };

    private static object? Response(IStreamInfo stream, string name) => stream.Protocol is null ? null : name switch
    {
        "code" => stream.ResponseCode > 0 ? (double)stream.ResponseCode : null,
        "code_details" => stream.Details,
        "flags" => (double)(long)stream.Flags,
        "grpc_status" => CelValue.Number(stream.GrpcStatus),
        "headers" => new CelMap(stream.ResponseHeader),
        "trailers" => new CelMap(stream.ResponseTrailer),
        "size" => (double)stream.BytesSent,
        "total_size" => (double)(stream.BytesSent + ((stream as HttpExchange)?.ResponseHeaderBytes ?? 0)),
        _ => null,
    };

    private static object? Connection(IStreamInfo stream, string name) => name switch
    {
        "mtls" => stream.DownstreamTls is { PeerHash.Length: > 0 },
        "requested_server_name" => stream.RequestedServerName,
        "uri_san_peer_certificate" => stream.DownstreamTls?.PeerUri,
        "uri_san_local_certificate" => stream.DownstreamTls?.LocalUri,
        "subject_peer_certificate" => stream.DownstreamTls?.PeerSubject,
        "sha256_peer_certificate_digest" => stream.DownstreamTls?.PeerHash,
        "termination_details" => stream.ConnectionTermination,
        _ => null,
    };

    private static object? Upstream(IStreamInfo stream, string name) => name switch
    {
        "address" => stream.UpstreamHost?.ToString(),
        "port" => stream.UpstreamHost is { } host ? (double)host.Port : null,
        "local_address" => stream.UpstreamLocalAddress?.ToString(),
        "transport_failure_reason" => stream.UpstreamTransportFailure,
        "uri_san_peer_certificate" => stream.UpstreamTls?.PeerUri,
        "uri_san_local_certificate" => stream.UpstreamTls?.LocalUri,
        "request_attempt_count" => stream is HttpExchange exchange ? (double)exchange.Attempts : null,
        _ => null,
    };

    private static object? Xds(IStreamInfo stream, string name) => name switch
    {
        "cluster_name" => stream.UpstreamCluster,
        "route_name" => stream.RouteName,
        "cluster_metadata" => FilterMetadata(stream.Cluster?.Config.Metadata),
        "upstream_host_metadata" => FilterMetadata(stream.Endpoint?.Config?.Metadata),
        _ => null,
    };

    private static CelMap? FilterMetadata(Envoy.Config.Core.V3.Metadata? metadata) => metadata is null ? null
        : name => name == "filter_metadata" ? new CelMap(filter => metadata.FilterMetadata.TryGetValue(filter, out Struct? fields) ? fields : null) : null;

    private static object? Address(System.Net.IPEndPoint address, string name) => name switch
    {
        "address" => address.ToString(),
        "port" => (double)address.Port,
        _ => null,
    };
}
