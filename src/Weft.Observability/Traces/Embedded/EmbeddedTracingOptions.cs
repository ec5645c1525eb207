using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// Everything that can be set about the embedded trace store. Each API listens at any number of addresses, none turns it off; port 0 takes
/// a free one. The defaults are the ports of Jaeger, OTLP, Zipkin and Tempo on loopback.
/// </summary>
public sealed record EmbeddedTracingOptions
{
    /// <summary>Jaeger's query API over HTTP (16686).</summary>
    public ImmutableArray<IPEndPoint> Query { get; init; } = [new(IPAddress.Loopback, 16686)];

    /// <summary>OTLP over gRPC, cleartext HTTP/2 (4317).</summary>
    public ImmutableArray<IPEndPoint> OtlpGrpc { get; init; } = [new(IPAddress.Loopback, 4317)];

    /// <summary>OTLP over HTTP, <c>POST /v1/traces</c> (4318).</summary>
    public ImmutableArray<IPEndPoint> OtlpHttp { get; init; } = [new(IPAddress.Loopback, 4318)];

    /// <summary>Zipkin's collector, <c>POST /api/v2/spans</c> (9411).</summary>
    public ImmutableArray<IPEndPoint> Zipkin { get; init; } = [new(IPAddress.Loopback, 9411)];

    /// <summary>Tempo's query API (3200).</summary>
    public ImmutableArray<IPEndPoint> Tempo { get; init; } = [new(IPAddress.Loopback, 3200)];

    /// <summary>A path in front of Jaeger's API beside the plain one, as its <c>query.base-path</c>: <c>/jaeger</c>. None when empty.</summary>
    public string QueryBasePath { get; init; } = "";

    public TraceStoreOptions Store { get; init; } = new();

    /// <summary>A report of spans beyond this many bytes, compressed or not, is refused.</summary>
    public int MaxReportBytes { get; init; } = 16 * 1024 * 1024;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
