using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Weft.Proxy.Listeners;

/// <summary>A destination as a client named it.</summary>
internal readonly record struct NamedDestination(string Host, int Port);

/// <summary>SOCKS5 (RFC 1928) without authentication, CONNECT only. Takes any bytes and never throws.</summary>
internal static class Socks5
{
    public const byte Version = 5;
    public const byte Succeeded = 0;
    public const byte GeneralFailure = 1;
    public const byte HostUnreachable = 4;
    public const byte CommandNotSupported = 7;

    private const byte NoAuthentication = 0;
    private const byte Connect = 1;

    /// <summary>The answer to a client with no method that we speak.</summary>
    public static ReadOnlyMemory<byte> NoAcceptableMethod { get; } = new byte[] { Version, 0xff };

    public static ReadOnlyMemory<byte> MethodAccepted { get; } = new byte[] { Version, NoAuthentication };

    public static InspectionState ReadGreeting(ReadOnlySpan<byte> bytes, out int length, out bool acceptsNoAuthentication)
    {
        length = 0;
        acceptsNoAuthentication = false;
        if (bytes.Length < 2)
        {
            return bytes.Length > 0 && bytes[0] != Version ? InspectionState.NotFound : InspectionState.NeedMore;
        }

        if (bytes[0] != Version)
        {
            return InspectionState.NotFound;
        }

        length = 2 + bytes[1];
        if (bytes.Length < length)
        {
            return InspectionState.NeedMore;
        }

        acceptsNoAuthentication = bytes[2..length].Contains(NoAuthentication);
        return InspectionState.Found;
    }

    /// <param name="reply">The reply code that the request deserves before its name is resolved.</param>
    public static InspectionState ReadRequest(ReadOnlySpan<byte> bytes, out int length, out NamedDestination destination, out byte reply)
    {
        length = 0;
        destination = default;
        reply = Succeeded;
        if (bytes.Length < 5)
        {
            return bytes.Length > 0 && bytes[0] != Version ? InspectionState.NotFound : InspectionState.NeedMore;
        }

        if (bytes[0] != Version)
        {
            return InspectionState.NotFound;
        }

        var addressLength = bytes[3] switch
        {
            1 => 4,
            3 => 1 + bytes[4],
            4 => 16,
            _ => -1,
        };
        if (addressLength < 0)
        {
            return InspectionState.NotFound;
        }

        length = 4 + addressLength + 2;
        if (bytes.Length < length)
        {
            return InspectionState.NeedMore;
        }

        var address = bytes.Slice(4, addressLength);
        var host = bytes[3] == 3 ? Encoding.Latin1.GetString(address[1..]) : new IPAddress(address).ToString();
        destination = new NamedDestination(host, BinaryPrimitives.ReadUInt16BigEndian(bytes[(length - 2)..]));
        reply = bytes[1] != Connect ? CommandNotSupported : host.Length == 0 || destination.Port == 0 ? GeneralFailure : Succeeded;
        return InspectionState.Found;
    }

    public static byte[] Reply(byte code, IPEndPoint bound)
    {
        var reply = new byte[10];
        reply[0] = Version;
        reply[1] = code;
        reply[3] = 1;
        if (bound.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            bound.Address.TryWriteBytes(reply.AsSpan(4), out _);
        }

        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(8), (ushort)bound.Port);
        return reply;
    }
}

/// <summary>How an HTTP request names its destination.</summary>
internal enum ProxyRequestForm
{
    /// <summary>CONNECT host:port.</summary>
    Connect,

    /// <summary>GET http://host/path: a request to a proxy.</summary>
    Absolute,

    /// <summary>GET /path with a Host header: a request that knows of no proxy.</summary>
    Origin,
}

/// <summary>The head of an HTTP/1 request, read as far as its destination. Takes any bytes and never throws.</summary>
internal sealed record ProxyRequestHead(ProxyRequestForm Form, NamedDestination Destination, int HeadLength, string Method, string Path, string Version, IReadOnlyList<string> HeaderLines)
{
    public const int MaxLength = 64 * 1024;

    public static InspectionState Read(ReadOnlySpan<byte> bytes, out ProxyRequestHead? head)
    {
        head = null;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return bytes.Length > MaxLength ? InspectionState.NotFound : InspectionState.NeedMore;
        }

        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        var request = lines[0].Split(' ');
        if (request.Length != 3 || !request[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return InspectionState.NotFound;
        }

        head = From(request, lines[1..], end + 4);
        return head is null ? InspectionState.NotFound : InspectionState.Found;
    }

    /// <summary>The same request as a server outside would get it: origin form, closing the connection after one answer.</summary>
    public byte[] ToOriginForm()
    {
        var text = new StringBuilder().Append(Method).Append(' ').Append(Path).Append(' ').Append(Version).Append("\r\n");
        foreach (var line in HeaderLines)
        {
            var name = line.Split(':', 2)[0].Trim();
            if (!name.Equals("connection", StringComparison.OrdinalIgnoreCase) && !name.Equals("proxy-connection", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("proxy-authorization", StringComparison.OrdinalIgnoreCase))
            {
                text.Append(line).Append("\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(text.Append("Connection: close\r\n\r\n").ToString());
    }

    /// <summary>Reads host and port; a missing port is the given one.</summary>
    public static NamedDestination? ParseAuthority(string authority, int defaultPort)
    {
        var at = authority.LastIndexOf('@');
        var text = at >= 0 ? authority[(at + 1)..] : authority;
        var host = text;
        var port = defaultPort;
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && text.IndexOf(']', colon) < 0)
        {
            host = text[..colon];
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            {
                return null;
            }
        }

        host = host.Trim('[', ']');
        return host.Length is 0 or > 255 || port is <= 0 or > 65535 ? null : new NamedDestination(host, port);
    }

    private static ProxyRequestHead? From(string[] request, string[] headers, int length)
    {
        var (method, target, version) = (request[0], request[1], request[2]);
        if (method == "CONNECT")
        {
            return ParseAuthority(target, 443) is { } tunnel ? new(ProxyRequestForm.Connect, tunnel, length, method, "", version, headers) : null;
        }

        if (target.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            var rest = target[7..];
            var slash = rest.AsSpan().IndexOfAny('/', '?');
            var authority = slash < 0 ? rest : rest[..slash];
            var path = slash < 0 ? "/" : rest[slash] == '/' ? rest[slash..] : "/" + rest[slash..];
            return ParseAuthority(authority, 80) is { } absolute ? new(ProxyRequestForm.Absolute, absolute, length, method, path, version, headers) : null;
        }

        var host = headers.FirstOrDefault(line => line.StartsWith("host:", StringComparison.OrdinalIgnoreCase));
        return host is not null && ParseAuthority(host[5..].Trim(), 80) is { } origin
            ? new(ProxyRequestForm.Origin, origin, length, method, target, version, headers)
            : null;
    }
}
