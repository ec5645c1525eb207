using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Clusters;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Forwarding;

/// <summary>No connection to an endpoint could be made.</summary>
internal sealed class UpstreamConnectException(string resetReason, string? transportFailure, Exception? inner)
    : IOException(resetReason, inner)
{
    /// <summary>Envoy's name of the stream reset, e.g. <c>remote connection failure</c>.</summary>
    public string ResetReason { get; } = resetReason;

    /// <summary>Envoy's transport failure reason, e.g. <c>delayed connect error: Connection refused</c>; null when there is none.</summary>
    public string? TransportFailure { get; } = transportFailure;
}

/// <summary>A connection to an endpoint, ready for bytes.</summary>
internal sealed class UpstreamConnection(Socket socket, Stream stream, TlsSession? tls) : IAsyncDisposable
{
    public Stream Stream { get; } = stream;

    public TlsSession? Tls { get; } = tls;

    public IPEndPoint? LocalAddress { get; } = socket.LocalEndPoint as IPEndPoint;

    /// <summary>Tells the upstream that no more bytes follow; its own direction stays open.</summary>
    public async Task ShutdownOutputAsync()
    {
        try
        {
            if (Stream is SslStream tls)
            {
                await tls.ShutdownAsync();
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The upstream was faster.
        }
    }

    public void Abort() => socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        socket.Dispose();
    }
}

/// <summary>Dials endpoints: TCP within the cluster's connect timeout, then the endpoint's transport socket.</summary>
internal sealed class UpstreamConnector(IPAddress instanceAddress, IPAddress applicationAddress, WorkloadSecrets secrets, TimeProvider time)
{
    /// <param name="alpn">What the TLS handshake offers instead of the transport socket's own values; null offers those.</param>
    /// <exception cref="UpstreamConnectException">No connection, or no handshake.</exception>
    public async Task<UpstreamConnection> ConnectAsync(
        ClusterModel cluster, EndpointModel endpoint, IReadOnlyList<string>? alpn, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), timeout, cluster.ConnectTimeout, Timeout.InfiniteTimeSpan);
        endpoint.State.Connections.Increment();
        try
        {
            return await DialAsync(cluster, endpoint, alpn, timeout.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            endpoint.State.ConnectFailures.Increment();
            throw new UpstreamConnectException("connection timeout", null, error);
        }
        catch (UpstreamConnectException)
        {
            endpoint.State.ConnectFailures.Increment();
            throw;
        }
    }

    // Inbound, the pod's own address stands for its application, which listens elsewhere; outbound it stands for the inbound side of this proxy.
    private IPEndPoint DialAddress(ClusterModel cluster, IPEndPoint address) =>
        cluster.IsInbound && address.Address.Equals(instanceAddress) ? new IPEndPoint(applicationAddress, address.Port) : address;

    private async Task<UpstreamConnection> DialAsync(
        ClusterModel cluster, EndpointModel endpoint, IReadOnlyList<string>? alpn, CancellationToken cancellationToken)
    {
        var address = DialAddress(cluster, endpoint.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (SourceAddress(cluster, address) is { } source)
            {
                socket.Bind(new IPEndPoint(source, 0));
            }

            await socket.ConnectAsync(address, cancellationToken);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new UpstreamConnectException("remote connection failure", $"delayed connect error: {ConnectErrorText(error.SocketErrorCode)}", error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        return endpoint.Tls is { } tls
            ? await HandshakeAsync(socket, stream, tls, alpn, cancellationToken)
            : new UpstreamConnection(socket, stream, null);
    }

    // As the cluster says (127.0.0.6 inbound); else, inside the embedded network, peers see the pod's own address as they would in a cluster.
    private IPAddress? SourceAddress(ClusterModel cluster, IPEndPoint destination)
    {
        var source = cluster.BindAddress ?? (IPAddress.IsLoopback(destination.Address) && IPAddress.IsLoopback(instanceAddress) ? instanceAddress : null);
        return source?.AddressFamily == destination.AddressFamily ? source : null;
    }

    private async Task<UpstreamConnection> HandshakeAsync(
        Socket socket, NetworkStream stream, UpstreamTlsModel tls, IReadOnlyList<string>? alpn, CancellationToken cancellationToken)
    {
        var certificate = secrets.Current;
        if (certificate is null && (tls.PresentsCertificate || tls.Validation.Roots == RootSource.Mesh))
        {
            await stream.DisposeAsync();
            throw new UpstreamConnectException("remote connection failure", "TLS_error:|Secret is not supplied by SDS:TLS_error_end", null);
        }

        var secured = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await secured.AuthenticateAsClientAsync(ClientOptions(tls, certificate, alpn), cancellationToken);
            return new UpstreamConnection(socket, secured, TlsSession.Of(secured, tls.PresentsCertificate ? certificate!.SpiffeId : ""));
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            await secured.DisposeAsync();
            throw new UpstreamConnectException("remote connection failure", TlsFailure(error), error);
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions ClientOptions(UpstreamTlsModel tls, WorkloadCertificate? certificate, IReadOnlyList<string>? alpn) => new()
    {
        TargetHost = tls.Sni,
        EnabledSslProtocols = tls.Protocols,
        ApplicationProtocols = [.. (alpn ?? tls.Alpn).Select(name => new SslApplicationProtocol(name))],
        ClientCertificateContext = tls.PresentsCertificate ? certificate?.Context : null,
        CertificateChainPolicy = tls.Validation.ChainPolicy(secrets),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, peer, _, errors) => tls.Validation.Accepts(peer as X509Certificate2, errors),
    };

    private static string TlsFailure(Exception error) => error is AuthenticationException && error.InnerException is null
        ? "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end"
        : $"TLS_error:|{(error.InnerException ?? error).Message}:TLS_error_end";

    private static string ConnectErrorText(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "Connection refused",
        SocketError.NetworkUnreachable => "Network is unreachable",
        SocketError.HostUnreachable => "No route to host",
        SocketError.TimedOut => "Connection timed out",
        SocketError.AddressNotAvailable => "Cannot assign requested address",
        _ => error.ToString(),
    };
}
