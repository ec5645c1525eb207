using System.Net;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Stats;
using Weft.Proxy.Tls;

namespace Weft.Proxy.AccessLog;

/// <summary>What is logged where no request stands for it: a TCP connection, or a request that could not be read. Null stands for what does not apply.</summary>
internal sealed record AccessLogEntry : IStreamInfo
{
    public required DateTimeOffset StartTime { get; init; }

    public required TimeSpan Duration { get; init; }

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

    public required IPEndPoint DownstreamDirectRemoteAddress { get; init; }

    public string? RequestedServerName { get; init; }

    public string? RouteName { get; init; }

    public DynamicMetadata? Metadata { get; init; }

    public WorkloadIdentity? DownstreamPeer { get; init; }

    public WorkloadIdentity? UpstreamPeer { get; init; }

    public TlsSession? DownstreamTls { get; init; }

    public TlsSession? UpstreamTls { get; init; }

    string? IStreamInfo.GrpcStatus => null;

    string? IStreamInfo.RequestHeader(string name) => null;

    string? IStreamInfo.ResponseHeader(string name) => null;
}
