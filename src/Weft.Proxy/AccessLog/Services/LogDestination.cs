using OpenTelemetry.Proto.Trace.V1;

namespace Weft.Proxy.AccessLog.Services;

internal enum LogProtocol
{
    /// <summary>envoy.service.accesslog.v3.AccessLogService, entries of requests.</summary>
    EnvoyHttp,

    /// <summary>The same, entries of connections.</summary>
    EnvoyTcp,

    /// <summary>OTLP's LogsService.</summary>
    Otlp,
}

/// <summary>A service that access logs are sent to. Logs with equal destinations share a queue and a stream.</summary>
internal sealed record LogDestination
{
    /// <summary>Envoy's defaults of buffer_size_bytes and buffer_flush_interval.</summary>
    public const int DefaultBufferLength = 16 * 1024;

    public static readonly TimeSpan DefaultFlushInterval = TimeSpan.FromSeconds(1);

    public required LogProtocol Protocol { get; init; }

    public required string Cluster { get; init; }

    public required string Authority { get; init; }

    public required string LogName { get; init; }

    /// <summary>initial_metadata, as lines <c>name: value</c>: compared by value.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>So many bytes of entries are sent without waiting for more; 0 sends each by itself.</summary>
    public int BufferLength { get; init; } = DefaultBufferLength;

    /// <summary>So long entries wait for others at most.</summary>
    public TimeSpan FlushInterval { get; init; } = DefaultFlushInterval;

    /// <summary>OTLP: what the entries are of.</summary>
    public Resource? Resource { get; init; }

    /// <summary>OTLP: whether it is also said which log it is and which proxy sends it (Envoy's built-in labels).</summary>
    public bool TellsSender { get; init; }

    public bool IsOtlp => Protocol == LogProtocol.Otlp;

    /// <summary>The headers of each call.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers() =>
    [
        new("content-type", "application/grpc"),
        new("te", "trailers"),
        .. Metadata.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).Select(parts => new KeyValuePair<string, string>(parts[0], parts[1])),
    ];
}
