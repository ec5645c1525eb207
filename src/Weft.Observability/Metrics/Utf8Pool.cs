using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Weft.Observability.Metrics;

/// <summary>Gives the same string for the same UTF-8 bytes, so that a thousand series share one <c>source_workload</c>. Not thread-safe.</summary>
internal sealed class Utf8Pool
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    // The texts are anybody's: whoever does not know the seed cannot choose texts that collide.
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private Dictionary<byte[], string>? _notAscii;
    private Entry[] _entries = new Entry[64];
    private int _count;

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        var hash = HashOf(utf8);
        var entries = _entries;
        var mask = entries.Length - 1;
        var at = (int)hash & mask;
        while (entries[at].Text is { } text)
        {
            if (entries[at].Hash == hash && Ascii.Equals(utf8, text))
                return text;
            at = (at + 1) & mask;
        }

        return Ascii.IsValid(utf8) ? Add(utf8, hash) : NotAscii(utf8);
    }

    private string Add(ReadOnlySpan<byte> utf8, uint hash)
    {
        if (2 * (_count + 1) > _entries.Length)
            Grow();
        var text = Encoding.ASCII.GetString(utf8);
        Put(_entries, new Entry(text, hash));
        _count++;
        return text;
    }

    // Few: compared by their bytes, which text in characters cannot be without decoding.
    private string NotAscii(ReadOnlySpan<byte> utf8)
    {
        _notAscii ??= new(Utf8Comparer.Instance);
        var lookup = _notAscii.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(utf8, out var text))
            lookup[utf8] = text = Encoding.UTF8.GetString(utf8);
        return text;
    }

    private void Grow()
    {
        var entries = new Entry[2 * _entries.Length];
        foreach (var entry in _entries)
        {
            if (entry.Text is not null)
                Put(entries, entry);
        }

        _entries = entries;
    }

    private static void Put(Entry[] entries, Entry entry)
    {
        var mask = entries.Length - 1;
        var at = (int)entry.Hash & mask;
        while (entries[at].Text is not null)
            at = (at + 1) & mask;
        entries[at] = entry;
    }

    private static uint HashOf(ReadOnlySpan<byte> utf8)
    {
        var hash = Seed ^ (ulong)utf8.Length;
        while (utf8.Length >= sizeof(ulong))
        {
            hash = Mixed(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8));
            utf8 = utf8[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (var one in utf8)
            rest = (rest << 8) | one;
        hash = Mixed(BitOperations.RotateLeft(hash, 32) ^ rest);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Mixed(ulong value)
    {
        var high = Math.BigMul(value, Multiplier, out var low);
        return high ^ low;
    }

    private readonly record struct Entry(string? Text, uint Hash);
}
