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

    /// <summary>Ends both directions in order; a read under way sees the end.</summary>
    public void Shutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The upstream was faster.
        }
    }

    /// <summary>Breaks what is under way, with a reset.</summary>
    public void Abort() => socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        socket.Dispose();
    }
}

/// <summary>What one connection differs in from the others to the same endpoint.</summary>
internal sealed record UpstreamDial
{
    public static UpstreamDial Plain { get; } = new();

    /// <summary>What the TLS handshake offers instead of the transport socket's own values; null offers those.</summary>
    public IReadOnlyList<string>? Alpn { get; init; }

    /// <summary>The name asked by TLS instead of the transport socket's own; null asks that.</summary>
    public string? Sni { get; init; }

    /// <summary>Who connected to whom, for the PROXY protocol.</summary>
    public DownstreamAddresses? Addresses { get; init; }
}

/// <summary>The two ends of a client's connection.</summary>
internal sealed record DownstreamAddresses(IPEndPoint Source, IPEndPoint Destination);

/// <summary>Dials endpoints: TCP within the cluster's connect timeout, then the endpoint's transport socket.</summary>
internal sealed class UpstreamConnector(IPAddress instanceAddress, IPAddress applicationAddress, SecretStore secrets, TimeProvider time)
{
    /// <exception cref="UpstreamConnectException">No connection, or no handshake.</exception>
    public async Task<UpstreamConnection> ConnectAsync(
        ClusterModel cluster, EndpointModel endpoint, UpstreamDial dial, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), timeout, cluster.ConnectTimeout, Timeout.InfiniteTimeSpan);
        endpoint.State.Connections.Increment();
        try
        {
            return await DialAsync(cluster, endpoint, dial, timeout.Token);
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
        ClusterModel cluster, EndpointModel endpoint, UpstreamDial dial, CancellationToken cancellationToken)
    {
        var address = DialAddress(cluster, endpoint.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (SourceAddress(cluster, address) is { } source)
            {
                socket.Bind(new IPEndPoint(source, 0));
            }

            KeepAlive(socket, cluster.Keepalive);
            await socket.ConnectAsync(address, cancellationToken);
            if (endpoint.Transport.ProxyProtocol is var version and > 0 && dial.Addresses is { } told)
            {
                await socket.SendAsync(ProxyHeader.Encode(version, told.Source, told.Destination), cancellationToken);
            }
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
            ? await HandshakeAsync(socket, stream, cluster, tls, dial, cancellationToken)
            : new UpstreamConnection(socket, stream, null);
    }

    // As the cluster says (127.0.0.6 inbound); else, inside the embedded network, peers see the pod's own address as they would in a cluster.
    private IPAddress? SourceAddress(ClusterModel cluster, IPEndPoint destination)
    {
        var source = cluster.BindAddress ?? (IPAddress.IsLoopback(destination.Address) && IPAddress.IsLoopback(instanceAddress) ? instanceAddress : null);
        return source?.AddressFamily == destination.AddressFamily ? source : null;
    }

    private async Task<UpstreamConnection> HandshakeAsync(
        Socket socket, NetworkStream stream, ClusterModel cluster, UpstreamTlsModel tls, UpstreamDial dial, CancellationToken cancellationToken)
    {
        var certificate = tls.Certificate is { } name ? secrets.Certificate(name) : null;
        if ((tls.Certificate is not null && certificate is null) || (tls.Validation.Roots is { } roots && secrets.Roots(roots) is null))
        {
            await stream.DisposeAsync();
            throw new UpstreamConnectException("remote connection failure", "TLS_error:|Secret is not supplied by SDS:TLS_error_end", null);
        }

        var secured = new SslStream(new ReadAheadStream(stream), leaveInnerStreamOpen: false);
        try
        {
            await secured.AuthenticateAsClientAsync(ClientOptions(cluster, tls, certificate, dial), cancellationToken);
            return new UpstreamConnection(socket, secured, TlsSession.Of(secured, certificate?.Uri ?? "", []));
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

    private SslClientAuthenticationOptions ClientOptions(ClusterModel cluster, UpstreamTlsModel tls, CertificateModel? certificate, UpstreamDial dial)
    {
        var asked = dial.Sni ?? tls.Sni;
        var mustBear = cluster.ValidatesSni && asked.Length > 0 ? asked : null;
        return new SslClientAuthenticationOptions
        {
            TargetHost = asked,
            EnabledSslProtocols = tls.Protocols,
            CipherSuitesPolicy = tls.CipherSuites,
            ApplicationProtocols = [.. (dial.Alpn ?? tls.Alpn).Select(protocol => new SslApplicationProtocol(protocol))],
            ClientCertificateContext = certificate?.Context,
            CertificateChainPolicy = tls.Validation.ChainPolicy(secrets),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, peer, _, errors) => tls.Validation.Accepts(peer as X509Certificate2, errors, mustBear),
        };
    }

    private static void KeepAlive(Socket socket, TcpKeepalive? keepalive)
    {
        if (keepalive is null)
        {
            return;
        }

        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        foreach (var (option, value) in ((SocketOptionName, int)[])
            [(SocketOptionName.TcpKeepAliveRetryCount, keepalive.Probes), (SocketOptionName.TcpKeepAliveTime, keepalive.Seconds), (SocketOptionName.TcpKeepAliveInterval, keepalive.IntervalSeconds)])
        {
            if (value > 0)
            {
                socket.SetSocketOption(SocketOptionLevel.Tcp, option, value);
            }
        }
    }

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
