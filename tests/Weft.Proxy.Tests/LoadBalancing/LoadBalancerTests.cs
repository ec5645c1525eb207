using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Clusters;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.LoadBalancing;

public sealed class LoadBalancerTests
{
    private static readonly LeastRequestPolicy LeastRequest = new(2, 1, null);

    [Fact]
    public void Least_request_prefers_the_less_busy()
    {
        var endpoints = TestEndpoints.WithWeights(1, 1);
        Busy(endpoints[0], 5);
        var balancer = LeastRequest.Create(endpoints, weighsLocalities: false);

        // The busy one is taken only when both draws hit it: a quarter of the time.
        Assert.InRange(Counts(balancer, 400)[endpoints[1]], 240, 360);
    }

    [Fact]
    public void Least_request_with_weights_lowers_them_by_active_requests_to_the_power_of_the_bias()
    {
        var endpoints = TestEndpoints.WithWeights(4, 1);
        Busy(endpoints[0], 3);

        var fair = Counts(new LeastRequestPolicy(2, 1, null).Create(endpoints, false), 1000);
        var blind = Counts(new LeastRequestPolicy(2, 0, null).Create(endpoints, false), 1000);

        Assert.InRange(fair[endpoints[0]], 495, 505);
        Assert.InRange(blind[endpoints[0]], 795, 805);
    }

    [Fact]
    public void Round_robin_takes_each_in_turn()
    {
        var endpoints = TestEndpoints.WithWeights(1, 1, 1);

        Assert.All(Counts(new RoundRobinPolicy(null).Create(endpoints, false), 9).Values, count => Assert.Equal(3, count));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(50, 25, 25, 100, 7)]
    public void Weights_are_kept_exactly_over_whole_rounds(params int[] weights)
    {
        var endpoints = TestEndpoints.WithWeights([.. weights.Select(weight => (uint)weight)]);
        var total = weights.Sum();

        foreach (var policy in (LoadBalancingPolicy[])[new RoundRobinPolicy(null), LeastRequest])
        {
            var counts = Counts(policy.Create(endpoints, false), total * 10);
            Assert.All(endpoints, endpoint => Assert.InRange(counts[endpoint], (int)(endpoint.Weight * 10) - 2, (int)(endpoint.Weight * 10) + 2));
        }
    }

    [Fact]
    public void Turns_of_a_heavy_endpoint_are_spread()
    {
        var endpoints = TestEndpoints.WithWeights(3, 1);
        var balancer = new RoundRobinPolicy(null).Create(endpoints, false);
        var picks = Enumerable.Range(0, 400).Select(_ => balancer.Pick(default)).ToList();

        Assert.DoesNotContain(picks.Zip(picks.Skip(1)), pair => pair.First == endpoints[1] && pair.Second == endpoints[1]);
    }

    [Fact]
    public void Localities_share_by_their_weights_and_lose_when_their_endpoints_fail()
    {
        var near = new LocalityModel("r", "a", "", 80, 4);
        var far = new LocalityModel("r", "b", "", 20, 2);
        var healthy = TestEndpoints.In((near, 4), (far, 2));
        // Half of the near ones are gone: 1.4 * 2/4 of 80 are left.
        var failing = TestEndpoints.In((near, 2), (far, 2));

        Assert.InRange(Counts(LeastRequest.Create(healthy, true), 1000).Where(entry => entry.Key.Locality == near).Sum(entry => entry.Value), 795, 805);
        Assert.InRange(Counts(new RandomPolicy().Create(failing, true), 760).Where(entry => entry.Key.Locality == near).Sum(entry => entry.Value), 555, 565);
    }

    [Theory]
    [InlineData(100, 40)]
    [InlineData(140, 56)]
    [InlineData(200, 80)]
    public void A_failing_locality_keeps_what_the_clusters_overprovisioning_lets_it_bear(uint overprovisioning, double weight) =>
        Assert.Equal(weight, new LocalityModel("r", "a", "", 80, 4, overprovisioning).EffectiveWeight(2), 0.001);

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(10, 0.1)]
    [InlineData(30, 0.5)]
    [InlineData(45, 0.75)]
    [InlineData(60, 1)]
    public void A_new_endpoint_warms_up_linearly(int seconds, double share)
    {
        var time = new TestTime();
        var endpoint = TestEndpoints.WithWeights(time, 1)[0].State;
        time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(seconds == 10 ? 10.0 / 60 : share, new SlowStart(TimeSpan.FromSeconds(60), 1, 0.1).ShareOf(endpoint), 3);
    }

    [Fact]
    public void Aggression_steepens_the_warm_up()
    {
        var time = new TestTime();
        var endpoint = TestEndpoints.WithWeights(time, 1)[0].State;
        time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(0.5, new SlowStart(TimeSpan.FromSeconds(60), 2, 0.1).ShareOf(endpoint), 3);
    }

    [Fact]
    public void During_a_slow_start_the_old_endpoint_bears_more()
    {
        var time = new TestTime();
        var old = TestEndpoints.WithWeights(time, 1)[0];
        time.Advance(TimeSpan.FromSeconds(100));
        var fresh = TestEndpoints.WithWeights(time, 1)[0];
        var policy = new RoundRobinPolicy(new SlowStart(TimeSpan.FromSeconds(60), 1, 0.1));

        var counts = Counts(policy.Create([old, fresh], false), 110);
        time.Advance(TimeSpan.FromSeconds(60));
        var later = Counts(policy.Create([old, fresh], false), 100);

        Assert.InRange(counts[fresh], 9, 11);
        Assert.Equal(50, later[fresh]);
    }

    [Fact]
    public void Settings_are_read_and_bad_ones_are_refused_by_name()
    {
        var least = new Cluster
        {
            LbPolicy = Cluster.Types.LbPolicy.LeastRequest,
            LeastRequestLbConfig = new()
            {
                ChoiceCount = 3,
                ActiveRequestBias = new RuntimeDouble { DefaultValue = 0.5 },
                SlowStartConfig = new() { SlowStartWindow = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)), Aggression = new RuntimeDouble { DefaultValue = 2 }, MinWeightPercent = new() { Value = 20 } },
            },
        };

        Assert.Equal(new LeastRequestPolicy(3, 0.5, new SlowStart(TimeSpan.FromMinutes(1), 2, 0.2)), LoadBalancingPolicy.Compile(least));
        Assert.Equal(new MaglevPolicy(65537, false), LoadBalancingPolicy.Compile(new Cluster { LbPolicy = Cluster.Types.LbPolicy.Maglev }));
        Refused("table_size 100", new Cluster { LbPolicy = Cluster.Types.LbPolicy.Maglev, MaglevLbConfig = new() { TableSize = 100 } });
        Refused("minimum_ring_size", new Cluster { LbPolicy = Cluster.Types.LbPolicy.RingHash, RingHashLbConfig = new() { MinimumRingSize = 10, MaximumRingSize = 5 } });
        Refused("aggression", new Cluster { LbPolicy = Cluster.Types.LbPolicy.RoundRobin, RoundRobinLbConfig = new() { SlowStartConfig = new() { SlowStartWindow = new Duration { Seconds = 1 }, Aggression = new RuntimeDouble() } } });
    }

    private static void Refused(string reason, Cluster cluster) =>
        Assert.Contains(reason, Assert.Throws<ResourceRejectedException>(() => LoadBalancingPolicy.Compile(cluster)).Message);

    private static void Busy(EndpointModel endpoint, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            endpoint.State.Begin(0);
        }
    }

    private static Dictionary<EndpointModel, int> Counts(LoadBalancer balancer, int picks) =>
        Enumerable.Range(0, picks).Select(_ => balancer.Pick(default)).GroupBy(pick => pick).ToDictionary(group => group.Key, group => group.Count());
}
