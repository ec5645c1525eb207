using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>One field line of a head or of trailers (RFC 9112 section 5): <c>name: value</c>. Takes any bytes.</summary>
internal static class HeaderLine
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<char> NameChars = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // All controls but the tab.
    private static readonly SearchValues<byte> NotInValues = SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(code => code != '\t').Select(code => (byte)code), 0x7f]);

    // RFC 9110 section 6.5.1: what frames or routes a message cannot come after it.
    private static readonly FrozenSet<string> NeverTrail = FrozenSet.ToFrozenSet(
        ["content-length", "transfer-encoding", "trailer", "host", "te", "connection", "keep-alive", "upgrade", "content-encoding", "content-type", "content-range", "expect", "max-forwards",
         "authorization", "proxy-authorization", "proxy-authenticate", "set-cookie", "cache-control"],
        StringComparer.OrdinalIgnoreCase);

    // The names that nearly every response has, so that reading one makes no new text.
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Common = new[]
    {
        "Server", "Date", "Content-Type", "Content-Length", "Connection", "Last-Modified", "ETag", "Accept-Ranges", "Cache-Control", "Transfer-Encoding", "Vary", "Set-Cookie", "Location",
        "Keep-Alive", "Content-Encoding", "Expires", "x-envoy-upstream-service-time", "x-envoy-peer-metadata", "x-envoy-peer-metadata-id", "x-envoy-decorator-operation", "x-request-id",
    }.ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(NameChars);

    /// <summary>Whether a field has its meaning after the body too.</summary>
    public static bool MayTrail(string name) => !NeverTrail.Contains(name);

    /// <summary>Whether a line says just what another said, with one space.</summary>
    public static bool Is(ReadOnlySpan<byte> line, KeyValuePair<string, StringValues> header)
    {
        var (name, value) = (header.Key, header.Value.ToString());
        return line.Length == name.Length + value.Length + 2
            && line[name.Length] == ':' && line[name.Length + 1] == ' '
            && Ascii.Equals(line[..name.Length], name)
            && Ascii.Equals(line[(name.Length + 2)..], value);
    }

    /// <param name="line">Without its end.</param>
    /// <exception cref="UpstreamProtocolException">Not a field line: a bad name, a space before the colon, a folded line, a control in the value.</exception>
    public static KeyValuePair<string, StringValues> Parse(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(NameBytes))
        {
            throw new UpstreamProtocolException("a header line has no valid name");
        }

        var value = line[(colon + 1)..].Trim(" \t"u8);
        return value.ContainsAny(NotInValues)
            ? throw new UpstreamProtocolException("a header value has a control character")
            : new(Name(line[..colon]), Encoding.Latin1.GetString(value));
    }

    private static string Name(ReadOnlySpan<byte> bytes)
    {
        Span<char> name = stackalloc char[32];
        return bytes.Length <= name.Length && Common.TryGetValue(name[..Encoding.ASCII.GetChars(bytes, name)], out var common) ? common : Encoding.ASCII.GetString(bytes);
    }
}
