using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Weft.Proxy.Clusters;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.LoadBalancing;

/// <summary>Chooses among the healthy endpoints of one priority. Called from any thread.</summary>
internal abstract class LoadBalancer
{
    /// <param name="endpoints">At least one.</param>
    public abstract EndpointModel Pick(ImmutableArray<EndpointModel> endpoints, ClusterState state);

    /// <summary>A draw by endpoint weight.</summary>
    protected static EndpointModel Draw(ImmutableArray<EndpointModel> endpoints)
    {
        if (HasEqualWeights(endpoints))
        {
            return endpoints[Random.Shared.Next(endpoints.Length)];
        }

        ulong total = 0;
        foreach (var endpoint in endpoints)
        {
            total += endpoint.Weight;
        }

        var point = (ulong)(Random.Shared.NextDouble() * total);
        foreach (var endpoint in endpoints)
        {
            if (point < endpoint.Weight)
            {
                return endpoint;
            }

            point -= endpoint.Weight;
        }

        return endpoints[^1];
    }

    protected static bool HasEqualWeights(ImmutableArray<EndpointModel> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Weight != endpoints[0].Weight)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The load balancers by policy.</summary>
internal static class LoadBalancers
{
    /// <exception cref="ResourceRejectedException">A policy that this proxy does not have.</exception>
    public static LoadBalancer For(Cluster config) => config.LbPolicy switch
    {
        Cluster.Types.LbPolicy.LeastRequest => new LeastRequestBalancer(),
        Cluster.Types.LbPolicy.RoundRobin => new RoundRobinBalancer(),
        Cluster.Types.LbPolicy.Random => new RandomBalancer(),
        Cluster.Types.LbPolicy.ClusterProvided => new RoundRobinBalancer(),
        _ => throw new ResourceRejectedException($"load balancing policy {config.LbPolicy} is not supported yet"),
    };
}

/// <summary>The less busy of two endpoints drawn at random (Envoy LEAST_REQUEST, choice_count 2).</summary>
internal sealed class LeastRequestBalancer : LoadBalancer
{
    public override EndpointModel Pick(ImmutableArray<EndpointModel> endpoints, ClusterState state)
    {
        if (endpoints.Length == 1)
        {
            return endpoints[0];
        }

        var first = Draw(endpoints);
        var second = Draw(endpoints);
        return second.State.Active < first.State.Active ? second : first;
    }
}

/// <summary>Each in turn; with unequal weights, in turn by weight.</summary>
internal sealed class RoundRobinBalancer : LoadBalancer
{
    public override EndpointModel Pick(ImmutableArray<EndpointModel> endpoints, ClusterState state)
    {
        var turn = state.NextTurn();
        if (HasEqualWeights(endpoints))
        {
            return endpoints[(int)(turn % (uint)endpoints.Length)];
        }

        ulong total = 0;
        foreach (var endpoint in endpoints)
        {
            total += endpoint.Weight;
        }

        // A stride by the golden ratio spreads the turns of heavy endpoints over the round.
        var point = (ulong)(((turn * 0.6180339887498949) % 1) * total);
        foreach (var endpoint in endpoints)
        {
            if (point < endpoint.Weight)
            {
                return endpoint;
            }

            point -= endpoint.Weight;
        }

        return endpoints[^1];
    }
}

/// <summary>A draw by weight.</summary>
internal sealed class RandomBalancer : LoadBalancer
{
    public override EndpointModel Pick(ImmutableArray<EndpointModel> endpoints, ClusterState state) => Draw(endpoints);
}
