using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Weft.Proxy.Listeners;

/// <summary>Who connected to whom, as a load balancer before the proxy tells it.</summary>
internal sealed record ToldAddresses(IPEndPoint Client, IPEndPoint Server);

/// <summary>The PROXY protocol's header at a connection's beginning (haproxy.org, proxy-protocol.txt, versions 1 and 2). Takes any bytes and never throws.</summary>
internal static class ProxyHeaderParser
{
    private const int LongestText = 107;
    private const int BinaryHead = 16;
    private const byte Version2 = 0x20;
    private const byte OnBehalf = 0x21;
    private const byte TcpOver4 = 0x11;
    private const byte TcpOver6 = 0x21;

    private static ReadOnlySpan<byte> Text => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="length">Of the header.</param>
    /// <param name="addresses">Null when the header tells none, as of a load balancer's own checks.</param>
    /// <returns>NotFound for what is no such header, or a wrong one.</returns>
    public static InspectionState Read(ReadOnlySpan<byte> bytes, out int length, out ToldAddresses? addresses)
    {
        (length, addresses) = (0, null);
        if (bytes.IsEmpty)
        {
            return InspectionState.NeedMore;
        }

        return bytes[0] == Text[0] ? ReadText(bytes, out length, out addresses) : ReadBinary(bytes, out length, out addresses);
    }

    private static InspectionState ReadText(ReadOnlySpan<byte> bytes, out int length, out ToldAddresses? addresses)
    {
        (length, addresses) = (0, null);
        if (!Begins(bytes, Text))
        {
            return InspectionState.NotFound;
        }

        var end = bytes[..Math.Min(bytes.Length, LongestText)].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < LongestText ? InspectionState.NeedMore : InspectionState.NotFound;
        }

        length = end + 2;
        var words = Encoding.ASCII.GetString(bytes[..end]).Split(' ');
        if (words is ["PROXY", "UNKNOWN", ..])
        {
            return InspectionState.Found;
        }

        if (words is not ["PROXY", "TCP4" or "TCP6", var from, var to, var fromPort, var toPort] || EndpointOf(from, fromPort, words[1]) is not { } client || EndpointOf(to, toPort, words[1]) is not { } server)
        {
            return InspectionState.NotFound;
        }

        addresses = new ToldAddresses(client, server);
        return InspectionState.Found;
    }

    private static IPEndPoint? EndpointOf(string address, string port, string family) =>
        IPAddress.TryParse(address, out var ip) && address.Contains(':', StringComparison.Ordinal) == (family == "TCP6") && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new IPEndPoint(ip, number)
            : null;

    private static InspectionState ReadBinary(ReadOnlySpan<byte> bytes, out int length, out ToldAddresses? addresses)
    {
        (length, addresses) = (0, null);
        if (!Begins(bytes, Signature))
        {
            return InspectionState.NotFound;
        }

        if (bytes.Length < BinaryHead)
        {
            return InspectionState.NeedMore;
        }

        length = BinaryHead + BinaryPrimitives.ReadUInt16BigEndian(bytes[(BinaryHead - 2)..]);
        var command = bytes[Signature.Length];
        if (command is not (Version2 or OnBehalf))
        {
            return InspectionState.NotFound;
        }

        if (bytes.Length < length)
        {
            return InspectionState.NeedMore;
        }

        var size = command != OnBehalf ? 0 : bytes[Signature.Length + 1] switch { TcpOver4 => 4, TcpOver6 => 16, _ => 0 };
        var told = bytes[BinaryHead..length];
        if (size > 0 && told.Length < (2 * size) + 4)
        {
            return InspectionState.NotFound;
        }

        addresses = size == 0 ? null : new ToldAddresses(
            new IPEndPoint(new IPAddress(told[..size]), BinaryPrimitives.ReadUInt16BigEndian(told[(2 * size)..])),
            new IPEndPoint(new IPAddress(told[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(told[((2 * size) + 2)..])));
        return InspectionState.Found;
    }

    /// <summary>As far as there are bytes, they are those.</summary>
    private static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted)
    {
        var common = Math.Min(bytes.Length, wanted.Length);
        return bytes[..common].SequenceEqual(wanted[..common]);
    }
}
