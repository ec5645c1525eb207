using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.Runtime.Network;

/// <summary>
/// Outbound connections of a pod with a sidecar: SOCKS5 (RFC 1928, no authentication, names resolved by the proxy) to the
/// sidecar's outbound listener, which restores the original destination from the request. The containers of a pod start side by side, so the first
/// connections of an application wait a little for a sidecar that does not listen yet.
/// </summary>
public sealed class SidecarDialer(IPEndPoint outbound, IPAddress source, TimeProvider time) : IPodDialer
{
    /// <summary>The port of a sidecar's outbound listener on the pod address, Istio's default.</summary>
    public const int OutboundPort = 15001;

    private const byte Version = 5;
    private const byte NoAuthentication = 0;
    private const byte Connect = 1;
    private const byte AddressIPv4 = 1;
    private const byte AddressName = 3;
    private const byte AddressIPv6 = 4;
    private const byte HostUnreachable = 4;

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);

    private readonly long _start = time.GetTimestamp();
    private volatile bool _hasListened;

    public async Task<Stream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        var stream = await ConnectAsync(cancellationToken);
        try
        {
            await GreetAsync(stream, cancellationToken);
            await stream.WriteAsync(ConnectRequest(host, port), cancellationToken);
            await ReadReplyAsync(stream, host, port, cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private async Task<NetworkStream> ConnectAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var stream = await TcpConnector.ConnectAsync(outbound, source, cancellationToken);
                _hasListened = true;
                return stream;
            }
            catch (SocketException refusal) when (refusal.SocketErrorCode == SocketError.ConnectionRefused && !_hasListened && time.GetElapsedTime(_start) < LongestStart)
            {
                await Task.Delay(BetweenAttempts, time, cancellationToken);
            }
        }
    }

    private static async Task GreetAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(new byte[] { Version, 1, NoAuthentication }, cancellationToken);
        var answer = new byte[2];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (answer[0] != Version || answer[1] != NoAuthentication)
            throw new IOException("The sidecar's outbound listener does not speak SOCKS5 without authentication.");
    }

    private static byte[] ConnectRequest(string host, int port)
    {
        var (kind, address) = Address(host);
        var request = new byte[4 + address.Length + 2];
        request[0] = Version;
        request[1] = Connect;
        request[3] = kind;
        address.CopyTo(request, 4);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4 + address.Length), checked((ushort)port));
        return request;
    }

    private static (byte Kind, byte[] Bytes) Address(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return (address.AddressFamily == AddressFamily.InterNetworkV6 ? AddressIPv6 : AddressIPv4, address.GetAddressBytes());

        var name = Encoding.ASCII.GetBytes(host);
        if (name.Length is 0 or > 255)
            throw new ArgumentException($"Not a host name: '{host}'.", nameof(host));
        return (AddressName, [(byte)name.Length, .. name]);
    }

    private static async Task ReadReplyAsync(NetworkStream stream, string host, int port, CancellationToken cancellationToken)
    {
        var head = new byte[4];
        await stream.ReadExactlyAsync(head, cancellationToken);
        var rest = head[3] switch
        {
            AddressIPv4 => 4,
            AddressIPv6 => 16,
            AddressName => await ReadByteAsync(stream, cancellationToken),
            _ => throw new IOException("The sidecar's SOCKS5 reply has an unknown address type."),
        };
        await stream.ReadExactlyAsync(new byte[rest + 2], cancellationToken);
        if (head[1] == HostUnreachable)
            throw new HostUnknownException($"The sidecar knows no host {host}.");
        if (head[1] != 0)
            throw new IOException($"The sidecar could not connect to {host}:{port}: {Reason(head[1])}.");
    }

    private static async Task<int> ReadByteAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one, cancellationToken);
        return one[0];
    }

    private static string Reason(byte code) => code switch
    {
        1 => "general failure",
        2 => "not allowed by rule",
        3 => "network unreachable",
        5 => "connection refused",
        6 => "time to live expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => $"SOCKS5 reply {code}",
    };
}

/// <summary>The name of a host is known to nobody.</summary>
public sealed class HostUnknownException(string message) : IOException(message);
