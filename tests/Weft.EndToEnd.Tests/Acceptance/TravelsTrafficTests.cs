namespace Weft.EndToEnd.Acceptance;

/// <summary>The Travels tutorial's part "Connect": what each wizard writes must happen to real traffic. Called from the pod of "control", which by itself calls no agency.</summary>
[Collection(DemoCollection.Name)]
public sealed class TravelsTrafficTests(DemoMesh mesh)
{
    private const string Travels = "http://travels.travel-agency:8000/travels";
    private const string Hotels = "http://hotels.travel-agency:8000/hotels";
    private const string Requests = "istio_requests_total";

    private static readonly string[] Versions = ["v1", "v2", "v3"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<MeshPod> ControlAsync() => mesh.PodAsync("travel-control", "app=control");

    [Fact]
    public async Task Row_038_without_configuration_versions_share_evenly()
    {
        var shares = await SharesAsync(await ControlAsync(), 300, shares => shares.All(share => share > 0));

        Assert.All(shares, share => Assert.InRange(share, 0.28, 0.39));
    }

    [Fact]
    public async Task Row_043_to_046_routes_by_header_and_no_route_is_404()
    {
        await using var routing = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "043-request-routing.yaml");
        var control = await ControlAsync();
        await Eventually.Async(() => control.GetAsync(Travels), answer => answer.Status == 404, Cancellation);
        var before = await control.MetricsAsync();
        foreach (var (portal, version) in new[] { ("travels.uk", "v1"), ("viaggi.it", "v2"), ("voyages.fr", "v3") })
        {
            await control.GetManyAsync(20, Travels, headers: ("portal", portal));
            var after = await control.MetricsAsync();
            Assert.Equal(20, Between(before, after, ("destination_version", version), ("response_code", "200")));
        }

        await control.GetManyAsync(5, Travels);
        Assert.Equal(5, Delta(before, await control.MetricsAsync(), Requests, ("reporter", "source"), ("response_code", "404"), ("response_flags", "NR")));
    }

    [Fact]
    public async Task Row_050_to_053_a_delay_is_seen_at_the_source_only()
    {
        await using var fault = await mesh.ApplyRowAsync("050-fault-delay.yaml");
        var control = await ControlAsync();
        var hotels = await mesh.PodAsync("travel-agency", "app=hotels");
        await Eventually.Async(() => control.GetAsync(Hotels), answer => answer.Duration > TimeSpan.FromSeconds(4), Cancellation);
        var (source, destination) = (await control.MetricsAsync(), await hotels.MetricsAsync());

        var answer = await control.GetAsync(Hotels);

        Assert.Equal(200, answer.Status);
        Assert.InRange(answer.Duration.TotalSeconds, 5, 7);
        const string sum = "istio_request_duration_milliseconds_sum";
        Assert.InRange(Delta(source, await control.MetricsAsync(), sum, ("reporter", "source"), ("destination_app", "hotels")), 5000, 7000);
        Assert.InRange(Delta(destination, await hotels.MetricsAsync(), sum, ("reporter", "destination"), ("source_app", "control")), 0, 2000);
    }

    [Fact]
    public async Task Row_057_58_traffic_is_shifted_80_10_10()
    {
        await using var shifting = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "057-traffic-shifting.yaml");
        var shares = await SharesAsync(await ControlAsync(), 500, shares => shares[0] > 0.6);

        // Four standard deviations of 500 draws.
        Assert.InRange(shares[0], 0.80 - 0.072, 0.80 + 0.072);
        Assert.InRange(shares[1], 0.10 - 0.054, 0.10 + 0.054);
        Assert.InRange(shares[2], 0.10 - 0.054, 0.10 + 0.054);
    }

    [Fact]
    public async Task Row_062_to_064_tcp_connections_are_shifted_80_10_10()
    {
        await using var shifting = await mesh.ApplyRowAsync("062-tcp-traffic-shifting.yaml");
        var agency = await mesh.PodAsync("travel-agency", "app=insurances");
        const string opened = "istio_tcp_connections_opened_total";

        async Task<double[]> DrawAsync(int connections)
        {
            var before = await agency.MetricsAsync();
            await agency.GetManyAsync(connections, "http://insurances.travel-agency:8000/insurances/Rome", atOnce: 4);
            var after = await agency.MetricsAsync();
            return [.. Versions.Select(version => Delta(before, after, opened, ("reporter", "source"), ("destination_app", "mysqldb"), ("destination_version", version)))];
        }

        await Eventually.Async(() => DrawAsync(20), drawn => drawn[0] > 12, Cancellation);
        var draws = await DrawAsync(300);
        Assert.InRange(draws[0] / draws.Sum(), 0.80 - 0.1, 0.80 + 0.1);
        Assert.InRange(draws[1] / draws.Sum(), 0.10 - 0.075, 0.10 + 0.075);
        Assert.InRange(draws[2] / draws.Sum(), 0.10 - 0.075, 0.10 + 0.075);
        Assert.Equal(0, (await agency.MetricsAsync()).Sum(Requests, ("reporter", "source"), ("destination_app", "mysqldb")));
    }

    [Fact]
    public async Task Row_067_to_070_only_voyages_runs_into_its_timeout()
    {
        await using var fault = await mesh.ApplyRowAsync("050-fault-delay.yaml");
        await using var routing = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "068-request-timeout.yaml");
        var control = await ControlAsync();

        var late = await Eventually.Async(() => control.GetAsync(Travels, ("portal", "voyages.fr")), answer => answer.Status == 504, Cancellation);
        var slow = await Eventually.Async(() => control.GetAsync(Travels, ("portal", "viaggi.it")), answer => answer.Duration > TimeSpan.FromSeconds(4), Cancellation);

        Assert.InRange(late.Duration.TotalSeconds, 1.9, 4);
        Assert.Equal("upstream request timeout", late.Body);
        Assert.Equal(200, slow.Status);
        Assert.True((await control.MetricsAsync()).Sum(Requests, ("reporter", "source"), ("response_code", "504"), ("response_flags", "UT")) > 0);
    }

    [Fact]
    public async Task Row_074_to_077_the_circuit_breaker_refuses_at_the_source()
    {
        await using var breaker = await mesh.ApplyRowAsync("074-circuit-breaker.yaml");
        var control = await ControlAsync();
        await Eventually.Async(() => control.GetManyAsync(50, Travels, atOnce: 50), answers => answers.Any(answer => answer.Status == 503), Cancellation);
        var before = await control.MetricsAsync();

        var answers = await control.GetManyAsync(200, Travels, atOnce: 50);

        var after = await control.MetricsAsync();
        var refused = answers.Count(answer => answer.Status == 503);
        Assert.InRange(refused, 1, 199);
        Assert.All(answers.Where(answer => answer.Status == 503), answer => Assert.Equal("true", answer.Headers.GetValueOrDefault("x-envoy-overloaded")));
        Assert.Equal(refused, Between(before, after, ("response_code", "503"), ("response_flags", "UO")));
        Assert.Equal(200 - refused, Between(before, after, ("response_code", "200")));
    }

    [Fact]
    public async Task Row_080_to_085_mirrored_requests_are_the_destinations_only()
    {
        await using var mirroring = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "080-mirroring.yaml");
        var control = await ControlAsync();
        var shadow = await mesh.PodAsync("travel-agency", "app=travels,version=v3");
        await Eventually.Async(
            async () => (await control.GetManyAsync(10, Travels), await shadow.MetricsAsync()),
            seen => FromControl(seen.Item2) > 0,
            Cancellation);
        var (source, destination) = (await control.MetricsAsync(), await shadow.MetricsAsync());

        await control.GetManyAsync(300, Travels);

        var after = await control.MetricsAsync();
        Assert.Equal(0, Between(source, after, ("destination_version", "v3")));
        Assert.InRange(Between(source, after, ("destination_version", "v1")) / 300, 0.80 - 0.095, 0.80 + 0.095);
        Assert.InRange(Between(source, after, ("destination_version", "v2")) / 300, 0.20 - 0.095, 0.20 + 0.095);
        var mirrored = await Eventually.Async(
            async () => FromControl(await shadow.MetricsAsync()) - FromControl(destination),
            count => count > 300 * (0.50 - 0.12),
            Cancellation);
        Assert.InRange(mirrored / 300, 0.50 - 0.12, 0.50 + 0.12);
    }

    private static double FromControl(ProxyMetrics metrics) => metrics.Sum(Requests, ("reporter", "destination"), ("source_app", "control"));

    /// <summary>Shares of the versions of travels among calls, once the configuration is seen to work.</summary>
    private static async Task<double[]> SharesAsync(MeshPod caller, int calls, Func<double[], bool> works)
    {
        async Task<double[]> DrawAsync(int count)
        {
            var before = await caller.MetricsAsync();
            await caller.GetManyAsync(count, Travels);
            var after = await caller.MetricsAsync();
            return [.. Versions.Select(version => Between(before, after, ("destination_version", version)) / count)];
        }

        await Eventually.Async(() => DrawAsync(30), works, Cancellation);
        return await DrawAsync(calls);
    }

    /// <summary>Requests to the agency's travels that the caller's proxy has counted between two looks.</summary>
    private static double Between(ProxyMetrics before, ProxyMetrics after, params (string Label, string Value)[] labels) =>
        Delta(before, after, Requests, [("reporter", "source"), ("destination_service_name", "travels"), ("destination_service_namespace", "travel-agency"), .. labels]);

    private static double Delta(ProxyMetrics before, ProxyMetrics after, string metric, params (string Label, string Value)[] labels) =>
        after.Sum(metric, labels) - before.Sum(metric, labels);
}
