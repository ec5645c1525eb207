using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Clusters;
using Weft.Proxy.LoadBalancing;

namespace Weft.Proxy.OutlierDetection;

public sealed class OutlierDetectorTests
{
    private readonly TestTime _time = new();

    [Fact]
    public void Seven_5xx_in_a_row_eject_for_fifteen_minutes_seen_by_scans_of_five()
    {
        // Acceptance row 124.
        var cluster = Cluster(2, new() { Consecutive5Xx = 7, Interval = Minutes(5), BaseEjectionTime = Minutes(15), MaxEjectionPercent = 50, EnforcingSuccessRate = 0 });
        var endpoint = cluster.Endpoints[0].State;

        Answer(cluster, endpoint, 500, 6);
        Answer(cluster, endpoint, 200, 1);
        Answer(cluster, endpoint, 500, 6);
        Assert.False(endpoint.IsEjected);
        Answer(cluster, endpoint, 500, 1);
        Assert.True(endpoint.IsEjected);

        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.True(endpoint.IsEjected);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(endpoint.IsEjected);
        Assert.Equal(1, cluster.State.Outliers.Stats.Consecutive5xx.Enforced.Value);
    }

    [Fact]
    public void The_ejection_time_grows_with_every_ejection_up_to_its_limit_and_shrinks_in_peace()
    {
        var cluster = Cluster(1, new() { Consecutive5Xx = 1, Interval = Seconds(1), BaseEjectionTime = Seconds(10), MaxEjectionTime = Seconds(25), MaxEjectionPercent = 100, EnforcingSuccessRate = 0 });
        var endpoint = cluster.Endpoints[0].State;

        var times = Enumerable.Range(0, 4).Select(_ => EjectedFor(cluster, endpoint)).ToList();
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([10, 20, 25, 25], times);
        Assert.Equal(10, EjectedFor(cluster, endpoint));
    }

    [Theory]
    [InlineData(10u, false, 0)]
    [InlineData(10u, true, 1)]
    [InlineData(50u, false, 1)]
    [InlineData(67u, false, 2)]
    [InlineData(100u, false, 3)]
    public void No_more_are_ejected_than_the_percentage_allows(uint percent, bool alwaysOne, int ejected)
    {
        var cluster = Cluster(3, new() { Consecutive5Xx = 1, MaxEjectionPercent = percent, AlwaysEjectOneHost = alwaysOne, EnforcingSuccessRate = 0 });

        foreach (var endpoint in cluster.Endpoints)
        {
            Answer(cluster, endpoint.State, 503, 1);
        }

        Assert.Equal(ejected, cluster.State.Outliers.Active);
        Assert.Equal(3 - ejected, cluster.State.Outliers.Stats.Overflow.Value);
    }

    [Fact]
    public void Gateway_errors_are_a_run_of_their_own_that_other_errors_break()
    {
        var cluster = Cluster(1, new() { EnforcingConsecutive5Xx = 0, ConsecutiveGatewayFailure = 3, EnforcingConsecutiveGatewayFailure = 100, MaxEjectionPercent = 100, EnforcingSuccessRate = 0 });
        var endpoint = cluster.Endpoints[0].State;

        Answer(cluster, endpoint, 502, 2);
        Answer(cluster, endpoint, 500, 1);
        Answer(cluster, endpoint, 504, 2);
        Assert.False(endpoint.IsEjected);
        cluster.State.Outliers.Report(endpoint, LocalOriginFailure.Connect);
        Assert.True(endpoint.IsEjected);
    }

    [Fact]
    public void Failures_to_connect_count_as_5xx_unless_they_are_split_off()
    {
        var joined = Cluster(1, new() { Consecutive5Xx = 2, MaxEjectionPercent = 100, EnforcingSuccessRate = 0 });
        var split = Cluster(1, new() { Consecutive5Xx = 2, ConsecutiveLocalOriginFailure = 3, SplitExternalLocalOriginErrors = true, MaxEjectionPercent = 100, EnforcingSuccessRate = 0 });

        Fail(joined, 2);
        Fail(split, 2);
        split.State.Outliers.ReportConnected(split.Endpoints[0].State);
        Fail(split, 2);
        Assert.True(joined.Endpoints[0].State.IsEjected);
        Assert.False(split.Endpoints[0].State.IsEjected);
        Fail(split, 1);
        Assert.True(split.Endpoints[0].State.IsEjected);
    }

    [Fact]
    public void What_is_not_enforced_is_detected_and_nothing_more()
    {
        var cluster = Cluster(1, new() { Consecutive5Xx = 1, EnforcingConsecutive5Xx = 0, MaxEjectionPercent = 100, EnforcingSuccessRate = 0 });

        Answer(cluster, cluster.Endpoints[0].State, 500, 3);

        Assert.False(cluster.Endpoints[0].State.IsEjected);
        Assert.Equal(3, cluster.State.Outliers.Stats.Consecutive5xx.Detected.Value);
    }

    [Fact]
    public void A_grpc_status_decides_over_the_http_status()
    {
        var cluster = Cluster(1, new() { Consecutive5Xx = 1, MaxEjectionPercent = 100, EnforcingSuccessRate = 0 });

        cluster.State.Outliers.Report(cluster.Endpoints[0].State, 200, "5");
        Assert.False(cluster.Endpoints[0].State.IsEjected);
        cluster.State.Outliers.Report(cluster.Endpoints[0].State, 200, "14");
        Assert.True(cluster.Endpoints[0].State.IsEjected);
    }

    [Fact]
    public void Who_fails_far_more_than_the_others_is_ejected_at_the_end_of_the_interval()
    {
        var cluster = Cluster(6, new() { EnforcingConsecutive5Xx = 0, SuccessRateRequestVolume = 10, SuccessRateStdevFactor = 1900, MaxEjectionPercent = 100 });
        foreach (var endpoint in cluster.Endpoints)
        {
            Answer(cluster, endpoint.State, 200, 10);
        }

        Answer(cluster, cluster.Endpoints[2].State, 500, 5);
        Assert.Equal(0, cluster.State.Outliers.Active);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(cluster.Endpoints[2].State.IsEjected);
        Assert.Equal(1, cluster.State.Outliers.Active);
    }

    [Fact]
    public void Taking_the_configuration_away_lets_all_return()
    {
        var cluster = Cluster(2, new() { Consecutive5Xx = 1, MaxEjectionPercent = 100, EnforcingSuccessRate = 0 });
        Answer(cluster, cluster.Endpoints[0].State, 500, 1);
        Assert.True(cluster.Endpoints[0].State.IsEjected);

        cluster.State.Outliers.Follow(cluster with { OutlierDetection = null });

        Assert.False(cluster.Endpoints[0].State.IsEjected);
    }

    private static Duration Seconds(int seconds) => new() { Seconds = seconds };

    private static Duration Minutes(int minutes) => new() { Seconds = minutes * 60 };

    private static void Answer(ClusterModel cluster, EndpointState endpoint, int status, int times)
    {
        for (var time = 0; time < times; time++)
        {
            cluster.State.Outliers.Report(endpoint, status, null);
        }
    }

    private static void Fail(ClusterModel cluster, int times)
    {
        for (var time = 0; time < times; time++)
        {
            cluster.State.Outliers.Report(cluster.Endpoints[0].State, LocalOriginFailure.Connect);
        }
    }

    private int EjectedFor(ClusterModel cluster, EndpointState endpoint)
    {
        Answer(cluster, endpoint, 500, 1);
        var seconds = 0;
        for (; endpoint.IsEjected; seconds++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return seconds;
    }

    private ClusterModel Cluster(int endpoints, Envoy.Config.Cluster.V3.OutlierDetection detection)
    {
        var config = new Cluster { Name = "beta", LoadAssignment = new(), OutlierDetection = detection };
        var assignment = new Envoy.Config.Endpoint.V3.ClusterLoadAssignment { Endpoints = { new Envoy.Config.Endpoint.V3.LocalityLbEndpoints() } };
        for (var index = 0; index < endpoints; index++)
        {
            assignment.Endpoints[0].LbEndpoints.Add(new Envoy.Config.Endpoint.V3.LbEndpoint
            {
                Endpoint = new() { Address = new() { SocketAddress = new() { Address = "10.20.0.1", PortValue = (uint)(8000 + index) } } },
            });
        }

        var cluster = ClusterCompiler.WithEndpoints(ClusterCompiler.Compile(config, new ClusterState(_time)), assignment);
        cluster.State.Outliers.Follow(cluster);
        return cluster;
    }
}
