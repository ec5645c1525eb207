using System.Collections.Immutable;
using System.Net;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

public sealed class LoadBalancerTests
{
    [Fact]
    public void Least_request_prefers_the_less_busy()
    {
        var endpoints = Endpoints(1, 1);
        for (var busy = 0; busy < 5; busy++)
        {
            endpoints[0].State.Begin(0);
        }

        var picks = Enumerable.Range(0, 400).Count(_ => new LeastRequestBalancer().Pick(endpoints, new ClusterState()) == endpoints[1]);

        // The busy one is taken only when both draws hit it: a quarter of the time.
        Assert.InRange(picks, 240, 360);
    }

    [Fact]
    public void Round_robin_takes_each_in_turn()
    {
        var endpoints = Endpoints(1, 1, 1);
        var state = new ClusterState();
        var balancer = new RoundRobinBalancer();

        var picks = Enumerable.Range(0, 9).Select(_ => balancer.Pick(endpoints, state)).ToList();

        Assert.All(endpoints, endpoint => Assert.Equal(3, picks.Count(pick => pick == endpoint)));
    }

    [Fact]
    public void Weights_are_kept_by_every_policy()
    {
        var endpoints = Endpoints(9, 1);
        var state = new ClusterState();
        foreach (var balancer in (LoadBalancer[])[new RoundRobinBalancer(), new RandomBalancer(), new LeastRequestBalancer()])
        {
            var heavy = Enumerable.Range(0, 2000).Count(_ => balancer.Pick(endpoints, state) == endpoints[0]);
            Assert.InRange(heavy, 1650, 1950);
        }
    }

    private static ImmutableArray<EndpointModel> Endpoints(params uint[] weights) =>
    [
        .. weights.Select((weight, index) => new EndpointModel
        {
            Address = new IPEndPoint(IPAddress.Loopback, 1000 + index),
            Tls = null,
            Weight = weight,
            Priority = 0,
            IsHealthy = true,
            Workload = null,
            State = new EndpointState(new IPEndPoint(IPAddress.Loopback, 1000 + index)),
            Config = null,
        }),
    ];
}
