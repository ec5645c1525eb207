using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weft.Proxy.Filters.Network;

namespace Weft.Proxy.Forwarding;

/// <summary>Which headers pass the proxy, and which it adds itself (Envoy ConnectionManagerUtility).</summary>
internal static class HttpHeaderRules
{
    public const string RequestId = "x-request-id";
    public const string ForwardedProto = "x-forwarded-proto";
    public const string ForwardedFor = "x-forwarded-for";
    public const string AttemptCount = "x-envoy-attempt-count";
    public const string DecoratorOperation = "x-envoy-decorator-operation";
    public const string UpstreamServiceTime = "x-envoy-upstream-service-time";
    public const string ForwardedPort = "x-forwarded-port";
    public const string OriginalPath = "x-envoy-original-path";

    // RFC 9110 section 7.6.1; they concern one connection, never the next.
    private static readonly FrozenSet<string> HopByHop = FrozenSet.ToFrozenSet(
        ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "http2-settings", "proxy-authenticate", "proxy-authorization"],
        StringComparer.OrdinalIgnoreCase);

    public static bool IsHopByHop(string name) => HopByHop.Contains(name);

    /// <summary>What a connection manager does to a request before any filter sees it.</summary>
    public static void PrepareRequest(HttpExchange exchange)
    {
        var headers = exchange.RequestHeaders;
        var manager = exchange.Manager;
        headers.Remove("x-envoy-original-dst-host");
        exchange.FindClient();
        if (manager.Underscores == HeadersWithUnderscores.DropHeader)
        {
            foreach (var name in headers.Keys.Where(name => name.Contains('_')).ToList())
            {
                headers.Remove(name);
            }
        }
        // A gateway believes what stands there only of proxies that it trusts.
        if ((manager.UsesRemoteAddress && manager.TrustedHops == 0) || !headers.ContainsKey(ForwardedProto))
        {
            headers[ForwardedProto] = exchange.Connection.Tls is null ? "http" : "https";
        }

        if (manager is { TellsPort: true, UsesRemoteAddress: true } && (manager.TrustedHops == 0 || !headers.ContainsKey(ForwardedPort)))
        {
            headers[ForwardedPort] = exchange.OriginalDestination.Port.ToString(CultureInfo.InvariantCulture);
        }

        if (manager.UsesRemoteAddress)
        {
            var address = exchange.Connection.RemoteAddress.Address.ToString();
            headers[ForwardedFor] = headers.TryGetValue(ForwardedFor, out var present) ? $"{present},{address}" : address;
            if (exchange.IsInternal)
            {
                headers["x-envoy-internal"] = "true";
            }
            else
            {
                foreach (var name in RouterHeaders.Internal)
                {
                    headers.Remove(name);
                }

                headers["x-envoy-external-address"] = exchange.ClientAddress.Address.ToString();
            }
        }

        ClientCertificateHeader.Apply(exchange);
        if (manager.NormalizesPath && PathNormalizer.Normalize(exchange.Path, manager.MergesSlashes) is { } normalized)
        {
            exchange.Path = normalized;
        }

        Tracing.RequestId.Ensure(exchange);
    }

    /// <summary>What a connection manager does to a response after all filters.</summary>
    public static void Finish(HttpExchange exchange, bool isLocal)
    {
        var headers = exchange.ResponseHeaders;
        var manager = exchange.Manager;
        if (manager.ServerHeader == ServerHeaderRule.Overwrite || (manager.ServerHeader == ServerHeaderRule.AppendIfAbsent && !headers.ContainsKey("server")) || isLocal)
        {
            headers.Server = manager.ServerName;
        }

        TellOperation(exchange);
        if (manager.AnswersRequestId && exchange.RequestHeader(RequestId) is { } id)
        {
            headers[RequestId] = id;
        }

        if (exchange.ClosesConnection)
        {
            headers.Connection = "close";
        }

        exchange.ResponseHeaderBytes = HeaderBytes(headers) + "HTTP/1.1 200 OK\r\n\r\n".Length;
    }

    /// <summary>
    /// Where tracing is on, proxies tell each other the operation, the client's on the request and the server's on the response; applications see neither.
    /// What the other side said names the span.
    /// </summary>
    public static void ExchangeOperation(HttpExchange exchange)
    {
        if (exchange.Manager.Tracing is null)
        {
            return;
        }

        exchange.RequestHeaders.Remove(DecoratorOperation, out var told);
        if (exchange.Manager.IsOutbound)
        {
            if (exchange.Route is { Operation.Length: > 0, PropagatesOperation: true } route)
            {
                exchange.RequestHeaders[DecoratorOperation] = route.Operation;
            }
        }
        else if (told.ToString() is { Length: > 0 } operation)
        {
            exchange.IsOperationTold = true;
            if (exchange.Span is { } span)
            {
                span.Name = operation;
            }
        }
    }

    private static void TellOperation(HttpExchange exchange)
    {
        if (exchange.Manager.Tracing is null)
        {
            return;
        }

        exchange.ResponseHeaders.Remove(DecoratorOperation, out var told);
        if (exchange.Manager.IsOutbound)
        {
            if (exchange.Span is { } span && told.ToString() is { Length: > 0 } operation)
            {
                span.Name = operation;
            }
        }
        else if (exchange is { IsOperationTold: false, Route: { Operation.Length: > 0, PropagatesOperation: true } route })
        {
            exchange.ResponseHeaders[DecoratorOperation] = route.Operation;
        }
    }

    /// <summary>Names and values with the separators of HTTP/1.1.</summary>
    public static long HeaderBytes(IHeaderDictionary headers)
    {
        long bytes = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                bytes += name.Length + (value?.Length ?? 0) + 4;
            }
        }

        return bytes;
    }

    public static void SetServiceTime(HttpExchange exchange, TimeSpan elapsed)
    {
        if (!exchange.Manager.HidesRouterHeaders)
        {
            exchange.ResponseHeaders[UpstreamServiceTime] = ((long)elapsed.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Whether a TE header says that trailers are taken.</summary>
    public static bool AllowsTrailers(StringValues te) => te.Count > 0 && te.Any(value => value?.Contains("trailers", StringComparison.OrdinalIgnoreCase) == true);
}
