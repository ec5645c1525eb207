using System.Net;
using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Forwarding;

/// <summary>What kind of connection a pool holds; a new transport socket means new connections.</summary>
/// <param name="Addresses">Where the PROXY protocol tells them: connections are then not shared between clients.</param>
internal readonly record struct UpstreamPoolKey(TransportModel Transport, bool IsHttp2, string Alpn, string Sni, DownstreamAddresses? Addresses);

/// <summary>Keep-alive HTTP connections of one kind to one endpoint.</summary>
internal sealed class UpstreamPool : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    public UpstreamPool(UpstreamConnector connector, ClusterModel cluster, EndpointModel endpoint, UpstreamDial dial)
    {
        BaseAddress = $"http://{endpoint.Address}";
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            Expect100ContinueTimeout = TimeSpan.FromDays(1),
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            MaxConnectionsPerServer = int.MaxValue,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = cluster.HttpIdleTimeout > TimeSpan.Zero ? cluster.HttpIdleTimeout : Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = cluster.HttpConnectionLifetime > TimeSpan.Zero ? cluster.HttpConnectionLifetime : Timeout.InfiniteTimeSpan,
            RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = await connector.ConnectAsync(cluster, endpoint, dial, cancellationToken);
                LastConnection = connection;
                return connection.Stream;
            },
        };
        _invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Scheme and address that every request's URI begins with; the authority of the request goes into its Host.</summary>
    public string BaseAddress { get; }

    /// <summary>The newest connection: all of a pool lead to the same workload.</summary>
    public UpstreamConnection? LastConnection { get; private set; }

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
        var key = new UpstreamPoolKey(endpoint.Transport, isHttp2, alpn is null ? "" : alpn.Count > 0 ? alpn[0] : "", sni ?? "", addresses);
        return endpoint.State.Pools.TryGetValue(key, out var pool)
            ? pool
            : endpoint.State.Pools.GetOrAdd(key, _ => new UpstreamPool(proxy.Connector, cluster, endpoint, new UpstreamDial { Alpn = alpn, Sni = sni, Addresses = addresses }));
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();

    private static string HostOf(string authority) =>
        Microsoft.AspNetCore.Http.HostString.FromUriComponent(authority) is { HasValue: true } host ? host.Host : authority;
}
