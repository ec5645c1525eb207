using System.Buffers;
using System.Text;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>Bytes that are gathered to leave in one write. Holds no memory while it is empty and released.</summary>
internal sealed class PooledBytes
{
    private const int Smallest = 4096;

    private byte[] _bytes = [];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public int Length => _length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Space(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>As Latin-1; what has no place there becomes a question mark, never a byte of another meaning.</summary>
    public void Append(ReadOnlySpan<char> text) => _length += Encoding.Latin1.GetBytes(text, Space(text.Length));

    public void AppendDecimal(long value)
    {
        value.TryFormat(Space(20), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        _length += written;
    }

    public void AppendHex(int value)
    {
        value.TryFormat(Space(8), out var written, "x", System.Globalization.CultureInfo.InvariantCulture);
        _length += written;
    }

    public void Clear() => _length = 0;

    public void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }

        _length = 0;
    }

    private Span<byte> Space(int size)
    {
        if (_bytes.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Smallest, Math.Max(_length + size, _bytes.Length * 2)));
            Written.Span.CopyTo(larger);
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }
}
