using Microsoft.AspNetCore.Http;
using Weft.Proxy.Filters.Network;

namespace Weft.Proxy.Forwarding;

/// <summary>Why a request is answered before any filter sees it.</summary>
internal sealed record RequestRefusal(int Status, ResponseFlags Flags, string Details);

/// <summary>What a connection manager asks of every request (ConnectionManagerImpl::ActiveStream::decodeHeaders).</summary>
internal static class RequestChecks
{
    /// <returns>Null when the request may go on.</returns>
    public static RequestRefusal? Refusal(HttpExchange exchange)
    {
        var manager = exchange.Manager;
        if (exchange.Protocol == "HTTP/1.0" && !manager.AcceptsHttp10)
        {
            return new RequestRefusal(StatusCodes.Status426UpgradeRequired, ResponseFlags.None, "low_version");
        }

        if (exchange.RequestHeaderBytes > manager.MaxHeaderBytes)
        {
            return new RequestRefusal(StatusCodes.Status431RequestHeaderFieldsTooLarge, ResponseFlags.DownstreamProtocolError, "request_headers_too_large");
        }

        if (!exchange.Path.StartsWith('/') && !(exchange.Path == "*" && HttpMethods.IsOptions(exchange.Method)))
        {
            return new RequestRefusal(StatusCodes.Status400BadRequest, ResponseFlags.DownstreamProtocolError, "path_not_supported");
        }

        if (exchange.Authority.Length == 0)
        {
            return new RequestRefusal(StatusCodes.Status400BadRequest, ResponseFlags.DownstreamProtocolError, "missing_host_header");
        }

        // Where both were sent, Kestrel keeps the length under this name.
        if (exchange.RequestHeaders.TransferEncoding.Count > 0 && exchange.RequestHeaders.ContainsKey("x-content-length"))
        {
            exchange.ClosesConnection = true;
            return new RequestRefusal(StatusCodes.Status400BadRequest, ResponseFlags.DownstreamProtocolError, "http1.content_length_and_chunked_not_allowed");
        }

        return manager.Underscores == HeadersWithUnderscores.RejectRequest && exchange.RequestHeaders.Keys.Any(name => name.Contains('_'))
            ? new RequestRefusal(StatusCodes.Status400BadRequest, ResponseFlags.DownstreamProtocolError, "http1.unexpected_underscore")
            : EscapedSlashes(exchange);
    }

    private static RequestRefusal? EscapedSlashes(HttpExchange exchange)
    {
        var action = exchange.Manager.EscapedSlashes;
        if (action is Filters.Network.EscapedSlashes.Default or Filters.Network.EscapedSlashes.KeepUnchanged || !HasEscapedSlash(exchange.PathWithoutQuery))
        {
            return null;
        }

        if (action == Filters.Network.EscapedSlashes.RejectRequest)
        {
            return new RequestRefusal(StatusCodes.Status400BadRequest, ResponseFlags.DownstreamProtocolError, "path_normalization_failed");
        }

        var path = exchange.PathWithoutQuery;
        var query = exchange.Path[path.Length..];
        exchange.Path = path.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase).Replace("%5c", "\\", StringComparison.OrdinalIgnoreCase) + query;
        if (action == Filters.Network.EscapedSlashes.UnescapeAndForward)
        {
            return null;
        }

        exchange.LocalReplyHeaders = [new("location", exchange.Path)];
        return new RequestRefusal(StatusCodes.Status307TemporaryRedirect, ResponseFlags.None, "path_normalization_failed");
    }

    private static bool HasEscapedSlash(string path) =>
        path.Contains("%2f", StringComparison.OrdinalIgnoreCase) || path.Contains("%5c", StringComparison.OrdinalIgnoreCase);
}
