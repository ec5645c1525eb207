using Microsoft.AspNetCore.Http;

namespace Weft.Demos.Hosting;

/// <summary>
/// A trace context handed on as it came: read from B3 (single or multi) or W3C headers, written as all of them. The demos make no spans of their own.
/// </summary>
internal sealed record TraceContext
{
    public static readonly TraceContext None = new();

    private string TraceId { get; init; } = "";

    private string SpanId { get; init; } = "";

    private bool Sampled { get; init; }

    private string TraceState { get; init; } = "";

    private string Baggage { get; init; } = "";

    public static TraceContext Extract(IHeaderDictionary headers)
    {
        var context = FromSingle(headers["b3"].ToString()) ?? FromMulti(headers) ?? FromTraceParent(headers["traceparent"].ToString()) ?? None;
        return context with { TraceState = headers["tracestate"].ToString(), Baggage = headers["baggage"].ToString() };
    }

    public void Inject(HttpRequestMessage request)
    {
        if (TraceId.Length > 0)
        {
            var sampled = Sampled ? "1" : "0";
            Set(request, "b3", $"{TraceId}-{SpanId}-{sampled}");
            InjectB3Multi(request);
            Set(request, "traceparent", $"00-{TraceId.PadLeft(32, '0')}-{SpanId}-0{sampled}");
            Set(request, "tracestate", TraceState);
        }

        Set(request, "baggage", Baggage);
    }

    /// <summary>Writes the context in B3's form of several headers only.</summary>
    public void InjectB3Multi(HttpRequestMessage request)
    {
        if (TraceId.Length > 0)
        {
            Set(request, "x-b3-traceid", TraceId);
            Set(request, "x-b3-spanid", SpanId);
            Set(request, "x-b3-sampled", Sampled ? "1" : "0");
        }
    }

    private static TraceContext? FromSingle(string value) =>
        value.Split('-') is [var trace, var span, ..] parts && IsId(trace) && IsId(span)
            ? new TraceContext { TraceId = trace, SpanId = span, Sampled = parts.Length < 3 || parts[2] is "1" or "d" }
            : null;

    private static TraceContext? FromMulti(IHeaderDictionary headers)
    {
        var trace = headers["x-b3-traceid"].ToString();
        var span = headers["x-b3-spanid"].ToString();
        return IsId(trace) && IsId(span) ? new TraceContext { TraceId = trace, SpanId = span, Sampled = headers["x-b3-sampled"] != "0" } : null;
    }

    private static TraceContext? FromTraceParent(string value) =>
        value.Split('-') is ["00", var trace, var span, var flags] && IsId(trace) && IsId(span)
            ? new TraceContext { TraceId = trace, SpanId = span, Sampled = flags is [.., '1' or '3' or '5' or '7' or '9' or 'b' or 'd' or 'f'] }
            : null;

    private static bool IsId(string text) => text.Length is 16 or 32 && text.All(char.IsAsciiHexDigit);

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        if (value.Length > 0)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
