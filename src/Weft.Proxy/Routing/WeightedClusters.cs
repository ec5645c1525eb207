using System.Collections.Immutable;

namespace Weft.Proxy.Routing;

/// <summary>A cluster and its share.</summary>
internal sealed record WeightedCluster(string Name, uint Weight)
{
    public HeaderMutations Headers { get; init; } = HeaderMutations.None;

    public HeaderMutations ResponseHeaders { get; init; } = HeaderMutations.None;

    /// <summary>Replaces the authority; null leaves it to the route.</summary>
    public string? HostRewrite { get; init; }
}

/// <summary>Clusters among which each request or connection is drawn by weight.</summary>
internal sealed class WeightedClusters
{
    private readonly ImmutableArray<WeightedCluster> _clusters;
    private readonly ulong _total;

    public WeightedClusters(IEnumerable<WeightedCluster> clusters)
    {
        _clusters = [.. clusters];
        _total = _clusters.Aggregate(0UL, (sum, cluster) => sum + cluster.Weight);
    }

    public static WeightedClusters Single(string name) => new([new WeightedCluster(name, 1)]);

    public IEnumerable<string> Names => _clusters.Select(cluster => cluster.Name);

    /// <param name="random">From 0 up to, not including, 1.</param>
    public WeightedCluster Pick(double random)
    {
        if (_clusters.Length == 1 || _total == 0)
        {
            return _clusters[0];
        }

        var point = (ulong)(random * _total);
        foreach (var cluster in _clusters)
        {
            if (point < cluster.Weight)
            {
                return cluster;
            }

            point -= cluster.Weight;
        }

        return _clusters[^1];
    }
}
