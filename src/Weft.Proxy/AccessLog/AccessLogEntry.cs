using System.Net;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.AccessLog;

/// <summary>What is logged of a request or of a TCP connection. Null stands for what does not apply.</summary>
internal sealed record AccessLogEntry
{
    public required DateTimeOffset StartTime { get; init; }

    public required TimeSpan Duration { get; init; }

    public Func<string, string?> RequestHeader { get; init; } = static _ => null;

    public Func<string, string?> ResponseHeader { get; init; } = static _ => null;

    public string? Protocol { get; init; }

    public int ResponseCode { get; init; }

    public required ResponseFlags Flags { get; init; }

    public string? Details { get; init; }

    public string? ConnectionTermination { get; init; }

    public string? UpstreamTransportFailure { get; init; }

    public required long BytesReceived { get; init; }

    public required long BytesSent { get; init; }

    public IPEndPoint? UpstreamHost { get; init; }

    public string? UpstreamCluster { get; init; }

    public IPEndPoint? UpstreamLocalAddress { get; init; }

    public required IPEndPoint DownstreamLocalAddress { get; init; }

    public required IPEndPoint DownstreamRemoteAddress { get; init; }

    public string? RequestedServerName { get; init; }

    public string? RouteName { get; init; }

    public string? GrpcStatus { get; init; }
}
