using System.Net;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.Forwarding;

/// <summary>One SocketsHttpHandler: all connections of a pool, or a single one where requests per connection are counted.</summary>
internal sealed class UpstreamChannel : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    /// <param name="connect">Opens a connection.</param>
    /// <param name="connections">The most that it opens.</param>
    public UpstreamChannel(ClusterModel cluster, int connections, Func<CancellationToken, ValueTask<Stream>> connect) =>
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
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
            MaxConnectionsPerServer = connections,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = cluster.HttpIdleTimeout > TimeSpan.Zero ? cluster.HttpIdleTimeout : Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = cluster.HttpConnectionLifetime > TimeSpan.Zero ? cluster.HttpConnectionLifetime : Timeout.InfiniteTimeSpan,
            RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1,
            ConnectCallback = (_, cancellationToken) =>
            {
                Requests = connections == 1 ? 1 : Requests;
                return connect(cancellationToken);
            },
        });

    /// <summary>So far, the one on its way included: of the connection there is now where there may be but one, else of all together.</summary>
    public uint Requests { get; set; }

    /// <summary>Requests on their way.</summary>
    public int Active { get; set; }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();
}
