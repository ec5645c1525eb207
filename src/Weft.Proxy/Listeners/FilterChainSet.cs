using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Listeners;

/// <summary>What is known of a connection when its filter chain is chosen.</summary>
internal readonly record struct ConnectionTraits(
    IPEndPoint Destination, IPAddress Source, string ServerName, bool IsTls, IReadOnlyList<string> Protocols)
{
    public string TransportProtocol => IsTls ? "tls" : "raw_buffer";
}

/// <summary>
/// Filter chains in Envoy's order of criteria (FilterChainMatch): destination port, destination address, server name,
/// transport protocol, application protocols, source address. Each criterion narrows to its most specific match, and there is no way back:
/// a chain for the port that fails later does not give way to one without a port.
/// </summary>
internal sealed class FilterChainSet
{
    private readonly ImmutableArray<Entry> _entries;

    public FilterChainSet(IEnumerable<(FilterChainMatch? Match, FilterChainModel Chain)> chains) =>
        _entries = [.. chains.Select(chain => new Entry(chain.Match, chain.Chain))];

    public ImmutableArray<int> DestinationPorts =>
        [.. _entries.Where(entry => entry.Port != 0).Select(entry => entry.Port).Distinct().Order()];

    public IEnumerable<FilterChainModel> All => _entries.Select(entry => entry.Chain);

    public FilterChainModel? Match(ConnectionTraits traits)
    {
        var left = Narrow([.. _entries], entry => entry.Port == traits.Destination.Port ? 1 : entry.Port == 0 ? 0 : -1);
        left = Narrow(left, entry => entry.DestinationScore(traits.Destination.Address));
        left = Narrow(left, entry => entry.ServerNameScore(traits.ServerName));
        left = Narrow(left, entry => entry.Transport == traits.TransportProtocol ? 1 : entry.Transport.Length == 0 ? 0 : -1);
        left = Narrow(left, entry => entry.ProtocolScore(traits.Protocols));
        left = Narrow(left, entry => entry.SourceScore(traits.Source));
        return left.Count > 0 ? left[0].Chain : null;
    }

    private static List<Entry> Narrow(List<Entry> entries, Func<Entry, int> score)
    {
        var best = -1;
        var left = new List<Entry>(entries.Count);
        foreach (var entry in entries)
        {
            var value = score(entry);
            if (value < best || value < 0)
            {
                continue;
            }

            if (value > best)
            {
                left.Clear();
                best = value;
            }

            left.Add(entry);
        }

        return left;
    }

    private sealed class Entry(FilterChainMatch? match, FilterChainModel chain)
    {
        private readonly ImmutableArray<IPNetwork> _destinations = Networks(match?.PrefixRanges);
        private readonly ImmutableArray<IPNetwork> _sources = Networks(match?.SourcePrefixRanges);
        private readonly ImmutableArray<string> _serverNames = [.. match?.ServerNames ?? []];
        private readonly ImmutableArray<string> _protocols = [.. match?.ApplicationProtocols ?? []];

        public FilterChainModel Chain { get; } = chain;

        public int Port { get; } = (int)(match?.DestinationPort ?? 0);

        public string Transport { get; } = match?.TransportProtocol ?? "";

        public int DestinationScore(IPAddress address) => NetworkScore(_destinations, address);

        public int SourceScore(IPAddress address) => NetworkScore(_sources, address);

        public int ServerNameScore(string name)
        {
            if (_serverNames.IsEmpty)
            {
                return 0;
            }

            var best = -1;
            foreach (var candidate in _serverNames)
            {
                if (candidate == name)
                {
                    return int.MaxValue;
                }

                if (candidate.StartsWith("*.", StringComparison.Ordinal) && name.Length > candidate.Length - 1
                    && name.EndsWith(candidate[1..], StringComparison.Ordinal))
                {
                    best = Math.Max(best, candidate.Length);
                }
            }

            return best;
        }

        // The client's first protocol that any chain names decides.
        public int ProtocolScore(IReadOnlyList<string> offered)
        {
            if (_protocols.IsEmpty)
            {
                return 0;
            }

            for (var index = 0; index < offered.Count; index++)
            {
                if (_protocols.Contains(offered[index]))
                {
                    return int.MaxValue - index;
                }
            }

            return -1;
        }

        private static int NetworkScore(ImmutableArray<IPNetwork> networks, IPAddress address)
        {
            if (networks.IsEmpty)
            {
                return 0;
            }

            var best = -1;
            foreach (var network in networks)
            {
                if (network.Contains(address))
                {
                    best = Math.Max(best, network.PrefixLength + 1);
                }
            }

            return best;
        }

        private static ImmutableArray<IPNetwork> Networks(IEnumerable<CidrRange>? ranges) =>
            ranges is null ? [] : [.. ranges.Select(Network)];

        private static IPNetwork Network(CidrRange range)
        {
            var text = $"{range.AddressPrefix}/{range.PrefixLen ?? 0}";
            return IPNetwork.TryParse(text, out var network) ? network : throw new ResourceRejectedException($"invalid address range {text}");
        }
    }
}
