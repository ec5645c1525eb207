using System.Buffers;
using System.Buffers.Binary;

namespace Weft.ApiServer.Schemas;

/// <summary>Writes the fields of one protobuf message.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Varint(int number, ulong value)
    {
        Raw((ulong)(uint)number << 3);
        Raw(value);
    }

    public void Double(int number, double value)
    {
        Raw(((ulong)(uint)number << 3) | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _buffer.Write(bytes);
    }

    public void Bytes(int number, ReadOnlySpan<byte> content)
    {
        Raw(((ulong)(uint)number << 3) | 2);
        Raw((ulong)content.Length);
        _buffer.Write(content);
    }

    private void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    private void Raw(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }
}
