using System.Buffers.Binary;
using System.Text;

namespace Weft.Demos.MongoDb;

/// <summary>A document: names and values in order. Values are null, bool, int, long, double, string, documents, and lists of these.</summary>
internal sealed class BsonDocument : List<KeyValuePair<string, object?>>
{
    public void Add(string name, object? value) => Add(KeyValuePair.Create(name, value));

    /// <summary>The first value of that name; null also where there is none.</summary>
    public object? Find(string name) => this.FirstOrDefault(each => each.Key == name).Value;
}

/// <summary>MongoDB's BSON: the types that the demo has; others are skipped when read.</summary>
internal static class Bson
{
    private const int MaxDepth = 32;

    public static byte[] Write(BsonDocument document)
    {
        using var output = new MemoryStream();
        output.Write([0, 0, 0, 0]);
        foreach (var (name, value) in document)
        {
            WriteElement(output, name, value);
        }

        output.WriteByte(0);
        var bytes = output.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        return bytes;
    }

    /// <summary>Reads a document and moves past it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no document.</exception>
    public static BsonDocument Take(ref ReadOnlySpan<byte> rest) => TakeDocument(ref rest, 0);

    private static void WriteElement(MemoryStream output, string name, object? value)
    {
        var (type, content) = value switch
        {
            null => ((byte)0x0a, []),
            double number => (0x01, Bytes(8, buffer => BinaryPrimitives.WriteDoubleLittleEndian(buffer, number))),
            string text => (0x02, [.. Integer(Encoding.UTF8.GetByteCount(text) + 1), .. Encoding.UTF8.GetBytes(text), 0]),
            BsonDocument document => (0x03, Write(document)),
            IReadOnlyList<object?> list => (0x04, Write([.. list.Select((each, index) => KeyValuePair.Create(index.ToString(System.Globalization.CultureInfo.InvariantCulture), each))])),
            bool flag => (0x08, [flag ? (byte)1 : (byte)0]),
            int number => (0x10, Integer(number)),
            long number => ((byte)0x12, Bytes(8, buffer => BinaryPrimitives.WriteInt64LittleEndian(buffer, number))),
            _ => throw new ArgumentException($"BSON has no form for {value.GetType()}", nameof(value)),
        };
        output.WriteByte((byte)type);
        output.Write(Encoding.UTF8.GetBytes(name));
        output.WriteByte(0);
        output.Write(content);
    }

    private static BsonDocument TakeDocument(ref ReadOnlySpan<byte> rest, int depth)
    {
        if (depth > MaxDepth || rest.Length < 5 || BinaryPrimitives.ReadInt32LittleEndian(rest) is var length && (length < 5 || length > rest.Length))
        {
            throw new InvalidDataException("BSON document is too deep or its length is wrong");
        }

        var inner = rest[4..length];
        rest = rest[length..];
        var document = new BsonDocument();
        while (TakeBytes(ref inner, 1)[0] is var type and not 0)
        {
            document.Add(TakeName(ref inner), TakeValue(ref inner, type, depth));
        }

        return document;
    }

    private static object? TakeValue(ref ReadOnlySpan<byte> rest, byte type, int depth)
    {
        switch (type)
        {
            case 0x01:
                return BinaryPrimitives.ReadDoubleLittleEndian(TakeBytes(ref rest, 8));
            case 0x02:
                var text = TakeBytes(ref rest, TakeInteger(ref rest));
                return text.IsEmpty ? "" : Encoding.UTF8.GetString(text[..^1]);
            case 0x03:
                return TakeDocument(ref rest, depth + 1);
            case 0x04:
                return (IReadOnlyList<object?>)[.. TakeDocument(ref rest, depth + 1).Select(each => each.Value)];
            case 0x08:
                return TakeBytes(ref rest, 1)[0] != 0;
            case 0x10:
                return TakeInteger(ref rest);
            case 0x12:
                return BinaryPrimitives.ReadInt64LittleEndian(TakeBytes(ref rest, 8));
            default:
                Skip(ref rest, type);
                return null;
        }
    }

    private static void Skip(ref ReadOnlySpan<byte> rest, byte type)
    {
        switch (type)
        {
            case 0x0a or 0x7f or 0xff: // null, greatest and least key
                break;
            case 0x05: // binary: length, kind, bytes
                var length = TakeInteger(ref rest);
                TakeBytes(ref rest, 1);
                TakeBytes(ref rest, length);
                break;
            case 0x07: // object id
                TakeBytes(ref rest, 12);
                break;
            case 0x09 or 0x11: // date, timestamp
                TakeBytes(ref rest, 8);
                break;
            case 0x0b: // regular expression: two names
                TakeName(ref rest);
                TakeName(ref rest);
                break;
            case 0x13: // decimal
                TakeBytes(ref rest, 16);
                break;
            default:
                throw new InvalidDataException($"BSON type {type} is not known");
        }
    }

    /// <summary>A string that ends with a zero.</summary>
    public static string TakeName(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw new InvalidDataException("BSON name without end");
        }

        var name = Encoding.UTF8.GetString(rest[..end]);
        rest = rest[(end + 1)..];
        return name;
    }

    public static int TakeInteger(ref ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt32LittleEndian(TakeBytes(ref rest, 4));

    public static ReadOnlySpan<byte> TakeBytes(ref ReadOnlySpan<byte> rest, int length)
    {
        if (length < 0 || rest.Length < length)
        {
            throw new InvalidDataException("BSON ends early");
        }

        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    public static byte[] Integer(int value) => Bytes(4, buffer => BinaryPrimitives.WriteInt32LittleEndian(buffer, value));

    private static byte[] Bytes(int length, Action<byte[]> write)
    {
        var bytes = new byte[length];
        write(bytes);
        return bytes;
    }
}
