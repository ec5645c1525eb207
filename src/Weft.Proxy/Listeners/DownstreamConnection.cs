using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Weft.Proxy.Formatting;
using Weft.Proxy.Stats;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Listeners;

/// <summary>
/// A connection that a client opened to the proxy, from accept to close: its transport (plain, or on TLS once that stands),
/// its addresses, and what inspection and handshake found. Owned by the listener that accepted it.
/// </summary>
internal sealed class DownstreamConnection : IAsyncDisposable
{
    // A small answer leaves as one write and one TLS record, its head with its body.
    private static readonly StreamPipeWriterOptions Writing = new(minimumBufferSize: 16 * 1024, leaveOpen: true);

    private readonly Socket _socket;
    private readonly SocketReceiver _receiver;
    private readonly Task _receiving;
    private readonly NetworkStream _stream;
    private SslStream? _tls;
    private int _aborted;

    public DownstreamConnection(Socket socket, DateTimeOffset startTime)
    {
        _socket = socket;
        _socket.NoDelay = true;
        // A client that vanished without a word is found out, so that half-open connections do not stay for ever.
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        _stream = new NetworkStream(socket, ownsSocket: false);
        _receiver = new SocketReceiver(socket);
        LocalAddress = (IPEndPoint)socket.LocalEndPoint!;
        PeerAddress = RemoteAddress = (IPEndPoint)socket.RemoteEndPoint!;
        OriginalDestination = LocalAddress;
        StartTime = startTime;
        Input = _receiver.Input;
        Output = PipeWriter.Create(_stream, Writing);
        _receiving = _receiver.RunAsync();
    }

    public DateTimeOffset StartTime { get; }

    /// <summary>Who is at the other end of the socket.</summary>
    public IPEndPoint PeerAddress { get; }

    /// <summary>The client: the peer, or who a load balancer there says.</summary>
    public IPEndPoint RemoteAddress { get; private set; }

    /// <summary>The address on which the proxy was reached, or a load balancer before it.</summary>
    public IPEndPoint LocalAddress { get; private set; }

    /// <summary>Where the client meant to go: restored on capture, else the local address.</summary>
    public IPEndPoint OriginalDestination { get; set; }

    /// <summary>The client's bytes, decrypted if TLS is terminated.</summary>
    public PipeReader Input { get; private set; }

    /// <summary>Bytes to the client; leave at flush.</summary>
    public PipeWriter Output { get; private set; }

    /// <summary>Cancelled when the client has ended its direction or the connection broke.</summary>
    public CancellationToken PeerClosed => _receiver.PeerClosed;

    /// <summary>The SNI that TLS inspection saw; empty without TLS.</summary>
    public string RequestedServerName { get; set; } = "";

    /// <summary>Null on plaintext and where TLS is passed through.</summary>
    public TlsSession? Tls { get; private set; }

    /// <summary>What the latest request said of the client's certificate; null before the first that did.</summary>
    public Filters.Network.ForwardedCertificate? ForwardedCertificate { get; set; }

    /// <summary>What network filters left for later ones; null when none left anything.</summary>
    public DynamicMetadata? Metadata { get; private set; }

    public DynamicMetadata WritableMetadata => Metadata ??= new DynamicMetadata();

    /// <summary>The peer workload, once metadata was exchanged.</summary>
    public WorkloadIdentity? Peer { get; set; }

    /// <summary>Makes TLS the connection's transport. The handshake's failure leaves the connection unusable.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The handshake failed.</exception>
    /// <exception cref="IOException">The client went away during the handshake.</exception>
    public async Task AcceptTlsAsync(SslServerAuthenticationOptions options, string localUri, CancellationToken cancellationToken)
    {
        _tls = new SslStream(new DuplexPipeStream(_receiver.Input, _stream), leaveInnerStreamOpen: true);
        var presented = PresentedChain.Of(options);
        await _tls.AuthenticateAsServerAsync(options, cancellationToken);
        Tls = TlsSession.Of(_tls, localUri, presented.Intermediates);
        // A small buffer stays with the idle connection: to wait with an empty read would cost every message a second pass through TLS.
        Input = PipeReader.Create(_tls, new StreamPipeReaderOptions(bufferSize: 4096, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: false));
        Output = PipeWriter.Create(_tls, Writing);
    }

    /// <summary>Takes over what a load balancer told by the PROXY protocol.</summary>
    public void Told(ToldAddresses addresses)
    {
        RemoteAddress = addresses.Client;
        OriginalDestination = LocalAddress = addresses.Server;
    }

    /// <summary>Puts bytes before those that the client sends next.</summary>
    public void Prepend(ReadOnlyMemory<byte> bytes) => Input = new PrependedReader(bytes, Input);

    /// <summary>Tells the client that no more bytes follow (close_notify and FIN); its own direction stays open.</summary>
    public async Task ShutdownOutputAsync()
    {
        try
        {
            if (_tls is not null)
            {
                await _tls.ShutdownAsync();
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
        {
            // The client was faster, or its handshake had failed.
        }
    }

    /// <summary>Breaks the connection with a reset, from any thread.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            try
            {
                _socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Already gone.
            }

            _socket.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CompleteAsync();
        await ShutdownOutputAsync();
        _socket.Dispose();
        await _receiving;
        await _receiver.Input.CompleteAsync();
        _receiver.Dispose();
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }

        await _stream.DisposeAsync();
    }

    private async ValueTask CompleteAsync()
    {
        try
        {
            await Input.CompleteAsync();
            await Output.CompleteAsync();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // Unflushed bytes of a connection that broke.
        }
    }
}
