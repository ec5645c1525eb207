using Weft.Proxy.AccessLog;

namespace Weft.Proxy.Forwarding;

/// <summary>The access log entry of a request.</summary>
internal static class HttpAccessLog
{
    public static AccessLogEntry Entry(HttpExchange exchange) => new()
    {
        StartTime = exchange.StartTime,
        Duration = exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp),
        RequestHeader = exchange.RequestHeader,
        ResponseHeader = name => exchange.ResponseHeaders.TryGetValue(name, out var values) ? values.ToString() : null,
        Protocol = exchange.Protocol,
        ResponseCode = exchange.ResponseCode,
        Flags = exchange.Flags,
        Details = exchange.Details,
        UpstreamTransportFailure = exchange.UpstreamTransportFailure,
        BytesReceived = exchange.RequestBodyBytes,
        BytesSent = exchange.ResponseBodyBytes,
        UpstreamHost = exchange.Endpoint?.Address,
        UpstreamCluster = exchange.ClusterName.Length > 0 ? exchange.ClusterName : null,
        UpstreamLocalAddress = exchange.Upstream?.LastConnection?.LocalAddress,
        DownstreamLocalAddress = exchange.OriginalDestination,
        DownstreamRemoteAddress = exchange.Connection.RemoteAddress,
        RequestedServerName = exchange.Connection.RequestedServerName,
        RouteName = exchange.Route?.Name,
        GrpcStatus = exchange.GrpcStatus,
    };
}
