using System.Globalization;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Tracing;

/// <summary>Why a request is traced. The decision travels in x-request-id: the first digit of a UUID's third group.</summary>
internal enum TraceReason
{
    NotTraceable,
    Sampling,
    ServiceForced,
    ClientForced,
}

/// <summary>x-request-id: makes it where it is absent, and reads and writes the decision to trace in it (Envoy UUIDRequestIDExtension).</summary>
internal static class RequestId
{
    private const int ReasonPosition = 14;
    private const string ReasonDigits = "49ab";

    public static void Ensure(HttpExchange exchange)
    {
        var headers = exchange.RequestHeaders;
        var manager = exchange.Manager;
        var isForeign = manager.UsesRemoteAddress && !manager.KeepsRequestId && !exchange.IsInternal;
        if (manager.GeneratesRequestId && (isForeign || headers[HttpHeaderRules.RequestId].ToString().Length == 0))
        {
            headers[HttpHeaderRules.RequestId] = NewId();
        }
    }

    /// <summary>Decides whether a request is traced, if nobody before has, and tells those after in its id.</summary>
    public static TraceReason Decide(HttpExchange exchange, RouteSampling sampling)
    {
        var id = exchange.RequestHeaders[HttpHeaderRules.RequestId].ToString();
        if (id.Length != 36 || !uint.TryParse(id.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return TraceReason.NotTraceable;
        }

        // Every proxy draws the same lot from the same id.
        var draw = number % 10_000 / 10_000.0;
        var told = ReasonOf(id);
        var reason = told != TraceReason.NotTraceable ? told : OwnReason(exchange, sampling, draw);
        if (reason != TraceReason.NotTraceable && !sampling.Overall.Includes(draw))
        {
            reason = TraceReason.NotTraceable;
        }

        if (reason != told)
        {
            exchange.RequestHeaders[HttpHeaderRules.RequestId] = With(id, reason);
        }

        return reason;
    }

    public static TraceReason ReasonOf(string id) => id.Length == 36 && ReasonDigits.IndexOf(id[ReasonPosition]) is var index && index > 0 ? (TraceReason)index : TraceReason.NotTraceable;

    // A UUID of version 4. It has to be rare, not secret: a cryptographic one would cost a system call.
    private static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static TraceReason OwnReason(HttpExchange exchange, RouteSampling sampling, double draw) =>
        exchange.RequestHeaders.ContainsKey("x-client-trace-id") && sampling.Client.Includes(draw) ? TraceReason.ClientForced
        : exchange.RequestHeaders.ContainsKey("x-envoy-force-trace") ? TraceReason.ServiceForced
        : sampling.Random.Includes(draw) ? TraceReason.Sampling
        : TraceReason.NotTraceable;

    private static string With(string id, TraceReason reason) => string.Concat(id.AsSpan(0, ReasonPosition), [ReasonDigits[(int)reason]], id.AsSpan(ReasonPosition + 1));
}
