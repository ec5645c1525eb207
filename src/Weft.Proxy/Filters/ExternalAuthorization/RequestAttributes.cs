using System.Collections.Immutable;
using System.Text;
using Envoy.Service.Auth.V3;
using Google.Protobuf;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Filters.ExternalAuthorization;

/// <summary>What a gRPC authorization service is told of a request (AttributeContext).</summary>
internal static class RequestAttributes
{
    /// <param name="allowed">Headers to tell; empty tells all.</param>
    public static AttributeContext Of(
        HttpExchange exchange, ReadOnlyMemory<byte> body, bool asBytes, ImmutableArray<StringMatcher> allowed, ImmutableArray<StringMatcher> disallowed, IReadOnlyList<string> metadata)
    {
        var attributes = GrpcAuthorization.Attributes(exchange.Connection, exchange.StartTime);
        var http = new AttributeContext.Types.HttpRequest
        {
            Id = exchange.RequestHeader(HttpHeaderRules.RequestId) ?? "",
            Method = exchange.Method,
            Path = exchange.Path,
            Host = exchange.Authority,
            Scheme = exchange.Http.Request.Scheme,
            Protocol = exchange.Protocol,
            Size = exchange.Http.Request.ContentLength ?? -1,
        };
        AddHeaders(exchange, http, allowed, disallowed);
        if (asBytes)
        {
            http.RawBody = ByteString.CopyFrom(body.Span);
        }
        else
        {
            http.Body = Encoding.UTF8.GetString(body.Span);
        }

        attributes.Request.Http = http;
        foreach (var filter in metadata)
        {
            if (exchange.Metadata?.For(filter) is { } fields)
            {
                (attributes.MetadataContext ??= new Envoy.Config.Core.V3.Metadata()).FilterMetadata[filter] = fields;
            }
        }

        if (exchange.Connection.RequestedServerName is { Length: > 0 } name)
        {
            attributes.TlsSession = new AttributeContext.Types.TLSSession { Sni = name };
        }

        return attributes;
    }

    private static void AddHeaders(
        HttpExchange exchange, AttributeContext.Types.HttpRequest http, ImmutableArray<StringMatcher> allowed, ImmutableArray<StringMatcher> disallowed)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[(":authority", exchange.Authority), (":method", exchange.Method), (":path", exchange.Path), (":scheme", exchange.Http.Request.Scheme)])
        {
            http.Headers[name] = value;
        }

        foreach (var (name, values) in exchange.RequestHeaders)
        {
            var lower = name.ToLowerInvariant();
            if (lower != "host" && (allowed.IsEmpty || allowed.Any(matcher => matcher.Matches(lower))) && !disallowed.Any(matcher => matcher.Matches(lower)))
            {
                http.Headers[lower] = string.Join(',', values.ToArray());
            }
        }
    }
}
