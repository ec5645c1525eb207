using System.Net;
using Weft.Proxy.Clusters;

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

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();
}
