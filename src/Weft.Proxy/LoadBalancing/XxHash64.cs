using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Weft.Proxy.LoadBalancing;

/// <summary>XXH64, the hash behind Envoy's hash policies, rings and Maglev tables (HashUtil::xxHash64).</summary>
internal static class XxHash64
{
    private const ulong Prime1 = 11400714785074694791;
    private const ulong Prime2 = 14029467366897019727;
    private const ulong Prime3 = 1609587929392839161;
    private const ulong Prime4 = 9650029242287828579;
    private const ulong Prime5 = 2870177450012600261;

    private const int StripeLength = 32;

    /// <summary>The hash of a text's bytes in UTF-8.</summary>
    public static ulong Of(string text, ulong seed = 0) => Of(Encoding.UTF8.GetBytes(text), seed);

    /// <summary>Joins the hash of a further policy of the same route (Envoy's HashPolicyImpl: rotate, then xor).</summary>
    public static ulong Combine(ulong? joined, ulong next) => joined is { } hash ? BitOperations.RotateLeft(hash, 1) ^ next : next;

    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        var length = (ulong)bytes.Length;
        var hash = bytes.Length >= StripeLength ? Stripes(ref bytes, seed) : seed + Prime5;
        return Avalanche(Tail(bytes, hash + length));
    }

    private static ulong Stripes(ref ReadOnlySpan<byte> bytes, ulong seed)
    {
        Span<ulong> lanes = [seed + Prime1 + Prime2, seed + Prime2, seed, seed - Prime1];
        while (bytes.Length >= StripeLength)
        {
            for (var lane = 0; lane < lanes.Length; lane++)
            {
                lanes[lane] = Round(lanes[lane], BinaryPrimitives.ReadUInt64LittleEndian(bytes[(lane * 8)..]));
            }

            bytes = bytes[StripeLength..];
        }

        var hash = BitOperations.RotateLeft(lanes[0], 1) + BitOperations.RotateLeft(lanes[1], 7)
            + BitOperations.RotateLeft(lanes[2], 12) + BitOperations.RotateLeft(lanes[3], 18);
        foreach (var lane in lanes)
        {
            hash = ((hash ^ Round(0, lane)) * Prime1) + Prime4;
        }

        return hash;
    }

    private static ulong Tail(ReadOnlySpan<byte> bytes, ulong hash)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
        }

        if (bytes.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            bytes = bytes[4..];
        }

        foreach (var last in bytes)
        {
            hash ^= last * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        return hash;
    }

    private static ulong Round(ulong lane, ulong input) => BitOperations.RotateLeft(lane + (input * Prime2), 31) * Prime1;

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }
}
