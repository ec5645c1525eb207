using System.Buffers;

namespace Weft.Proxy.Listeners;

/// <summary>Tells HTTP from other plaintext by its first line (Envoy's http_inspector).</summary>
internal static class HttpPreface
{
    public const string Http10 = "http/1.0";
    public const string Http11 = "http/1.1";
    public const string H2c = "h2c";

    /// <summary>A request line longer than this is taken for something else.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxMethodLength = 32;
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static ReadOnlySpan<byte> ConnectionPreface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Looks at the first bytes of a connection. Takes any bytes and never throws.</summary>
    public static InspectionState Inspect(ReadOnlySpan<byte> bytes, out string protocol)
    {
        protocol = "";
        if (bytes.Length < ConnectionPreface.Length ? ConnectionPreface.StartsWith(bytes) : bytes.StartsWith(ConnectionPreface))
        {
            protocol = H2c;
            return bytes.Length < ConnectionPreface.Length ? InspectionState.NeedMore : InspectionState.Found;
        }

        var methodEnd = bytes.IndexOfAnyExcept(TokenBytes);
        if (methodEnd < 0)
        {
            return bytes.Length > MaxMethodLength ? InspectionState.NotFound : InspectionState.NeedMore;
        }

        if (methodEnd is 0 or > MaxMethodLength || bytes[methodEnd] != (byte)' ')
        {
            return InspectionState.NotFound;
        }

        return InspectLine(bytes, out protocol);
    }

    private static InspectionState InspectLine(ReadOnlySpan<byte> bytes, out string protocol)
    {
        protocol = "";
        var lineEnd = bytes.IndexOf((byte)'\n');
        if (lineEnd < 0)
        {
            return bytes.Length > MaxLength ? InspectionState.NotFound : InspectionState.NeedMore;
        }

        var line = bytes[..lineEnd].TrimEnd((byte)'\r');
        protocol = line.EndsWith(" HTTP/1.1"u8) ? Http11 : line.EndsWith(" HTTP/1.0"u8) ? Http10 : "";
        return protocol.Length > 0 ? InspectionState.Found : InspectionState.NotFound;
    }
}
