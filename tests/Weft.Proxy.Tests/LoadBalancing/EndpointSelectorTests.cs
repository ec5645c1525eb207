using System.Collections.Immutable;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

public sealed class EndpointSelectorTests
{
    private static readonly SelectionOptions NoPanic = new(0, false);

    // Worked examples of Envoy's documentation ("Priority levels"): healthy percent by priority, then the load in percent.
    [Theory]
    [InlineData(new[] { 100, 100 }, new[] { 100, 0 })]
    [InlineData(new[] { 72, 72 }, new[] { 100, 0 })]
    [InlineData(new[] { 71, 71 }, new[] { 99, 1 })]
    [InlineData(new[] { 50, 50 }, new[] { 70, 30 })]
    [InlineData(new[] { 25, 100 }, new[] { 35, 65 })]
    [InlineData(new[] { 25, 25 }, new[] { 50, 50 })]
    [InlineData(new[] { 100, 100, 100 }, new[] { 100, 0, 0 })]
    [InlineData(new[] { 0, 100, 100 }, new[] { 0, 100, 0 })]
    [InlineData(new[] { 25, 25, 25 }, new[] { 35, 35, 30 })]
    [InlineData(new[] { 20, 0, 10 }, new[] { 67, 0, 33 })]
    public void Priorities_share_by_what_they_can_bear(int[] healthy, int[] load) =>
        Assert.Equal(load, PriorityLoads.Of([.. healthy.Select(percent => (percent, 100))], 140, 0).Percent);

    [Fact]
    public void A_priority_panics_below_the_threshold_only_when_all_together_cannot_bear_the_load()
    {
        Assert.Equal([false, false], PriorityLoads.Of([(25, 100), (100, 100)], 140, 50).Panics);
        Assert.Equal([true, false], PriorityLoads.Of([(5, 100), (60, 100)], 140, 50).Panics);
        Assert.Equal([true, true], PriorityLoads.Of([(5, 100), (5, 100)], 140, 50).Panics);
        Assert.Equal([false, false], PriorityLoads.Of([(0, 100), (0, 100)], 140, 0).Panics);
    }

    [Fact]
    public void In_total_panic_the_load_follows_the_number_of_endpoints() =>
        Assert.Equal([75, 25], PriorityLoads.Of([(0, 30), (0, 10)], 140, 50).Percent);

    // Envoy PreviousPriorities::adjustForAttemptedPriorities
    [Theory]
    [InlineData(new[] { 100, 100, 100 }, new uint[] { 0 }, new[] { 0, 100, 0 })]
    [InlineData(new[] { 100, 100, 100 }, new uint[] { 0, 1, 1 }, new[] { 0, 0, 100 })]
    [InlineData(new[] { 50, 25, 25 }, new uint[] { 0 }, new[] { 0, 50, 50 })]
    [InlineData(new[] { 100, 0 }, new uint[] { 0 }, new[] { 100, 0 })]
    [InlineData(new[] { 50, 50 }, new uint[] { 0, 1 }, new[] { 70, 30 })]
    public void A_retry_leaves_out_priorities_that_were_tried_unless_no_other_bears_anything(int[] healthy, uint[] tried, int[] load) =>
        Assert.Equal(load, PriorityLoads.Of([.. healthy.Select(percent => (percent, 100))], 140, 0).Without(tried).Percent);

    [Fact]
    public void Without_panic_no_endpoint_is_taken_when_all_are_ejected()
    {
        var (selector, endpoints, state) = Create(NoPanic, 2);
        Eject(state, endpoints[0], endpoints[1]);

        Assert.Null(selector.Pick(default));
    }

    [Fact]
    public void In_panic_nothing_is_taken_where_that_is_to_fail()
    {
        var (selector, endpoints, state) = Create(new SelectionOptions(50, false) { FailsInPanic = true }, 3);
        Assert.NotNull(selector.Pick(default));

        Eject(state, endpoints[0], endpoints[1]);

        Assert.Null(selector.Pick(default));
    }

    [Fact]
    public void Settings_of_a_cluster_are_read_with_Envoys_defaults_and_rounding()
    {
        static SelectionOptions Of(Envoy.Config.Cluster.V3.Cluster.Types.CommonLbConfig? config) => SelectionOptions.Compile(new() { CommonLbConfig = config });

        Assert.Equal((50.0, false, false), (Of(null).PanicThreshold, Of(null).WeighsLocalities, Of(null).FailsInPanic));
        Assert.Equal(13, Of(new() { HealthyPanicThreshold = new() { Value = 12.5 } }).PanicThreshold);
        Assert.True(Of(new() { LocalityWeightedLbConfig = new() }).WeighsLocalities);
        Assert.True(Of(new() { ZoneAwareLbConfig = new() { FailTrafficOnPanic = true } }).FailsInPanic);
    }

    [Fact]
    public void With_panic_all_are_taken_when_too_few_are_healthy()
    {
        var (selector, endpoints, state) = Create(new SelectionOptions(50, false), 3);
        Eject(state, endpoints[0], endpoints[1]);

        Assert.Equal(3, Enumerable.Range(0, 200).Select(_ => selector.Pick(default)).Distinct().Count());
    }

    [Fact]
    public void An_ejected_endpoint_is_left_out_until_it_comes_back()
    {
        var (selector, endpoints, state) = Create(NoPanic, 3);
        Eject(state, endpoints[1]);
        var without = Enumerable.Range(0, 100).Select(_ => selector.Pick(default)).ToHashSet();
        endpoints[1].State.Monitor.Return();
        state.HealthChanged();
        var with = Enumerable.Range(0, 100).Select(_ => selector.Pick(default)).ToHashSet();

        Assert.DoesNotContain(endpoints[1], without);
        Assert.Contains(endpoints[1], with);
    }

    [Fact]
    public void Failover_goes_to_the_next_priority_when_the_first_is_ejected()
    {
        var (selector, endpoints, state) = Create(NoPanic, 1, 2);

        Assert.All(Enumerable.Range(0, 50).Select(_ => selector.Pick(default)), pick => Assert.Same(endpoints[0], pick));
        Eject(state, endpoints[0]);
        Assert.All(Enumerable.Range(0, 50).Select(_ => selector.Pick(default)), pick => Assert.Equal(1u, pick!.Priority));
    }

    [Fact]
    public void Endpoints_that_failed_are_avoided_while_there_are_others()
    {
        var (selector, endpoints, _) = Create(NoPanic, 3);

        Assert.All(Enumerable.Range(0, 100).Select(_ => selector.Pick(new PickContext { Tried = [endpoints[0], endpoints[2]] })), pick => Assert.Same(endpoints[1], pick));
        Assert.NotNull(selector.Pick(new PickContext { Tried = [.. endpoints] }));
    }

    private static (EndpointSelector Selector, ImmutableArray<EndpointModel> Endpoints, ClusterState State) Create(SelectionOptions options, params int[] counts)
    {
        var state = new ClusterState(TimeProvider.System);
        var endpoints = TestEndpoints.WithPriorities(counts);
        return (new EndpointSelector(endpoints, new RoundRobinPolicy(null), options, state), endpoints, state);
    }

    private static void Eject(ClusterState state, params EndpointModel[] endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            endpoint.State.Monitor.Eject(0, TimeSpan.Zero);
        }

        state.HealthChanged();
    }
}
