using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Forwarding.Http1;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Forwarding;

/// <summary>What kind of connection a pool holds; a new transport socket, or other limits, mean new connections.</summary>
/// <param name="Addresses">Where the PROXY protocol tells them: connections are then not shared between clients.</param>
internal readonly record struct UpstreamPoolKey(
    TransportModel Transport, bool IsHttp2, string Alpn, string Sni, DownstreamAddresses? Addresses, uint MaxRequests, TimeSpan IdleTimeout, TimeSpan Lifetime);

/// <summary>Keep-alive HTTP connections of one kind to one endpoint. Safe for any thread.</summary>
internal abstract class UpstreamPool : IDisposable
{
    /// <summary>The newest connection: all of a pool lead to the same workload.</summary>
    public UpstreamConnection? LastConnection { get; protected set; }

    /// <summary>The pool of an endpoint for one kind of connection.</summary>
    /// <param name="overrides">ALPN values that take the place of the transport socket's; null leaves those.</param>
    /// <param name="authority">Becomes the SNI where the cluster says so.</param>
    /// <param name="downstream">Told by the PROXY protocol where the endpoint wants it; null for the proxy's own requests.</param>
    public static UpstreamPool Of(
        ProxyContext proxy, ClusterModel cluster, EndpointModel endpoint, bool isHttp2, AlpnOverrides? overrides, string authority, DownstreamConnection? downstream)
    {
        var alpn = endpoint.Tls is null ? null : overrides?.For(isHttp2) ?? endpoint.Tls.Alpn;
        var sni = endpoint.Tls is null || !cluster.UsesHostAsSni ? null : HostOf(authority);
        var addresses = endpoint.Transport.ProxyProtocol == 0 || downstream is null ? null : new DownstreamAddresses(downstream.RemoteAddress, downstream.LocalAddress);
        var key = new UpstreamPoolKey(
            endpoint.Transport, isHttp2, alpn is null ? "" : alpn.Count > 0 ? alpn[0] : "", sni ?? "", addresses, cluster.MaxRequestsPerConnection, cluster.HttpIdleTimeout, cluster.HttpConnectionLifetime);
        return endpoint.State.Pools.TryGetValue(key, out var pool) ? pool : endpoint.State.Pools.GetOrAdd(key, _ => Create());

        UpstreamPool Create()
        {
            var dial = new UpstreamDial { Alpn = alpn, Sni = sni, Addresses = addresses };
            return isHttp2 ? new Http2Pool(proxy.Connector, cluster, endpoint, dial, proxy.Time) : new Http1Pool(proxy.Connector, cluster, endpoint, dial, proxy.Time);
        }
    }

    /// <summary>Sends a request and waits for the head of its response.</summary>
    /// <exception cref="UpstreamConnectException">No connection could be made.</exception>
    /// <exception cref="UpstreamProtocolException">What came is no response.</exception>
    /// <exception cref="HttpRequestException">An HTTP/2 stream or connection failed.</exception>
    /// <exception cref="IOException">The connection broke before the response.</exception>
    public abstract Task<UpstreamReply> SendAsync(OutgoingRequest request, CancellationToken cancellationToken);

    public abstract void Dispose();

    private static string HostOf(string authority) =>
        Microsoft.AspNetCore.Http.HostString.FromUriComponent(authority) is { HasValue: true } host ? host.Host : authority;
}
