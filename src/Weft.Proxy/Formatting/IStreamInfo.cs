using System.Net;
using Weft.Proxy.Clusters;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Stats;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Formatting;

/// <summary>
/// What formats, log filters and custom tags may ask of a request or of a TCP connection (Envoy StreamInfo). Null stands for what is absent
/// or does not apply; asking never fails and never changes anything.
/// </summary>
internal interface IStreamInfo
{
    DateTimeOffset StartTime { get; }

    /// <summary>Until now, or until the end once that is known.</summary>
    TimeSpan Duration { get; }

    string? Protocol { get; }

    /// <summary>0 while no response has begun, and for TCP.</summary>
    int ResponseCode { get; }

    ResponseFlags Flags { get; }

    string? Details { get; }

    string? ConnectionTermination { get; }

    string? UpstreamTransportFailure { get; }

    long BytesReceived { get; }

    long BytesSent { get; }

    IPEndPoint? UpstreamHost { get; }

    string? UpstreamCluster { get; }

    IPEndPoint? UpstreamLocalAddress { get; }

    /// <summary>Where the client meant to go.</summary>
    IPEndPoint DownstreamLocalAddress { get; }

    /// <summary>The client: the peer, or who a PROXY protocol header there says.</summary>
    IPEndPoint DownstreamRemoteAddress { get; }

    /// <summary>Who is at the other end of the socket, whatever a PROXY protocol header says (Envoy directRemoteAddress).</summary>
    IPEndPoint DownstreamDirectRemoteAddress { get; }

    string? RequestedServerName { get; }

    string? RouteName { get; }

    string? GrpcStatus { get; }

    /// <summary>What filters left for later ones; null when none left anything.</summary>
    DynamicMetadata? Metadata => null;

    /// <summary>The client's TLS; null on plaintext.</summary>
    TlsSession? DownstreamTls => null;

    TlsSession? UpstreamTls => null;

    /// <summary>The workload of the client, once metadata exchange found it.</summary>
    WorkloadIdentity? DownstreamPeer => null;

    /// <summary>The workload that serves, likewise.</summary>
    WorkloadIdentity? UpstreamPeer => null;

    ClusterModel? Cluster => null;

    EndpointModel? Endpoint => null;

    /// <summary>By lower-case name, pseudo-headers included.</summary>
    string? RequestHeader(string name);

    string? ResponseHeader(string name);

    string? ResponseTrailer(string name) => null;
}
