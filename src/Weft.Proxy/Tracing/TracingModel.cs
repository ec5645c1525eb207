using System.Collections.Immutable;
using Weft.Proxy.Formatting;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Tracing;

/// <summary>HttpConnectionManager.tracing, resolved.</summary>
internal sealed record TracingModel
{
    /// <summary>Shares of requests: of those with x-client-trace-id, of those without a decision, and of all that are to be traced.</summary>
    public required RouteSampling Sampling { get; init; }

    /// <summary>Longer paths are cut in http.url.</summary>
    public required int MaxPathTagLength { get; init; }

    public required ImmutableArray<CustomTag> CustomTags { get; init; }

    /// <summary>Null leaves it to the bootstrap; where that has none either, no spans are recorded, and decisions are made and told in x-request-id all the same.</summary>
    public required TracingProvider? Provider { get; init; }

    /// <summary>Whether forwarding is a span of its own (gateways).</summary>
    public required bool SpawnsUpstreamSpan { get; init; }
}

/// <summary>A tag that the configuration adds to spans.</summary>
/// <param name="Value">Null leaves the tag out.</param>
internal sealed record CustomTag(string Name, Func<IStreamInfo, string?> Value);

/// <summary>How traces are named and where spans go.</summary>
internal sealed record TracingProvider
{
    public required SpanCollector Collector { get; init; }

    public required TraceHeaders Headers { get; init; }

    /// <summary>Trace ids of 128 bits; else 64.</summary>
    public bool UsesLongTraceIds { get; init; } = true;

    /// <summary>Zipkin: the server's span is the client's.</summary>
    public bool SharesSpans { get; init; }
}

/// <summary>Which headers carry the context of a trace.</summary>
internal enum TraceHeaders
{
    B3,
    B3AndW3C,
    W3C,
}

/// <summary>Where spans are sent. Compared by value: connection managers of one collector share its queue.</summary>
internal sealed record SpanCollector
{
    public required SpanProtocol Protocol { get; init; }

    public required string Cluster { get; init; }

    public required string Authority { get; init; }

    public required string Path { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>The name by which the proxy's spans go.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Extra request headers as <c>name: value</c> lines.</summary>
    public string Headers { get; init; } = "";
}

internal enum SpanProtocol
{
    ZipkinJson,
    OtlpGrpc,
    OtlpHttp,
}
