using System.Buffers.Binary;

namespace Weft.Demos.MongoDb;

/// <summary>A message of MongoDB's wire protocol: OP_MSG, and OP_QUERY with OP_REPLY, by which older clients greet.</summary>
/// <param name="IsLegacy">The message was an OP_QUERY and wants an OP_REPLY.</param>
internal sealed record MongoMessage(int Id, BsonDocument Body, bool IsLegacy)
{
    private const int MaxLength = 1 << 20;
    private const int HeaderLength = 16;
    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMsg = 2013;
    private const int HasChecksum = 1;

    /// <summary>The next message; null when the peer has closed between messages.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such message.</exception>
    public static async Task<MongoMessage?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header) - HeaderLength;
        if (length is < 0 or > MaxLength)
        {
            throw new InvalidDataException($"MongoDB message of {length} bytes");
        }

        var content = new byte[length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return Parse(BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12)), content);
    }

    /// <summary>A command, as OP_MSG.</summary>
    public static byte[] Request(int id, BsonDocument body) => Frame(id, 0, OpMsg, [.. Bson.Integer(0), 0, .. Bson.Write(body)]);

    /// <summary>The answer in the form in which this message came.</summary>
    public byte[] Answer(BsonDocument body) => IsLegacy
        ? Frame(Id, Id, OpReply, [.. Bson.Integer(8), .. new byte[8], .. Bson.Integer(0), .. Bson.Integer(1), .. Bson.Write(body)])
        : Frame(Id, Id, OpMsg, [.. Bson.Integer(0), 0, .. Bson.Write(body)]);

    private static MongoMessage Parse(int id, int operation, ReadOnlySpan<byte> content)
    {
        switch (operation)
        {
            case OpMsg:
                var flags = Bson.TakeInteger(ref content);
                content = (flags & HasChecksum) != 0 && content.Length >= 4 ? content[..^4] : content;

                // Sections of kind 1 carry the documents of writes, which the demo does not take.
                return Bson.TakeBytes(ref content, 1)[0] == 0
                    ? new MongoMessage(id, Bson.Take(ref content), IsLegacy: false)
                    : throw new InvalidDataException("MongoDB message does not begin with its body");
            case OpQuery:
                Bson.TakeInteger(ref content);
                Bson.TakeName(ref content);
                Bson.TakeBytes(ref content, 8);
                return new MongoMessage(id, Bson.Take(ref content), IsLegacy: true);
            default:
                throw new InvalidDataException($"MongoDB operation {operation} is not known");
        }
    }

    private static byte[] Frame(int id, int answerTo, int operation, byte[] content) =>
        [.. Bson.Integer(content.Length + HeaderLength), .. Bson.Integer(id), .. Bson.Integer(answerTo), .. Bson.Integer(operation), .. content];
}
