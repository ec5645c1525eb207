using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Weft.ApiServer.Streams;

/// <summary>
/// The header blocks of one SPDY/3 connection. Each direction is one zlib stream over the protocol's dictionary, flushed after every block.
/// Reading: .NET's inflater knows no dictionaries, so it is fed the dictionary first, as an uncompressed block. Writing: uncompressed blocks only.
/// </summary>
internal sealed class SpdyHeaders : IDisposable
{
    private const int LargestBlock = 64 * 1024;
    private readonly Feed _feed = new();
    private readonly DeflateStream _inflater;
    private bool _begun;
    private bool _written;

    public SpdyHeaders() => _inflater = new DeflateStream(_feed, CompressionMode.Decompress);

    /// <summary>Names in lower case with their values. Throws InvalidDataException for what is no header block.</summary>
    public Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        if (!_begun) block = Begin(block);
        _feed.Add(block);
        var plain = new byte[LargestBlock];
        var length = 0;
        int read;
        while (length < plain.Length && (read = _inflater.Read(plain, length, plain.Length - length)) > 0) length += read;
        return Parse(plain.AsSpan(0, length));
    }

    /// <summary>A block with the given headers.</summary>
    public byte[] Write(params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var plain = new MemoryStream();
        Number(plain, headers.Length);
        foreach (var (name, value) in headers)
        {
            Text(plain, name);
            Text(plain, value);
        }

        var content = plain.ToArray();
        var block = new MemoryStream();
        if (!_written) block.Write([0x78, 0x01]);
        _written = true;
        Stored(block, content);
        // An empty block: the reader has all before it.
        Stored(block, []);
        return block.ToArray();
    }

    public void Dispose() => _inflater.Dispose();

    /// <summary>Skips zlib's head; the dictionary, when it is asked for, becomes what came before.</summary>
    private ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> block)
    {
        if (block.Length < 2 || (block[0] & 0x0f) != 8) throw new InvalidDataException("not a zlib stream");
        _begun = true;
        if ((block[1] & 0x20) == 0) return block[2..];
        if (block.Length < 6) throw new InvalidDataException("not a zlib stream");
        using var first = new MemoryStream();
        Stored(first, SpdyDictionary.Bytes);
        _feed.Add(first.ToArray());
        var skipped = new byte[SpdyDictionary.Bytes.Length];
        _inflater.ReadExactly(skipped);
        return block[6..];
    }

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> plain)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        var count = Number(ref plain);
        for (var i = 0; i < count; i++)
        {
            var name = Text(ref plain);
            headers[name.ToLowerInvariant()] = Text(ref plain);
        }

        return headers;
    }

    private static int Number(ref ReadOnlySpan<byte> plain)
    {
        if (plain.Length < 4) throw new InvalidDataException("the header block ends early");
        var number = BinaryPrimitives.ReadInt32BigEndian(plain);
        plain = plain[4..];
        return number is >= 0 and <= LargestBlock ? number : throw new InvalidDataException("the header block is damaged");
    }

    private static string Text(ref ReadOnlySpan<byte> plain)
    {
        var length = Number(ref plain);
        if (length > plain.Length) throw new InvalidDataException("the header block ends early");
        var text = Encoding.UTF8.GetString(plain[..length]);
        plain = plain[length..];
        return text;
    }

    private static void Number(Stream target, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        target.Write(bytes);
    }

    private static void Text(Stream target, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Number(target, bytes.Length);
        target.Write(bytes);
    }

    /// <summary>A deflate block without compression.</summary>
    private static void Stored(Stream target, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~content.Length);
        target.Write(head);
        target.Write(content);
    }

    /// <summary>What has arrived and is not read yet; reading beyond it gives nothing, not an end.</summary>
    private sealed class Feed : MemoryStream
    {
        public void Add(ReadOnlySpan<byte> bytes)
        {
            var rest = ToArray().AsSpan((int)Position).ToArray();
            SetLength(0);
            Position = 0;
            Write(rest);
            Write(bytes);
            Position = 0;
        }
    }
}
