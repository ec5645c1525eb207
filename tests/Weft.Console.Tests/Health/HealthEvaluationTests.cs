namespace Weft.Console.Health;

public sealed class HealthEvaluationTests
{
    private static readonly HealthRules Rules = new(HealthConfig.Default);

    [Theory]
    [InlineData(0, 0, 0, HealthLevel.NotReady)]
    [InlineData(1, 1, 1, HealthLevel.Healthy)]
    [InlineData(2, 2, 0, HealthLevel.Failure)]
    [InlineData(2, 2, 1, HealthLevel.Degraded)]
    [InlineData(2, 1, 1, HealthLevel.Degraded)]
    [InlineData(2, 3, 2, HealthLevel.Failure)]
    public void Replicas_decide_about_a_workload(int desired, int current, int available, HealthLevel expected) =>
        Assert.Equal(expected, HealthEvaluation.JudgeReplicas(new WorkloadStatus("w", desired, current, available, -1)));

    [Fact]
    public void A_proxy_without_the_newest_configuration_degrades_a_workload() =>
        Assert.Equal(HealthLevel.Degraded, HealthEvaluation.JudgeReplicas(new WorkloadStatus("w", 2, 2, 2, 1)));

    [Theory]
    [InlineData("http", "500", 0, HealthLevel.Healthy, 0)]
    [InlineData("http", "500", 0.1, HealthLevel.Degraded, 0.1)]
    [InlineData("http", "503", 10, HealthLevel.Failure, 10)]
    [InlineData("http", "404", 9, HealthLevel.Healthy, 0)]
    [InlineData("http", "404", 10, HealthLevel.Degraded, 10)]
    [InlineData("http", "404", 20, HealthLevel.Failure, 20)]
    [InlineData("http", "-", 1, HealthLevel.Degraded, 1)]
    [InlineData("grpc", "14", 10, HealthLevel.Failure, 10)]
    [InlineData("grpc", "17", 50, HealthLevel.Healthy, 0)]
    [InlineData("grpc", "503", 50, HealthLevel.Healthy, 0)]
    public void Errors_decide_by_their_share(string protocol, string code, double percent, HealthLevel level, double ratio)
    {
        var requests = new RequestRates();
        requests.Inbound.Add(protocol, protocol == "grpc" ? "0" : "200", 100 - percent);
        requests.Inbound.Add(protocol, code, percent);
        var verdict = HealthEvaluation.JudgeRequests(requests, Rules.For("ns", "service", "a", null));
        Assert.Equal(level, verdict.Level);
        Assert.Equal(ratio, verdict.ErrorRatio, 9);
    }

    [Fact]
    public void Bytes_alone_say_nothing_about_health()
    {
        var requests = new RequestRates();
        requests.Inbound.Add("tcp", "-", 500);
        Assert.Equal(new HealthVerdict(HealthLevel.NotAvailable, -1, 500), HealthEvaluation.JudgeRequests(requests, Rules.For("ns", "app", "a", null)));
    }

    [Fact]
    public void An_app_is_as_healthy_as_its_worst_part()
    {
        var requests = new RequestRates();
        requests.Inbound.Add("http", "200", 1);
        var verdict = HealthEvaluation.Judge(requests, Rules.For("ns", "app", "a", null), [new("v1", 1, 1, 1, -1), new("v2", 1, 1, 0, -1)]);
        Assert.Equal(HealthLevel.Failure, verdict.Level);
    }

    [Fact]
    public void A_valid_annotation_replaces_the_configured_tolerances()
    {
        var requests = new RequestRates();
        requests.Inbound.Add("http", "404", 1);
        requests.Inbound.Add("http", "200", 99);
        requests.Inbound.Add("http", "500", 99);
        var rules = Rules.For("ns", "service", "a", "4XX,0.5,5,http,inbound");
        Assert.Equal(HealthLevel.Degraded, HealthEvaluation.JudgeRequests(requests, rules).Level);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4XX,10,5,http,inbound")]
    [InlineData("4XX,1,5,http")]
    [InlineData("4XX,a,5,http,inbound")]
    [InlineData("4XX,1,5,http,inbound;(,1,2,http,inbound")]
    public void A_malformed_annotation_is_ignored(string annotation) => Assert.Null(HealthRules.ParseAnnotation(annotation));

    [Fact]
    public void The_first_matching_rate_applies_alone()
    {
        var rules = new HealthRules(new HealthConfig
        {
            Rates =
            [
                new HealthRate { Namespace = "shop-.*", Tolerances = [new("404", 0, 1, "http", ".*")] },
                new HealthRate { Namespace = "shop-a", Tolerances = [new("404", 90, 99, "http", ".*")] },
            ],
        });
        Assert.Equal(["404"], rules.For("shop-a", "app", "x", null).Select(rule => rule.Tolerance.Code));
        Assert.Equal(4, rules.For("my-shop-a", "app", "x", null).Length);
    }

    [Fact]
    public void A_pattern_that_explodes_ends_in_time()
    {
        var annotation = "(a+)+b,0,1,http,.*";
        var rules = Rules.For("ns", "service", "a", annotation);
        Assert.False(rules[0].MatchesCode(new string('a', 60)));
    }
}
