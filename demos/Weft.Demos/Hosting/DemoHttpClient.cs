using System.Net.Security;
using System.Net.Sockets;

namespace Weft.Demos.Hosting;

/// <summary>An HTTP client whose connections are opened by the pod's dialer, so that a sidecar sees them.</summary>
internal static class DemoHttpClient
{
    public static HttpClient Create(DemoContext context, int maxConnections = 100) =>
        Create(context, maxConnections, TimeSpan.FromSeconds(90));

    /// <summary>A client that opens a connection for each request, so that the mesh balances each anew.</summary>
    public static HttpClient CreateUnpooled(DemoContext context) => Create(context, int.MaxValue, TimeSpan.Zero);

    private static HttpClient Create(DemoContext context, int maxConnections, TimeSpan idle) => new(new ResetIsRequestFailure(new SocketsHttpHandler
    {
        ConnectCallback = (connection, cancellationToken) =>
            context.DialAsync(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, cancellationToken),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = maxConnections,
        PooledConnectionIdleTimeout = idle,
        PooledConnectionLifetime = idle == TimeSpan.Zero ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
        ActivityHeadersPropagator = null,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = context.Trust.Accepts },
    }))
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>
    /// SocketsHttpHandler asks a new connection for its peer's address; one that is reset by then makes it throw the socket's own
    /// exception, which is a failed request like any other to who has asked.
    /// </summary>
    private sealed class ResetIsRequestFailure(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (SocketException reset)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, reset.Message, reset);
            }
        }
    }
}
