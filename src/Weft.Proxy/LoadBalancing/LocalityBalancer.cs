using System.Collections.Immutable;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>
/// Localities in turn by their weights, then an endpoint of the locality (Cluster.CommonLbConfig.locality_weighted_lb_config).
/// A locality whose endpoints fail loses weight once the over-provisioning is used up.
/// </summary>
internal sealed class LocalityBalancer : LoadBalancer
{
    private readonly Lock _lock = new();
    private readonly EdfScheduler<Locality> _turns = new(static locality => locality.Weight);

    public LocalityBalancer(ImmutableArray<EndpointModel> endpoints, LoadBalancingPolicy policy)
    {
        var localities = endpoints.GroupBy(endpoint => endpoint.Locality).Where(group => group.Key.Weight > 0).ToList();
        foreach (var group in localities)
        {
            _turns.Add(new Locality(group.Key.EffectiveWeight(group.Count()), policy.Create([.. group], weighsLocalities: false)));
        }

        _turns.Skip(Random.Shared.Next(localities.Count));
    }

    public override EndpointModel Pick(in PickContext context)
    {
        LoadBalancer balancer;
        lock (_lock)
        {
            balancer = _turns.Pick().Balancer;
        }

        return balancer.Pick(context);
    }

    private sealed record Locality(double Weight, LoadBalancer Balancer);
}
