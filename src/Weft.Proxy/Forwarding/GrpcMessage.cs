using System.Buffers.Binary;

namespace Weft.Proxy.Forwarding;

/// <summary>The framing of one uncompressed gRPC message: a zero byte, four bytes of length, the message.</summary>
internal static class GrpcMessage
{
    private const int PrefixLength = 5;

    public static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var frame = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(PrefixLength));
        return frame;
    }

    /// <returns>False when it is not exactly one uncompressed message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (body.Length < PrefixLength || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body[1..]) != body.Length - PrefixLength)
        {
            return false;
        }

        message = body[PrefixLength..];
        return true;
    }
}
