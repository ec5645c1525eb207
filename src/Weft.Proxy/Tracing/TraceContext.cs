using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Tracing;

/// <summary>The place of a span in its trace. Ids are lower-case hex.</summary>
/// <param name="ParentId">Null for the first span of a trace.</param>
/// <param name="State">The vendor's tracestate, passed on as it came.</param>
internal sealed record TraceContext(string TraceId, string SpanId, string? ParentId, bool IsSampled, string? State)
{
    public static TraceContext Root(bool isSampled, bool isLong)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        return new TraceContext(isLong ? trace : trace[16..], NewSpanId(), null, isSampled, null);
    }

    public static string NewSpanId() => ActivitySpanId.CreateRandom().ToHexString();

    /// <summary>A span of its own below this one.</summary>
    public TraceContext Child() => this with { SpanId = NewSpanId(), ParentId = SpanId };
}

/// <summary>What a request's headers say of the trace that it belongs to.</summary>
/// <param name="Context">The caller's span; null when it named none.</param>
/// <param name="IsSampled">The caller's decision; null when it made none.</param>
internal readonly record struct ReceivedTrace(TraceContext? Context, bool? IsSampled);

/// <summary>Reads and writes the headers of B3 (one or many) and W3C Trace Context. Takes any text; what is malformed is as if it were absent.</summary>
internal static class TracePropagation
{
    private const string Traceparent = "traceparent";
    private const string Tracestate = "tracestate";
    private const string TraceId = "x-b3-traceid";
    private const string SpanId = "x-b3-spanid";
    private const string ParentId = "x-b3-parentspanid";
    private const string Sampled = "x-b3-sampled";
    private const string Debug = "x-b3-flags";
    private const string Single = "b3";

    public static ReceivedTrace Extract(IHeaderDictionary headers, TraceHeaders kind)
    {
        if (kind == TraceHeaders.W3C)
        {
            return FromW3C(headers);
        }

        var received = headers.TryGetValue(Single, out var single) ? FromSingle(single.ToString()) : FromB3(headers);
        return received.Context is null && received.IsSampled is null && kind == TraceHeaders.B3AndW3C ? FromW3C(headers) : received;
    }

    public static void Inject(IHeaderDictionary headers, TraceContext context, TraceHeaders kind)
    {
        if (kind != TraceHeaders.W3C)
        {
            InjectB3(headers, context);
        }

        if (kind != TraceHeaders.B3)
        {
            headers[Traceparent] = $"00-{context.TraceId.PadLeft(32, '0')}-{context.SpanId}-{(context.IsSampled ? "01" : "00")}";
            if (context.State is { } state)
            {
                headers[Tracestate] = state;
            }
        }
    }

    private static void InjectB3(IHeaderDictionary headers, TraceContext context)
    {
        headers[TraceId] = context.TraceId;
        headers[SpanId] = context.SpanId;
        headers[Sampled] = context.IsSampled ? "1" : "0";
        if (context.ParentId is { } parent)
        {
            headers[ParentId] = parent;
        }
        else
        {
            headers.Remove(ParentId);
        }

        // Left as it came, it would name another span than the others do.
        headers.Remove(Single);
    }

    private static ReceivedTrace FromB3(IHeaderDictionary headers)
    {
        var sampled = headers[Debug].ToString() == "1" ? true : Decision(headers[Sampled].ToString());
        var trace = headers[TraceId].ToString().ToLowerInvariant();
        var span = headers[SpanId].ToString().ToLowerInvariant();
        if (!IsTraceId(trace) || !IsHex(span, 16))
        {
            return new ReceivedTrace(null, sampled);
        }

        var parent = headers[ParentId].ToString().ToLowerInvariant();
        return new ReceivedTrace(new TraceContext(trace, span, IsHex(parent, 16) ? parent : null, sampled ?? false, null), sampled);
    }

    private static ReceivedTrace FromSingle(string text)
    {
        var parts = text.ToLowerInvariant().Split('-');
        if (parts.Length < 2 || !IsTraceId(parts[0]) || !IsHex(parts[1], 16))
        {
            return new ReceivedTrace(null, parts.Length == 1 ? Decision(parts[0]) : null);
        }

        var sampled = parts.Length > 2 ? Decision(parts[2]) : null;
        var parent = parts.Length > 3 && IsHex(parts[3], 16) ? parts[3] : null;
        return new ReceivedTrace(new TraceContext(parts[0], parts[1], parent, sampled ?? false, null), sampled);
    }

    private static ReceivedTrace FromW3C(IHeaderDictionary headers)
    {
        var parts = headers[Traceparent].ToString().Split('-');
        if (parts.Length < 4 || !IsHex(parts[0], 2) || parts[0] == "ff" || !IsHex(parts[1], 32) || parts[1].All(digit => digit == '0')
            || !IsHex(parts[2], 16) || parts[2].All(digit => digit == '0') || !IsHex(parts[3], 2) || (parts[0] == "00" && parts.Length != 4))
        {
            return default;
        }

        var sampled = (Convert.ToByte(parts[3], 16) & 1) == 1;
        var state = headers[Tracestate].ToString();
        return new ReceivedTrace(new TraceContext(parts[1], parts[2], null, sampled, state.Length > 0 ? state : null), sampled);
    }

    private static bool? Decision(string text) => text switch
    {
        "1" or "true" or "d" => true,
        "0" or "false" => false,
        _ => null,
    };

    private static bool IsTraceId(string text) => (IsHex(text, 32) || IsHex(text, 16)) && !text.All(digit => digit == '0');

    private static bool IsHex(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);
}
