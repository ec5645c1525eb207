using System.Collections.Immutable;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>Endpoints of one locality and priority; 0 is used first.</summary>
public sealed record EndpointGroup(Locality Locality, uint Weight, int Priority, ImmutableArray<MeshEndpoint> Endpoints);

/// <summary>From where endpoints are near or far.</summary>
/// <param name="Labels">The client's labels, for rules that compare labels.</param>
public sealed record LocalityViewpoint(Locality Locality, string NodeName, string Network, ImmutableDictionary<string, string> Labels);

/// <summary>Endpoints grouped by locality, with the weights and priorities that locality settings give to a client.</summary>
public static class EndpointGroups
{
    /// <summary>Regions with a stated fallback rank behind all others but that one.</summary>
    private const int NotTheFallback = 4;
    private const int OtherRegion = 3;
    private const int Ranks = 5;

    /// <param name="settings">Null where locality does not count.</param>
    /// <param name="failsOver">Failing endpoints are detected, so that priorities make sense.</param>
    /// <param name="comparesLabels">False for endpoints that the proxy resolves itself: failoverPriority is not for these.</param>
    public static IReadOnlyList<EndpointGroup> Of(
        IEnumerable<MeshEndpoint> endpoints, LocalityViewpoint client, LocalityLbSettings? settings, bool failsOver, bool comparesLabels = true)
    {
        var groups = endpoints
            .GroupBy(endpoint => endpoint.Locality)
            .OrderBy(group => group.Key)
            .Select(group => new EndpointGroup(group.Key, (uint)group.Sum(endpoint => endpoint.Weight), 0, [.. group]))
            .ToList();
        if (settings is null)
        {
            return groups;
        }

        if (settings.Distribute.Length > 0)
        {
            return Distribute(groups, client.Locality, settings.Distribute);
        }

        if (!failsOver)
        {
            return groups;
        }

        if (settings.FailoverPriority.Length == 0 || !comparesLabels)
        {
            return Compact(groups.Select(group => group with { Priority = RankOf(group, client.Locality, settings.Failover) }));
        }

        var byLabels = Compact(groups.SelectMany(group => SplitByLabels(group, client, settings.FailoverPriority)));
        return settings.Failover.Length == 0
            ? byLabels
            : Compact(byLabels.Select(group => group with { Priority = (group.Priority * Ranks) + RankOf(group, client.Locality, settings.Failover) }));
    }

    /// <summary>The weights of the first rule for the client's locality; localities it does not name stay without endpoints.</summary>
    private static List<EndpointGroup> Distribute(List<EndpointGroup> groups, Locality client, ImmutableArray<LocalityDistribution> rules)
    {
        var rule = rules.FirstOrDefault(rule => Matches(client, rule.From));
        if (rule is null)
        {
            return groups;
        }

        var result = groups.Select(group => group with { Endpoints = [] }).ToList();
        var open = Enumerable.Range(0, groups.Count).ToHashSet();
        foreach (var (target, weight) in rule.To.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var matched = open.Where(index => Matches(groups[index].Locality, target)).ToList();
            var total = matched.Sum(index => groups[index].Weight);
            foreach (var index in matched)
            {
                // Groups that share a weight share it by their endpoints' weights. None at all changes nothing, as in istiod.
                result[index] = weight == 0 ? groups[index] : groups[index] with { Weight = (uint)Math.Ceiling((double)groups[index].Weight * weight / total) };
                open.Remove(index);
            }
        }

        return result;
    }

    private static int RankOf(EndpointGroup group, Locality client, ImmutableArray<LocalityFailover> failover)
    {
        if (group.Locality.Region == client.Region)
        {
            return group.Locality.Zone != client.Zone ? 2 : group.Locality.Subzone != client.Subzone ? 1 : 0;
        }

        var fallback = failover.FirstOrDefault(rule => rule.From == client.Region);
        return fallback is null || fallback.To == group.Locality.Region ? OtherRegion : NotTheFallback;
    }

    /// <summary>The more labels in a row agree with the client's, the better.</summary>
    private static IEnumerable<EndpointGroup> SplitByLabels(EndpointGroup group, LocalityViewpoint client, ImmutableArray<string> labels) => group.Endpoints
        .GroupBy(endpoint => PriorityOf(endpoint, client, labels))
        .OrderBy(part => part.Key)
        .Select(part => new EndpointGroup(group.Locality, (uint)part.Sum(endpoint => endpoint.Weight), part.Key, [.. part]));

    private static int PriorityOf(MeshEndpoint endpoint, LocalityViewpoint client, ImmutableArray<string> labels)
    {
        for (var index = 0; index < labels.Length; index++)
        {
            var equals = labels[index].IndexOf('=', StringComparison.Ordinal);
            var label = equals < 0 ? labels[index] : labels[index][..equals];
            var wanted = equals < 0 ? LabelOf(label, client.Labels, client.Locality, client.NodeName, client.Network) : labels[index][(equals + 1)..];
            if (wanted != LabelOf(label, endpoint.Labels, endpoint.Locality, endpoint.NodeName, endpoint.Network))
            {
                return labels.Length - index;
            }
        }

        return 0;
    }

    /// <summary>A label; where it stands is known by labels too.</summary>
    private static string LabelOf(string label, ImmutableDictionary<string, string> labels, Locality locality, string node, string network) => label switch
    {
        EffectiveLocality.RegionLabel when !string.IsNullOrEmpty(locality.Region) => locality.Region,
        EffectiveLocality.ZoneLabel when !string.IsNullOrEmpty(locality.Zone) => locality.Zone,
        EffectiveLocality.SubzoneLabel when !string.IsNullOrEmpty(locality.Subzone) => locality.Subzone,
        EffectiveLocality.NodeLabel when node.Length > 0 => node,
        EffectiveLocality.NetworkLabel when network.Length > 0 => network,
        _ => labels.GetValueOrDefault(label) ?? "",
    };

    /// <summary>Envoy wants priorities from 0 on without a gap.</summary>
    private static List<EndpointGroup> Compact(IEnumerable<EndpointGroup> groups)
    {
        var all = groups.ToList();
        var used = all.Select(group => group.Priority).Distinct().Order().ToList();
        return [.. all.Select(group => group with { Priority = used.IndexOf(group.Priority) })];
    }

    /// <summary>A rule names a region, a zone of it, a subzone of that; a star or nothing stands for any.</summary>
    private static bool Matches(Locality locality, string rule)
    {
        var stated = Locality.Parse(rule);
        return (stated.Region == "*" || stated.Region == (locality.Region ?? ""))
            && (stated.Zone is "*" or "" || stated.Zone == locality.Zone)
            && (stated.Subzone is "*" or "" || stated.Subzone == locality.Subzone);
    }
}
