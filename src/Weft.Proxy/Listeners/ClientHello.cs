using System.Buffers.Binary;
using System.Text;

namespace Weft.Proxy.Listeners;

/// <summary>The parts of a TLS ClientHello that choose a filter chain (RFC 8446 section 4.1.2, RFC 6066 SNI, RFC 7301 ALPN).</summary>
internal sealed record ClientHello(string ServerName, IReadOnlyList<string> Alpn)
{
    /// <summary>A ClientHello may be spread over several records; more than this is not waited for (Envoy: 16 KiB).</summary>
    public const int MaxLength = 16 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int ServerNameExtension = 0;
    private const int AlpnExtension = 16;

    /// <summary>Looks at the first bytes of a connection. Takes any bytes and never throws.</summary>
    public static InspectionState Inspect(ReadOnlySpan<byte> bytes, out ClientHello? hello)
    {
        hello = null;
        if (!MayBeTls(bytes))
        {
            return InspectionState.NotFound;
        }

        var state = Reassemble(bytes, out var assembled);
        if (state != InspectionState.Found)
        {
            return state;
        }

        hello = Parse(assembled);
        return hello is null ? InspectionState.NotFound : InspectionState.Found;
    }

    private static bool MayBeTls(ReadOnlySpan<byte> bytes) =>
        (bytes.Length < 1 || bytes[0] == HandshakeRecord)
        && (bytes.Length < 2 || bytes[1] == 3)
        && (bytes.Length < 6 || bytes[5] == ClientHelloMessage);

    // Joins the handshake fragments of as many records as the message needs.
    private static InspectionState Reassemble(ReadOnlySpan<byte> bytes, out byte[] message)
    {
        message = [];
        var joined = new List<byte>(bytes.Length);
        while (true)
        {
            if (bytes.Length < 5)
            {
                return joined.Count + bytes.Length > MaxLength ? InspectionState.NotFound : InspectionState.NeedMore;
            }

            if (bytes[0] != HandshakeRecord || bytes[1] != 3)
            {
                return InspectionState.NotFound;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (length is 0 or > MaxLength)
            {
                return InspectionState.NotFound;
            }

            joined.AddRange(bytes.Slice(5, Math.Min(length, bytes.Length - 5)));
            if (joined.Count >= 4)
            {
                var needed = 4 + ((joined[1] << 16) | (joined[2] << 8) | joined[3]);
                if (joined[0] != ClientHelloMessage || needed > MaxLength)
                {
                    return InspectionState.NotFound;
                }

                if (joined.Count >= needed)
                {
                    message = [.. joined[4..needed]];
                    return InspectionState.Found;
                }
            }

            if (bytes.Length < 5 + length)
            {
                return InspectionState.NeedMore;
            }

            bytes = bytes[(5 + length)..];
        }
    }

    private static ClientHello? Parse(ReadOnlySpan<byte> body)
    {
        // version(2) random(32) session id, cipher suites, compression methods, extensions
        if (!Skip(ref body, 34) || !SkipVector(ref body, 1) || !SkipVector(ref body, 2) || !SkipVector(ref body, 1))
        {
            return null;
        }

        var serverName = "";
        IReadOnlyList<string> alpn = [];
        if (body.IsEmpty)
        {
            return new ClientHello(serverName, alpn);
        }

        if (!Take(ref body, 2, out var extensions))
        {
            return null;
        }

        while (!extensions.IsEmpty)
        {
            if (extensions.Length < 4)
            {
                return null;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!Take(ref extensions, 2, out var content))
            {
                return null;
            }

            switch (type)
            {
                case ServerNameExtension:
                    serverName = ReadServerName(content);
                    break;
                case AlpnExtension:
                    alpn = ReadAlpn(content);
                    break;
            }
        }

        return new ClientHello(serverName, alpn);
    }

    private static string ReadServerName(ReadOnlySpan<byte> content)
    {
        if (!Take(ref content, 2, out var list))
        {
            return "";
        }

        while (list.Length >= 3)
        {
            var type = list[0];
            list = list[1..];
            if (!Take(ref list, 2, out var name))
            {
                return "";
            }

            if (type == 0)
            {
                return Encoding.Latin1.GetString(name).ToLowerInvariant();
            }
        }

        return "";
    }

    private static List<string> ReadAlpn(ReadOnlySpan<byte> content)
    {
        var names = new List<string>();
        if (Take(ref content, 2, out var list))
        {
            while (!list.IsEmpty && Take(ref list, 1, out var name))
            {
                names.Add(Encoding.Latin1.GetString(name));
            }
        }

        return names;
    }

    private static bool Skip(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count)
        {
            return false;
        }

        bytes = bytes[count..];
        return true;
    }

    private static bool SkipVector(ref ReadOnlySpan<byte> bytes, int prefix) => Take(ref bytes, prefix, out _);

    private static bool Take(ref ReadOnlySpan<byte> bytes, int prefix, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (bytes.Length < prefix)
        {
            return false;
        }

        var length = prefix == 1 ? bytes[0] : BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length < prefix + length)
        {
            return false;
        }

        content = bytes.Slice(prefix, length);
        bytes = bytes[(prefix + length)..];
        return true;
    }
}
