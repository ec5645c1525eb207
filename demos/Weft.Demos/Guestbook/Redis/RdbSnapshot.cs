using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>
/// A database of strings in Redis' RDB format, version 9 written, any up to 10 read: what a master sends to a replica that joins.
/// Other types than strings, which the demo does not have, are refused when read.
/// </summary>
internal static class RdbSnapshot
{
    private const byte EndOfFile = 0xff;
    private const byte SelectDatabase = 0xfe;
    private const byte ExpireSeconds = 0xfd;
    private const byte ExpireMilliseconds = 0xfc;
    private const byte ResizeDatabase = 0xfb;
    private const byte Auxiliary = 0xfa;
    private const byte Frequency = 0xf9;
    private const byte Idle = 0xf8;
    private const byte StringType = 0;

    public static byte[] Write(IEnumerable<KeyValuePair<string, byte[]>> values)
    {
        using var output = new MemoryStream();
        output.Write("REDIS0009"u8);
        output.Write([SelectDatabase, 0]);
        foreach (var (key, value) in values)
        {
            output.WriteByte(StringType);
            WriteString(output, Encoding.Latin1.GetBytes(key));
            WriteString(output, value);
        }

        // Eight zeros for a checksum mean that there is none.
        output.Write([EndOfFile, 0, 0, 0, 0, 0, 0, 0, 0]);
        return output.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no snapshot, or one of other types than strings.</exception>
    public static Dictionary<string, byte[]> Read(ReadOnlySpan<byte> snapshot)
    {
        if (!Take(ref snapshot, 5).SequenceEqual("REDIS"u8) || !int.TryParse(Take(ref snapshot, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version is < 1 or > 10)
        {
            throw new InvalidDataException("not an RDB snapshot of a known version");
        }

        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (true)
        {
            var code = Take(ref snapshot, 1)[0];
            switch (code)
            {
                case EndOfFile:
                    return values;
                case SelectDatabase:
                    TakeLength(ref snapshot);
                    break;
                case ResizeDatabase:
                    TakeLength(ref snapshot);
                    TakeLength(ref snapshot);
                    break;
                case Auxiliary:
                    TakeString(ref snapshot);
                    TakeString(ref snapshot);
                    break;
                case ExpireSeconds:
                    Take(ref snapshot, 4);
                    break;
                case ExpireMilliseconds:
                    Take(ref snapshot, 8);
                    break;
                case Frequency:
                    Take(ref snapshot, 1);
                    break;
                case Idle:
                    TakeLength(ref snapshot);
                    break;
                case StringType:
                    var key = Encoding.Latin1.GetString(TakeString(ref snapshot));
                    values[key] = TakeString(ref snapshot);
                    break;
                default:
                    throw new InvalidDataException($"RDB snapshot has type {code}, and only strings are built");
            }
        }
    }

    private static void WriteString(MemoryStream output, byte[] value)
    {
        if (value.Length < 64)
        {
            output.WriteByte((byte)value.Length);
        }
        else
        {
            Span<byte> length = stackalloc byte[5];
            length[0] = 0x80;
            BinaryPrimitives.WriteInt32BigEndian(length[1..], value.Length);
            output.Write(length);
        }

        output.Write(value);
    }

    /// <summary>A length, or with the flag one of the special forms of a string.</summary>
    private static (int Value, bool IsSpecial) TakeLengthOrForm(ref ReadOnlySpan<byte> rest)
    {
        var first = Take(ref rest, 1)[0];
        long length = (first >> 6) switch
        {
            0 => first & 0x3f,
            1 => ((first & 0x3f) << 8) | Take(ref rest, 1)[0],
            2 when first == 0x80 => BinaryPrimitives.ReadUInt32BigEndian(Take(ref rest, 4)),
            3 => first & 0x3f,
            _ => throw new InvalidDataException("RDB length is too large"),
        };
        return length <= RespReader.MaxSnapshot ? ((int)length, first >> 6 == 3) : throw new InvalidDataException("RDB length is too large");
    }

    private static int TakeLength(ref ReadOnlySpan<byte> rest) =>
        TakeLengthOrForm(ref rest) is (var length, false) ? length : throw new InvalidDataException("RDB length expected");

    private static byte[] TakeString(ref ReadOnlySpan<byte> rest)
    {
        var (value, isSpecial) = TakeLengthOrForm(ref rest);
        if (!isSpecial)
        {
            return [.. Take(ref rest, value)];
        }

        return value switch
        {
            0 => Text((sbyte)Take(ref rest, 1)[0]),
            1 => Text(BinaryPrimitives.ReadInt16LittleEndian(Take(ref rest, 2))),
            2 => Text(BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, 4))),
            3 => Decompress(ref rest),
            _ => throw new InvalidDataException("RDB string has an unknown form"),
        };
    }

    private static byte[] Text(int value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>LZF, Redis' compression: runs of literals, and copies of what came before.</summary>
    private static byte[] Decompress(ref ReadOnlySpan<byte> rest)
    {
        var compressed = TakeLength(ref rest);
        var output = new byte[TakeLength(ref rest)];
        var input = Take(ref rest, compressed);
        var written = 0;
        while (input.Length > 0)
        {
            int control = Take(ref input, 1)[0];
            if (control < 32)
            {
                var literals = Take(ref input, control + 1);
                if (!literals.TryCopyTo(output.AsSpan(written)))
                {
                    throw new InvalidDataException("RDB string is longer than it says");
                }

                written += literals.Length;
                continue;
            }

            var length = control >> 5;
            length += length == 7 ? Take(ref input, 1)[0] : 0;
            var from = written - ((control & 0x1f) << 8) - Take(ref input, 1)[0] - 1;
            if (from < 0 || written + length + 2 > output.Length)
            {
                throw new InvalidDataException("RDB string is longer than it says");
            }

            for (var i = 0; i < length + 2; i++)
            {
                output[written++] = output[from++];
            }
        }

        return written == output.Length ? output : throw new InvalidDataException("RDB string is shorter than it says");
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
        {
            throw new InvalidDataException("RDB snapshot ends early");
        }

        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
