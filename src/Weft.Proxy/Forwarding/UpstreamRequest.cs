using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weft.Proxy.Forwarding;

/// <summary>Builds the request that goes upstream: the downstream's, less what belongs to its connection.</summary>
internal static class UpstreamRequest
{
    /// <param name="body">Null when the request has none.</param>
    public static HttpRequestMessage Create(HttpExchange exchange, UpstreamPool pool, bool isHttp2, string? upgrade, StreamingContent? body)
    {
        var request = new HttpRequestMessage
        {
            Method = HttpMethod.Parse(exchange.Method),
            RequestUri = new Uri(pool.BaseAddress + exchange.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
            Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        CopyHeaders(exchange, request, body);
        request.Headers.Host = exchange.Authority;
        if (upgrade is not null)
        {
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", upgrade);
        }
        else if (isHttp2 && HttpHeaderRules.AllowsTrailers(exchange.RequestHeaders.TE))
        {
            request.Headers.TryAddWithoutValidation("te", "trailers");
        }

        return request;
    }

    public static bool HasBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;

    private static void CopyHeaders(HttpExchange exchange, HttpRequestMessage request, StreamingContent? body)
    {
        var listed = HttpHeaderRules.ConnectionListed(exchange.RequestHeaders);
        foreach (var (name, values) in exchange.RequestHeaders)
        {
            if (HttpHeaderRules.IsHopByHop(name) || name.Equals("host", StringComparison.OrdinalIgnoreCase)
                || (listed.Count > 0 && listed.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (name.Equals("expect", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.ExpectContinue = body is not null && values.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase);
                continue;
            }

            // Content headers are refused by the request and belong to its body; without one there is none to describe.
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                (request.Content ??= new EmptyContent()).Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>Carries content headers of a request without a body, e.g. Content-Length: 0.</summary>
    private sealed class EmptyContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return true;
        }
    }
}
