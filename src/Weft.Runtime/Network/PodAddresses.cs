using System.Net;

namespace Weft.Runtime.Network;

/// <summary>
/// Hands out pod addresses, each to one holder at a time. Goes round the whole block before it gives a released address again,
/// so that a late client of a gone pod does not meet another pod.
/// </summary>
public sealed class PodAddresses(NetworkBlock block)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _holders = [];
    private int _last = 1;

    /// <summary>The holder's address: the wanted one when it is free or already the holder's, else the next free one.</summary>
    public IPAddress Acquire(string holder, IPAddress? wanted)
    {
        lock (_gate)
        {
            if (wanted is not null && block.PodNumber(wanted) is { } number && TryTake(number, holder))
                return wanted;
            return Next(holder);
        }
    }

    public void Release(string holder, IPAddress address)
    {
        lock (_gate)
        {
            if (block.PodNumber(address) is { } number && _holders.TryGetValue(number, out var owner) && owner == holder)
                _holders.Remove(number);
        }
    }

    private IPAddress Next(string holder)
    {
        for (var tried = 0; tried < NetworkBlock.PodCapacity; tried++)
        {
            _last = _last - 1 < NetworkBlock.PodCapacity ? _last + 1 : 2;
            if (_last - 2 < NetworkBlock.PodCapacity && TryTake(_last, holder))
                return block.Pod(_last);
        }

        throw new InvalidOperationException($"All {NetworkBlock.PodCapacity} pod addresses are in use.");
    }

    private bool TryTake(int number, string holder)
    {
        if (_holders.TryGetValue(number, out var owner))
            return owner == holder;
        _holders[number] = holder;
        return true;
    }
}
