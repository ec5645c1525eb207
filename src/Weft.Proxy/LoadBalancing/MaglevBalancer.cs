using System.Collections.Immutable;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>
/// Consistent hashing by a table ("Maglev: A Fast and Reliable Software Network Load Balancer", section 3.4), as Envoy's MAGLEV: the endpoints fill the
/// table in turns by weight, each along a permutation of its own.
/// </summary>
internal sealed class MaglevBalancer : LoadBalancer
{
    private readonly EndpointModel[] _table;

    /// <param name="endpoints">With their shares, which sum up to 1.</param>
    public MaglevBalancer(ImmutableArray<(EndpointModel Endpoint, double Share)> endpoints, MaglevPolicy policy)
    {
        _table = new EndpointModel[policy.TableSize];
        var builders = endpoints.Select(entry => new Builder(entry.Endpoint, entry.Share, policy)).ToArray();
        var heaviest = endpoints.Max(entry => entry.Share);
        var filled = 0;
        for (var round = 1; filled < _table.Length; round++)
        {
            foreach (var builder in builders)
            {
                // The heaviest take part in every round, one of a third of its weight in every third.
                if (filled < _table.Length && builder.IsDue(round, heaviest))
                {
                    _table[builder.NextFree(_table)] = builder.Endpoint;
                    filled++;
                }
            }
        }
    }

    public IReadOnlyList<EndpointModel> Table => _table;

    public override EndpointModel Pick(in PickContext context)
    {
        var hash = context.Hash ?? (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);
        if (context.Redraws > 0)
        {
            hash ^= ulong.MaxValue - (ulong)context.Redraws + 1;
        }

        return _table[hash % (ulong)_table.Length];
    }

    private sealed class Builder(EndpointModel endpoint, double share, MaglevPolicy policy)
    {
        private readonly ulong _offset = XxHash64.Of(endpoint.HashKey(policy.UsesHostname)) % (ulong)policy.TableSize;
        private readonly ulong _skip = (XxHash64.Of(endpoint.HashKey(policy.UsesHostname), seed: 1) % (ulong)(policy.TableSize - 1)) + 1;
        private readonly double _share = share;
        private ulong _next;
        private double _due = share;

        public EndpointModel Endpoint { get; } = endpoint;

        public bool IsDue(int round, double heaviest)
        {
            if (round * _share < _due)
            {
                return false;
            }

            _due += heaviest;
            return true;
        }

        public int NextFree(EndpointModel?[] table)
        {
            while (true)
            {
                var place = (int)((_offset + (_skip * _next++)) % (ulong)table.Length);
                if (table[place] is null)
                {
                    return place;
                }
            }
        }
    }
}
