using System.Net;

namespace Weft.Runtime.Network;

/// <summary>
/// The address block 127.B.0.0/16 of one mesh instance and its four quarters: pods, the private addresses of applications behind
/// a sidecar, ClusterIPs, and external hosts of the demos. The node itself has 127.B.0.1.
/// </summary>
public readonly record struct NetworkBlock
{
    private const int QuarterSize = 1 << 14;

    public NetworkBlock(byte block)
    {
        ArgumentOutOfRangeException.ThrowIfZero(block);
        Block = block;
    }

    /// <summary>The second octet, B.</summary>
    public byte Block { get; }

    public IPAddress NodeAddress => Pod(1);

    /// <summary>How many pods fit: all of the first quarter but its first address, the node's, and its last.</summary>
    public static int PodCapacity => QuarterSize - 3;

    /// <summary>The pod address of a number from 1 (the node) upwards.</summary>
    public IPAddress Pod(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, QuarterSize - 1);
        return new IPAddress([127, Block, (byte)(number >> 8), (byte)number]);
    }

    /// <summary>The number of a pod address of this block, null for any other address.</summary>
    public int? PodNumber(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes is not [127, var block, var high, var low] || block != Block || high >= 64)
            return null;
        var number = (high << 8) | low;
        return number is > 1 and < QuarterSize - 1 ? number : null;
    }

    /// <summary>The private address on which the application behind a sidecar listens: the pod address plus 64 in the third octet.</summary>
    public static IPAddress ApplicationAddress(IPAddress podAddress)
    {
        var bytes = podAddress.GetAddressBytes();
        if (bytes is not [127, _, < 64, _])
            throw new ArgumentException($"{podAddress} is not a pod address of the embedded network.", nameof(podAddress));
        bytes[2] += 64;
        return new IPAddress(bytes);
    }
}
