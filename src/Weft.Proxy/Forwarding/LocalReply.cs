using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Filters.Http;
using Weft.Xds.Grpc;

namespace Weft.Proxy.Forwarding;

/// <summary>Answers that the proxy gives by itself, with Envoy's status, body and details.</summary>
internal static class LocalReply
{
    public static Task RouteNotFoundAsync(HttpExchange exchange) => SendAsync(exchange, 404, "", ResponseFlags.NoRouteFound, "route_not_found");

    public static Task ClusterNotFoundAsync(HttpExchange exchange, int status) => SendAsync(exchange, status, "", ResponseFlags.NoClusterFound, "cluster_not_found");

    public static Task NoHealthyUpstreamAsync(HttpExchange exchange) =>
        SendAsync(exchange, 503, "no healthy upstream", ResponseFlags.NoHealthyUpstream, "no_healthy_upstream");

    /// <summary>A circuit breaker is open.</summary>
    public static Task OverflowAsync(HttpExchange exchange) => UpstreamResetAsync(exchange, "overflow", null, ResponseFlags.UpstreamOverflow);

    /// <summary>The fault filter's abort.</summary>
    public static Task FaultAsync(HttpExchange exchange, FaultAbort abort) =>
        SendAsync(exchange, abort.HttpStatus, "fault filter abort", ResponseFlags.FaultInjected, "fault_filter_abort", abort.GrpcStatus);

    /// <summary>One attempt took too long.</summary>
    /// <param name="details">Which of its times ran out.</param>
    public static Task TimeoutAsync(HttpExchange exchange, string details) => SendAsync(
        exchange, 504, "upstream request timeout", details == "upstream_per_try_idle_timeout" ? ResponseFlags.StreamIdleTimeout : ResponseFlags.UpstreamRequestTimeout, details);

    /// <summary>The stream took too long. Who has not sent all of the request is told 408.</summary>
    public static Task ExpiredAsync(HttpExchange exchange, StreamExpiry expiry)
    {
        var (flag, details) = UpstreamFailures.Expired(expiry);
        var late = exchange.RequestBody is { IsComplete: false } ? StatusCodes.Status408RequestTimeout : StatusCodes.Status504GatewayTimeout;
        return expiry switch
        {
            StreamExpiry.Idle => SendAsync(exchange, late, "stream timeout", flag, details),
            StreamExpiry.MaxStream => SendAsync(exchange, late, "downstream duration timeout", flag, details, grpcStatus: 4),
            StreamExpiry.Request => SendAsync(exchange, StatusCodes.Status408RequestTimeout, "request timeout", flag, details),
            _ => SendAsync(exchange, StatusCodes.Status504GatewayTimeout, "upstream request timeout", flag, details),
        };
    }

    /// <summary>The upstream failed before its response began (Envoy Filter::onUpstreamReset).</summary>
    public static Task UpstreamResetAsync(HttpExchange exchange, string reason, string? transportFailure, ResponseFlags flag, int status = StatusCodes.Status503ServiceUnavailable)
    {
        exchange.UpstreamTransportFailure = transportFailure;
        var introduction = exchange.Attempts > 1 ? "retried and the latest reset reason" : "reset reason";
        var body = $"upstream connect error or disconnect/reset before headers. {introduction}: {reason}"
            + (transportFailure is null ? "" : $", transport failure reason: {transportFailure}");
        var details = $"upstream_reset_before_response_started{{{reason}{(transportFailure is null ? "" : $"|{transportFailure}")}}}".Replace(' ', '_');
        return SendAsync(exchange, status, body, flag, details);
    }

    /// <summary>Sends a reply; a gRPC client gets it as a gRPC status.</summary>
    /// <param name="grpcStatus">For gRPC clients; null derives it from the HTTP status.</param>
    public static async Task SendAsync(HttpExchange exchange, int status, string body, ResponseFlags flags, string details, int? grpcStatus = null)
    {
        exchange.Flags |= flags;
        exchange.Details = details;
        exchange.LocalReplyBody = body;
        var response = exchange.Http.Response;
        if (response.HasStarted)
        {
            exchange.Http.Abort();
            return;
        }

        response.Headers.Clear();
        if (flags.HasFlag(ResponseFlags.UpstreamOverflow) && !exchange.Manager.HidesRouterHeaders)
        {
            response.Headers["x-envoy-overloaded"] = "true";
        }

        AddHeaders(exchange);
        if (exchange.IsGrpc)
        {
            await SendGrpcAsync(exchange, grpcStatus?.ToString(CultureInfo.InvariantCulture) ?? GrpcStatusFor(status), body);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(body);
        if (bytes.Length > 0 && response.ContentType is null)
        {
            response.ContentType = "text/plain";
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

    // What the router answers gets the route's headers, what a filter answers does not.
    private static void AddHeaders(HttpExchange exchange)
    {
        if (exchange.IsRouted)
        {
            RouteHeaders.ApplyToResponse(exchange);
        }

        foreach (var (name, value) in exchange.LocalReplyHeaders ?? [])
        {
            exchange.ResponseHeaders.Append(name, value);
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
            response.Headers["grpc-message"] = GrpcStatusMessage.Encode(body);
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
