using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Mesh;

/// <summary>A named provider of the mesh configuration; one of its kinds is set. Kinds without a record of their own are kept as written.</summary>
public sealed record ExtensionProvider
{
    public string Name { get => field ?? ""; init; }

    public ExtAuthzHttpProvider? EnvoyExtAuthzHttp { get; init; }

    public ExtAuthzGrpcProvider? EnvoyExtAuthzGrpc { get; init; }

    public ZipkinProvider? Zipkin { get; init; }

    public OpenTelemetryProvider? Opentelemetry { get; init; }

    public FileAccessLogProvider? EnvoyFileAccessLog { get; init; }

    public AccessLogServiceProvider? EnvoyHttpAls { get; init; }

    public AccessLogServiceProvider? EnvoyTcpAls { get; init; }

    public OpenTelemetryLogProvider? EnvoyOtelAls { get; init; }

    /// <summary>A service that access logs are sent to.</summary>
    public bool IsAccessLogService => EnvoyHttpAls is not null || EnvoyTcpAls is not null || EnvoyOtelAls is not null;

    public JsonObject? Prometheus { get; init; }
}

/// <summary>An external authorizer that speaks HTTP.</summary>
public sealed record ExtAuthzHttpProvider
{
    public string Service { get => field ?? ""; init; }

    public int Port { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Timeout { get; init; }

    public string? PathPrefix { get; init; }

    public bool FailOpen { get; init; }

    public bool? ClearRouteCache { get; init; }

    /// <summary>The status of requests when the authorizer fails; 403 when absent.</summary>
    public string? StatusOnError { get; init; }

    public ImmutableArray<string> IncludeRequestHeadersInCheck { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> IncludeAdditionalHeadersInCheck { get => field.OrEmpty(); init; }

    public ExtAuthzRequestBody? IncludeRequestBodyInCheck { get; init; }

    public ImmutableArray<string> HeadersToUpstreamOnAllow { get => field.OrEmpty(); init; }

    public ImmutableArray<string> HeadersToDownstreamOnAllow { get => field.OrEmpty(); init; }

    public ImmutableArray<string> HeadersToDownstreamOnDeny { get => field.OrEmpty(); init; }
}

/// <summary>An external authorizer that speaks Envoy's gRPC protocol.</summary>
public sealed record ExtAuthzGrpcProvider
{
    public string Service { get => field ?? ""; init; }

    public int Port { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Timeout { get; init; }

    public bool FailOpen { get; init; }

    public bool? ClearRouteCache { get; init; }

    public string? StatusOnError { get; init; }

    public ExtAuthzRequestBody? IncludeRequestBodyInCheck { get; init; }
}

public sealed record ExtAuthzRequestBody
{
    public uint MaxRequestBytes { get; init; }

    public bool AllowPartialMessage { get; init; }

    public bool PackAsBytes { get; init; }
}

public sealed record ZipkinProvider
{
    public string Service { get => field ?? ""; init; }

    public int Port { get; init; }

    public uint MaxTagLength { get; init; }

    public bool Enable64bitTraceId { get; init; }

    public string? Path { get; init; }
}

public sealed record OpenTelemetryProvider
{
    public string Service { get => field ?? ""; init; }

    public int Port { get; init; }

    public uint MaxTagLength { get; init; }

    /// <summary>OTLP over HTTP instead of gRPC.</summary>
    public OpenTelemetryHttp? Http { get; init; }
}

public sealed record OpenTelemetryHttp
{
    public string Path { get => field ?? ""; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Timeout { get; init; }

    public ImmutableArray<HttpHeaderValue> Headers { get => field.OrEmpty(); init; }
}

public sealed record HttpHeaderValue
{
    public string Name { get => field ?? ""; init; }

    public string? Value { get; init; }
}

public sealed record FileAccessLogProvider
{
    /// <summary>Standard output when absent.</summary>
    public string? Path { get; init; }

    public AccessLogFormat? LogFormat { get; init; }

    public bool OmitEmptyValues { get; init; }
}

/// <summary>A service that takes access logs by Envoy's gRPC protocol; headers and trailers are those of HTTP.</summary>
public sealed record AccessLogServiceProvider
{
    public string Service { get => field ?? ""; init; }

    public int Port { get; init; }

    public string LogName { get => field ?? ""; init; }

    public ImmutableArray<string> FilterStateObjectsToLog { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AdditionalRequestHeadersToLog { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AdditionalResponseHeadersToLog { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AdditionalResponseTrailersToLog { get => field.OrEmpty(); init; }
}

/// <summary>A service that takes access logs by OTLP: the text is a log's body, the labels are its attributes.</summary>
public sealed record OpenTelemetryLogProvider
{
    public string Service { get => field ?? ""; init; }

    public int Port { get; init; }

    public string LogName { get => field ?? ""; init; }

    public AccessLogFormat? LogFormat { get; init; }
}

/// <summary>A line of text, or the fields of a JSON object, with Envoy's command operators.</summary>
public sealed record AccessLogFormat
{
    public string? Text { get; init; }

    public JsonObject? Labels { get; init; }
}
