using System.Security.Cryptography;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Tracing;

/// <summary>
/// x-request-id and trace context of a request. The application forwards these headers; the proxy makes them where they are absent.
/// Spans themselves are not recorded yet: a context is made so that those who record agree on it.
/// </summary>
internal static class RequestIdentity
{
    private const string Traceparent = "traceparent";
    private const string TraceId = "x-b3-traceid";
    private const string SpanId = "x-b3-spanid";
    private const string Sampled = "x-b3-sampled";

    public static void Apply(HttpExchange exchange)
    {
        var headers = exchange.RequestHeaders;
        var manager = exchange.Manager;
        var hasId = headers.TryGetValue(HttpHeaderRules.RequestId, out var present) && present.ToString().Length > 0;
        if (!manager.GeneratesRequestId)
        {
            return;
        }

        var sampled = hasId ? IsSampled(present.ToString()) : manager.TraceSampling is { } percent && Random.Shared.NextDouble() * 100 < percent;
        if (!hasId)
        {
            headers[HttpHeaderRules.RequestId] = NewId(sampled);
        }

        if (manager.TraceSampling is not null && sampled && !headers.ContainsKey(TraceId) && !headers.ContainsKey(Traceparent) && !headers.ContainsKey("b3"))
        {
            BeginTrace(headers);
        }
    }

    /// <summary>Envoy's UUID request id: the first digit of the third group is 9 when sampled and 4 when not.</summary>
    internal static string NewId(bool sampled)
    {
        var text = Guid.NewGuid().ToString();
        return sampled ? string.Concat(text.AsSpan(0, 14), "9", text.AsSpan(15)) : text;
    }

    internal static bool IsSampled(string requestId) => requestId.Length == 36 && requestId[14] is '9' or 'a' or 'b';

    private static void BeginTrace(Microsoft.AspNetCore.Http.IHeaderDictionary headers)
    {
        var trace = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var span = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        headers[TraceId] = trace;
        headers[SpanId] = span;
        headers[Sampled] = "1";
        headers[Traceparent] = $"00-{trace}-{span}-01";
    }
}
