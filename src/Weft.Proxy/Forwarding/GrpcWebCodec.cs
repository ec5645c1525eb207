using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Weft.Proxy.Forwarding;

/// <summary>The bodies of gRPC-Web: frames as gRPC has them, trailers as a last frame, and in its text form all of it in base64.</summary>
internal sealed class GrpcWebCodec(bool isText)
{
    private const byte TrailerFlag = 0x80;
    private const int PrefixLength = 5;

    public bool IsText => isText;

    /// <summary>Writes a piece of the response. In text each piece is padded by itself, as the protocol allows.</summary>
    public void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> target)
    {
        if (!isText)
        {
            target.Write(piece);
            return;
        }

        var text = target.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length));
        Base64.EncodeToUtf8(piece, text, out _, out var written);
        target.Advance(written);
    }

    /// <summary>Writes the frame of the trailers.</summary>
    public void WriteTrailers(IEnumerable<(string Name, string Value)> trailers, IBufferWriter<byte> target)
    {
        var lines = Encoding.Latin1.GetBytes(string.Concat(trailers.Select(trailer => $"{trailer.Name.ToLowerInvariant()}:{trailer.Value}\r\n")));
        var frame = new byte[PrefixLength + lines.Length];
        frame[0] = TrailerFlag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), lines.Length);
        lines.CopyTo(frame, PrefixLength);
        Write(frame, target);
    }
}

/// <summary>Decodes a request's base64 as it comes; padding may stand wherever a message ends.</summary>
internal sealed class Base64Pieces
{
    private const int QuantumLength = 4;

    private readonly byte[] _quantum = new byte[QuantumLength];
    private int _filled;

    /// <returns>Null when it is no base64.</returns>
    public ReadOnlyMemory<byte>? Decode(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[((text.Length + _filled) / QuantumLength * 3) + 3];
        var length = 0;
        foreach (var letter in text)
        {
            _quantum[_filled++] = letter;
            if (_filled < QuantumLength)
            {
                continue;
            }

            _filled = 0;
            if (Base64.DecodeFromUtf8(_quantum, bytes.AsSpan(length), out _, out var written) != OperationStatus.Done)
            {
                return null;
            }

            length += written;
        }

        return bytes.AsMemory(0, length);
    }
}
