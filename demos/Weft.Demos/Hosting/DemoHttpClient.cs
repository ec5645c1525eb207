namespace Weft.Demos.Hosting;

/// <summary>An HTTP client whose connections are opened by the pod's dialer, so that a sidecar sees them.</summary>
internal static class DemoHttpClient
{
    public static HttpClient Create(DemoContext context, int maxConnections = 100) => new(new SocketsHttpHandler
    {
        ConnectCallback = (connection, cancellationToken) =>
            context.DialAsync(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, cancellationToken),
        UseProxy = false,
        MaxConnectionsPerServer = maxConnections,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };
}
