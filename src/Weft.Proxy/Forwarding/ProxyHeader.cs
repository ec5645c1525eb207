using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.Proxy.Forwarding;

/// <summary>The PROXY protocol's header (haproxy.org, proxy-protocol.txt, versions 1 and 2): who connected to whom, before a connection's first byte.</summary>
internal static class ProxyHeader
{
    private const byte Version2Proxy = 0x21;
    private const byte TcpOver4 = 0x11;
    private const byte TcpOver6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="version">1 or 2.</param>
    public static byte[] Encode(int version, IPEndPoint source, IPEndPoint destination)
    {
        var isIPv4 = source.AddressFamily == AddressFamily.InterNetwork && destination.AddressFamily == AddressFamily.InterNetwork;
        return version == 1 ? Text(isIPv4, source, destination) : Binary(isIPv4, source, destination);
    }

    private static byte[] Text(bool isIPv4, IPEndPoint source, IPEndPoint destination) =>
        Encoding.ASCII.GetBytes($"PROXY {(isIPv4 ? "TCP4" : "TCP6")} {Address(isIPv4, source)} {Address(isIPv4, destination)} {source.Port} {destination.Port}\r\n");

    private static byte[] Binary(bool isIPv4, IPEndPoint source, IPEndPoint destination)
    {
        var (from, to) = (Address(isIPv4, source).GetAddressBytes(), Address(isIPv4, destination).GetAddressBytes());
        var length = from.Length + to.Length + 4;
        var header = new byte[Signature.Length + 4 + length];
        Signature.CopyTo(header);
        var rest = header.AsSpan(Signature.Length);
        rest[0] = Version2Proxy;
        rest[1] = isIPv4 ? TcpOver4 : TcpOver6;
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)length);
        from.CopyTo(rest[4..]);
        to.CopyTo(rest[(4 + from.Length)..]);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(4 + from.Length + to.Length)..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(6 + from.Length + to.Length)..], (ushort)destination.Port);
        return header;
    }

    // Mixed families are both told as IPv6.
    private static IPAddress Address(bool isIPv4, IPEndPoint endpoint) => isIPv4 ? endpoint.Address : endpoint.Address.MapToIPv6();
}
