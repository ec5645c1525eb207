using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Filters.Http;

namespace Weft.Proxy.Forwarding;

/// <summary>Answers that the proxy gives by itself, with Envoy's status, body and details.</summary>
internal static class LocalReply
{
    public static Task RouteNotFoundAsync(HttpExchange exchange) => SendAsync(exchange, 404, "", ResponseFlags.NoRouteFound, "route_not_found");

    public static Task ClusterNotFoundAsync(HttpExchange exchange) => SendAsync(exchange, 503, "", ResponseFlags.NoClusterFound, "cluster_not_found");

    public static Task NoHealthyUpstreamAsync(HttpExchange exchange) =>
        SendAsync(exchange, 503, "no healthy upstream", ResponseFlags.NoHealthyUpstream, "no_healthy_upstream");

    /// <summary>A circuit breaker is open.</summary>
    public static Task OverflowAsync(HttpExchange exchange) => UpstreamResetAsync(exchange, "overflow", null, ResponseFlags.UpstreamOverflow);

    /// <summary>The fault filter's abort.</summary>
    public static Task FaultAsync(HttpExchange exchange, FaultAbort abort) =>
        SendAsync(exchange, abort.HttpStatus, "fault filter abort", ResponseFlags.FaultInjected, "fault_filter_abort", abort.GrpcStatus);

    /// <param name="isOfAttempt">The time-out of one attempt, not of the route.</param>
    public static Task TimeoutAsync(HttpExchange exchange, bool isOfAttempt) =>
        SendAsync(exchange, 504, "upstream request timeout", ResponseFlags.UpstreamRequestTimeout, isOfAttempt ? "upstream_per_try_timeout" : "response_timeout");

    /// <summary>The upstream failed before its response began (Envoy Filter::onUpstreamReset).</summary>
    public static Task UpstreamResetAsync(HttpExchange exchange, string reason, string? transportFailure, ResponseFlags flag)
    {
        exchange.UpstreamTransportFailure = transportFailure;
        var introduction = exchange.Attempts > 1 ? "retried and the latest reset reason" : "reset reason";
        var body = $"upstream connect error or disconnect/reset before headers. {introduction}: {reason}"
            + (transportFailure is null ? "" : $", transport failure reason: {transportFailure}");
        var details = $"upstream_reset_before_response_started{{{reason}{(transportFailure is null ? "" : $"|{transportFailure}")}}}".Replace(' ', '_');
        return SendAsync(exchange, 503, body, flag, details);
    }

    /// <summary>Sends a reply; a gRPC client gets it as a gRPC status.</summary>
    /// <param name="grpcStatus">For gRPC clients; null derives it from the HTTP status.</param>
    public static async Task SendAsync(HttpExchange exchange, int status, string body, ResponseFlags flags, string details, int? grpcStatus = null)
    {
        exchange.Flags |= flags;
        exchange.Details = details;
        var response = exchange.Http.Response;
        if (response.HasStarted)
        {
            exchange.Http.Abort();
            return;
        }

        response.Headers.Clear();
        if (flags.HasFlag(ResponseFlags.UpstreamOverflow))
        {
            response.Headers["x-envoy-overloaded"] = "true";
        }

        if (exchange.IsGrpc)
        {
            await SendGrpcAsync(exchange, grpcStatus?.ToString(CultureInfo.InvariantCulture) ?? GrpcStatusFor(status), body);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(body);
        if (bytes.Length > 0)
        {
            response.ContentType = "text/plain";
        }

        if (exchange.RedirectLocation is { } location)
        {
            response.Headers.Location = location;
        }

        response.ContentLength = bytes.Length;
        exchange.ResponseBodyBytes = bytes.Length;
        exchange.BeginResponse(status);
        HttpHeaderRules.Finish(exchange, isLocal: true);
        if (bytes.Length > 0 && !HttpMethods.IsHead(exchange.Method))
        {
            await response.Body.WriteAsync(bytes, exchange.Http.RequestAborted);
        }
    }

    private static Task SendGrpcAsync(HttpExchange exchange, string status, string body)
    {
        var response = exchange.Http.Response;
        exchange.GrpcStatus = status;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = exchange.GrpcStatus;
        if (body.Length > 0)
        {
            response.Headers["grpc-message"] = body;
        }

        exchange.BeginResponse(200);
        HttpHeaderRules.Finish(exchange, isLocal: true);
        return response.StartAsync(exchange.Http.RequestAborted);
    }

    // Envoy Grpc::Utility::httpToGrpcStatus
    private static string GrpcStatusFor(int status) => status switch
    {
        400 => "13",
        401 => "16",
        403 => "7",
        404 => "12",
        429 or 502 or 503 or 504 => "14",
        _ => "2",
    };
}
