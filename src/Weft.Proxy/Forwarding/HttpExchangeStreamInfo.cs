using System.Net;
using Weft.Proxy.Formatting;
using Weft.Proxy.Stats;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Forwarding;

// What formats, log filters and custom tags may ask of a request.
internal sealed partial class HttpExchange : IStreamInfo
{
    TimeSpan IStreamInfo.Duration => Timing.Ended ?? Proxy.Time.GetElapsedTime(StartTimestamp);

    string? IStreamInfo.ConnectionTermination => null;

    long IStreamInfo.BytesReceived => RequestBodyBytes;

    long IStreamInfo.BytesSent => ResponseBodyBytes;

    IPEndPoint? IStreamInfo.UpstreamHost => Endpoint?.Address;

    string? IStreamInfo.UpstreamCluster => ClusterName.Length > 0 ? ClusterName : null;

    IPEndPoint? IStreamInfo.UpstreamLocalAddress => UpstreamConnection?.LocalAddress;

    IPEndPoint IStreamInfo.DownstreamLocalAddress => OriginalDestination;

    IPEndPoint IStreamInfo.DownstreamRemoteAddress => ClientAddress;

    IPEndPoint IStreamInfo.DownstreamDirectRemoteAddress => Connection.PeerAddress;

    string? IStreamInfo.RequestedServerName => Connection.RequestedServerName;

    string? IStreamInfo.RouteName => Route?.Name;

    TlsSession? IStreamInfo.DownstreamTls => Connection.Tls;

    TlsSession? IStreamInfo.UpstreamTls => UpstreamConnection?.Tls;

    WorkloadIdentity? IStreamInfo.DownstreamPeer => Manager.IsOutbound ? null : Peer;

    WorkloadIdentity? IStreamInfo.UpstreamPeer => Manager.IsOutbound ? Peer ?? Endpoint?.Workload : null;

    string? IStreamInfo.ResponseHeader(string name) =>
        name == ":status" ? ResponseCode.ToString(System.Globalization.CultureInfo.InvariantCulture) : ResponseHeaders.TryGetValue(name, out var values) ? values.ToString() : null;

    string? IStreamInfo.ResponseTrailer(string name) =>
        ResponseTrailers.FirstOrDefault(trailer => trailer.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { Count: > 0 } values ? values.ToString() : null;
}
