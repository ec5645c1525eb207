using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Weft.Demos.MySql;

/// <summary>
/// MySQL's packet framing (protocol 4.1: three bytes little-endian length, one byte sequence number) and the values inside packets.
/// </summary>
internal sealed class MySqlPackets(Stream stream)
{
    /// <summary>Longest packet taken; the demo's statements are far shorter.</summary>
    public const int MaxLength = 1 << 20;

    private byte _sequence;

    /// <summary>Starts a new command exchange: the next packet has number 0.</summary>
    public void Reset() => _sequence = 0;

    /// <summary>The next packet's body, or null when the peer has closed between packets.</summary>
    /// <exception cref="InvalidDataException">The packet is over the limit.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var header = new byte[4];
        if (await stream.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false, cancellationToken) < 4)
        {
            return null;
        }

        var length = header[0] | (header[1] << 8) | (header[2] << 16);
        if (length > MaxLength)
        {
            throw new InvalidDataException($"MySQL packet of {length} bytes is over the limit of {MaxLength}");
        }

        _sequence = (byte)(header[3] + 1);
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    /// <summary>Writes several packets in one go.</summary>
    public async ValueTask WriteAsync(CancellationToken cancellationToken, params IReadOnlyList<byte[]> bodies)
    {
        using var buffer = new MemoryStream();
        foreach (var body in bodies)
        {
            buffer.Write([(byte)body.Length, (byte)(body.Length >> 8), (byte)(body.Length >> 16), _sequence++]);
            buffer.Write(body);
        }

        await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>The answer to a challenge in <c>mysql_native_password</c>: SHA1(password) XOR SHA1(challenge + SHA1(SHA1(password))).</summary>
    public static byte[] NativePassword(string password, ReadOnlySpan<byte> challenge)
    {
        if (password.Length == 0)
        {
            return [];
        }

        // The protocol fixes SHA-1; it is a wire format here, not a protection.
#pragma warning disable CA5350
        var once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        var twice = SHA1.HashData(once);
        var mask = SHA1.HashData([.. challenge, .. twice]);
#pragma warning restore CA5350
        for (var i = 0; i < once.Length; i++)
        {
            once[i] ^= mask[i];
        }

        return once;
    }

    /// <summary>A length-encoded string.</summary>
    public static void AppendText(List<byte> packet, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AppendLength(packet, bytes.Length);
        packet.AddRange(bytes);
    }

    public static void AppendLength(List<byte> packet, int value)
    {
        if (value < 251)
        {
            packet.Add((byte)value);
        }
        else
        {
            packet.AddRange([0xfc, (byte)value, (byte)(value >> 8)]);
        }
    }

    /// <summary>Reads a length-encoded integer and moves past it; null for NULL (0xfb).</summary>
    /// <exception cref="InvalidDataException">The packet ends early.</exception>
    public static int? TakeLength(ref ReadOnlySpan<byte> packet)
    {
        var first = Take(ref packet, 1)[0];
        return first switch
        {
            < 251 => first,
            0xfb => null,
            0xfc => BinaryPrimitives.ReadUInt16LittleEndian(Take(ref packet, 2)),
            0xfd => Take(ref packet, 3) is var three ? three[0] | (three[1] << 8) | (three[2] << 16) : 0,
            _ => throw new InvalidDataException("MySQL length is too large"),
        };
    }

    /// <summary>Reads a length-encoded string and moves past it; null for NULL.</summary>
    public static string? TakeText(ref ReadOnlySpan<byte> packet) =>
        TakeLength(ref packet) is { } length ? Encoding.UTF8.GetString(Take(ref packet, length)) : null;

    /// <summary>Reads a zero-terminated string and moves past it.</summary>
    public static string TakeZeroTerminated(ref ReadOnlySpan<byte> packet)
    {
        var end = packet.IndexOf((byte)0);
        if (end < 0)
        {
            throw new InvalidDataException("MySQL packet has an unterminated string");
        }

        var text = Encoding.UTF8.GetString(packet[..end]);
        packet = packet[(end + 1)..];
        return text;
    }

    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> packet, int length)
    {
        if (packet.Length < length)
        {
            throw new InvalidDataException("MySQL packet ends early");
        }

        var taken = packet[..length];
        packet = packet[length..];
        return taken;
    }
}
