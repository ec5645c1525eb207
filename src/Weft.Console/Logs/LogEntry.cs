namespace Weft.Console.Logs;

public enum LogSeverity
{
    Info,
    Error,
    Warn,
    Debug,
    Trace,
}

/// <summary>A line of a container's log. Its time is the container runtime's, or that of the request in an access log.</summary>
public sealed record LogEntry(DateTimeOffset Time, string Message, LogSeverity Severity, AccessLogFields? AccessLog);

/// <summary>A line of Envoy's access log, field by field, by the names that Kiali gives them; null: not in the line.</summary>
public sealed record AccessLogFields
{
    public string? Timestamp { get; init; }

    public string? Method { get; init; }

    public string? UriPath { get; init; }

    public string? Protocol { get; init; }

    public string? StatusCode { get; init; }

    public string? ResponseFlags { get; init; }

    public string? ResponseCodeDetails { get; init; }

    public string? ConnectionTerminationDetails { get; init; }

    public string? UpstreamFailureReason { get; init; }

    public string? BytesReceived { get; init; }

    public string? BytesSent { get; init; }

    public string? Duration { get; init; }

    public string? UpstreamServiceTime { get; init; }

    public string? ForwardedFor { get; init; }

    public string? UserAgent { get; init; }

    public string? RequestId { get; init; }

    public string? Authority { get; init; }

    public string? UpstreamService { get; init; }

    public string? UpstreamCluster { get; init; }

    public string? UpstreamLocal { get; init; }

    public string? DownstreamLocal { get; init; }

    public string? DownstreamRemote { get; init; }

    public string? RequestedServer { get; init; }

    public string? RouteName { get; init; }
}
