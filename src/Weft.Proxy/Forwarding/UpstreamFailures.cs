using Microsoft.AspNetCore.Http;
using Weft.Proxy.Clusters;
using Weft.Proxy.OutlierDetection;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>What an attempt's failure means: whether it may be tried again, what the client is told, which flags and details are logged.</summary>
internal static class UpstreamFailures
{
    // RFC 9113 section 7
    private const long RefusedStream = 0x7;

    /// <summary>Whether an exception is the failure of an attempt, and no fault of this program.</summary>
    public static bool IsFailure(Exception error) => error is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException;

    public static AttemptFailure KindOf(Exception error) =>
        ConnectFailure(error) is not null ? AttemptFailure.Connect
        : Http2Failure(error) is { ErrorCode: RefusedStream } reset && IsStreamReset(reset) ? AttemptFailure.RefusedStream
        : AttemptFailure.Reset;

    /// <summary>Tells outlier detection; what the client broke off says nothing of the endpoint.</summary>
    public static void Report(HttpExchange exchange, ClusterModel cluster, EndpointModel endpoint, Exception error)
    {
        if (!HasClientLeft(exchange) && exchange.RequestBody is not { Violation: not null })
        {
            cluster.State.Outliers.Report(endpoint.State, error is OperationCanceledException ? LocalOriginFailure.Timeout : LocalOriginFailure.Connect);
        }
    }

    /// <summary>Answers a request whose response has not begun.</summary>
    /// <param name="attemptDetails">Why the attempt, and not the stream, was given up; null otherwise.</param>
    public static Task AnswerAsync(HttpExchange exchange, Exception error, StreamExpiry expiry, string? attemptDetails)
    {
        if (HasClientLeft(exchange))
        {
            ClientLeft(exchange);
            exchange.Http.Abort();
            return Task.CompletedTask;
        }

        if (exchange.RequestBody?.Violation is { } violation)
        {
            return LocalReply.SendAsync(exchange, StatusCodes.Status400BadRequest, violation.Text, ResponseFlags.DownstreamProtocolError, violation.Details, violation.GrpcStatus);
        }

        if (error is OperationCanceledException)
        {
            return attemptDetails is null ? LocalReply.ExpiredAsync(exchange, expiry) : LocalReply.TimeoutAsync(exchange, attemptDetails);
        }

        if (ConnectFailure(error) is { } failure)
        {
            return LocalReply.UpstreamResetAsync(exchange, failure.ResetReason, failure.TransportFailure, ResponseFlags.UpstreamConnectionFailure);
        }

        return Http2Failure(error) is { } reset && IsStreamReset(reset)
            ? LocalReply.UpstreamResetAsync(exchange, "remote reset", null, ResponseFlags.UpstreamRemoteReset)
            : IsProtocolError(error)
                ? LocalReply.UpstreamResetAsync(exchange, "protocol error", null, ResponseFlags.UpstreamProtocolError, StatusCodes.Status502BadGateway)
                : LocalReply.UpstreamResetAsync(exchange, "connection termination", null, ResponseFlags.UpstreamConnectionTermination);
    }

    /// <summary>Breaks a response that has begun.</summary>
    public static void Reset(HttpExchange exchange, Exception error, StreamExpiry expiry)
    {
        if (HasClientLeft(exchange))
        {
            ClientLeft(exchange);
        }
        else if (exchange.RequestBody?.Violation is { } violation)
        {
            exchange.Flags |= ResponseFlags.DownstreamProtocolError;
            exchange.Details = violation.Details;
        }
        else if (error is OperationCanceledException)
        {
            var (flag, details) = Expired(expiry);
            exchange.Flags |= flag;
            exchange.Details = details;
        }
        else
        {
            var (flag, reason) = Http2Failure(error) is { } stream && IsStreamReset(stream) ? (ResponseFlags.UpstreamRemoteReset, "remote_reset")
                : IsProtocolError(error) ? (ResponseFlags.UpstreamProtocolError, "protocol_error")
                : (ResponseFlags.UpstreamConnectionTermination, "connection_termination");
            exchange.Flags |= flag;
            exchange.Details = $"upstream_reset_after_response_started{{{reason}}}";
        }

        exchange.Http.Abort();
    }

    /// <summary>The flag and details of a stream that ran out of time.</summary>
    public static (ResponseFlags Flag, string Details) Expired(StreamExpiry expiry) => expiry switch
    {
        StreamExpiry.Idle => (ResponseFlags.StreamIdleTimeout, "stream_idle_timeout"),
        StreamExpiry.MaxStream => (ResponseFlags.DurationTimeout, "max_duration_timeout"),
        StreamExpiry.Request => (ResponseFlags.None, "request_overall_timeout"),
        _ => (ResponseFlags.UpstreamRequestTimeout, "response_timeout"),
    };

    /// <summary>Marks a request whose client went away.</summary>
    public static void ClientLeft(HttpExchange exchange)
    {
        exchange.Flags |= ResponseFlags.DownstreamConnectionTermination;
        exchange.Details = "downstream_remote_disconnect";
    }

    public static bool HasClientLeft(HttpExchange exchange) => exchange.Http.RequestAborted.IsCancellationRequested || exchange.RequestBody is { DownstreamFailed: true };

    private static bool IsProtocolError(Exception error) => error is UpstreamProtocolException
        or HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded };

    // The framework tells a stream that the upstream reset from a connection that it closed by these words alone.
    private static bool IsStreamReset(HttpProtocolException error) => error.Message.Contains("reset the stream", StringComparison.Ordinal);

    private static HttpProtocolException? Http2Failure(Exception error) => Cause<HttpProtocolException>(error);

    private static UpstreamConnectException? ConnectFailure(Exception error) => Cause<UpstreamConnectException>(error);

    private static T? Cause<T>(Exception error)
        where T : Exception
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }
}
