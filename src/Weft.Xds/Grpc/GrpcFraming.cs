using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Weft.Xds.Grpc;

/// <summary>
/// gRPC's length-prefixed messages over a pipe (gRPC over HTTP/2: one byte compressed flag, four bytes big-endian length, message).
/// Compression is not spoken: neither side of ours announces it.
/// </summary>
public static class GrpcFraming
{
    /// <summary>Bytes before each message.</summary>
    public const int PrefixLength = 5;

    /// <summary>The next message, or null when the sender has ended the stream between two messages.</summary>
    /// <exception cref="InvalidDataException">A compressed or oversized message, a stream cut inside a message, or bytes that are no message of this type.</exception>
    public static async ValueTask<T?> ReadAsync<T>(PipeReader reader, MessageParser<T> parser, int maxLength, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (TryTake(read.Buffer, maxLength, out var body))
            {
                var message = Parse(parser, body);
                reader.AdvanceTo(body.End);
                return message;
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                var rest = read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.End);
                return rest == 0 ? null : throw new InvalidDataException($"gRPC stream ended inside a message after {rest} bytes");
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Writes and flushes one message.</summary>
    public static async ValueTask WriteAsync(PipeWriter writer, IMessage message, CancellationToken cancellationToken)
    {
        var length = message.CalculateSize();
        var buffer = writer.GetSpan(PrefixLength + length)[..(PrefixLength + length)];
        buffer[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(buffer[1..], length);
        message.WriteTo(buffer[PrefixLength..]);
        writer.Advance(PrefixLength + length);
        await writer.FlushAsync(cancellationToken);
    }

    private static bool TryTake(ReadOnlySequence<byte> buffer, int maxLength, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (buffer.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (prefix[0] != 0 || length > maxLength)
        {
            throw new InvalidDataException(prefix[0] != 0 ? "gRPC message is compressed" : $"gRPC message of {length} bytes is over the limit of {maxLength}");
        }

        if (buffer.Length < PrefixLength + length)
        {
            return false;
        }

        body = buffer.Slice(PrefixLength, length);
        return true;
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> body)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"gRPC message is not a valid {typeof(T).Name}: {error.Message}", error);
        }
    }
}
