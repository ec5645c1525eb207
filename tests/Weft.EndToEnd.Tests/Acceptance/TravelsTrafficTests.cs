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
    public async Task Row_037_038_without_configuration_versions_share_evenly()
    {
        Assert.Equal("v1 v2 v3", await mesh.KubectlAsync("get", "pods", "-n", "travel-agency", "-l", "app=travels", "--sort-by=.metadata.name", "-o", "jsonpath={.items[*].metadata.labels.version}"));
        var shares = await SharesAsync(await ControlAsync(), 300, shares => shares.All(share => share > 0));

        Assert.All(shares, share => Assert.InRange(share, 0.28, 0.39));
    }

    [Fact]
    public async Task Row_043_to_046_routes_by_header_and_no_route_is_404()
    {
        await using var routing = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "043-request-routing.yaml");
        var control = await ControlAsync();
        await Eventually.Async(() => control.GetAsync(Travels), answer => answer.Status == 404, Cancellation);
        var before = await control.AtRestAsync();
        foreach (var (portal, version) in new[] { ("travels.uk", "v1"), ("viaggi.it", "v2"), ("voyages.fr", "v3") })
        {
            await control.GetManyAsync(20, Travels, headers: ("portal", portal));
            await control.MetricsAsync(after => Between(before, after, ("destination_version", version), ("response_code", "200")) == 20);
        }

        await control.GetManyAsync(5, Travels);
        await control.MetricsAsync(after => Delta(before, after, Requests, ("reporter", "source"), ("response_code", "404"), ("response_flags", "NR")) == 5);

        // Row 46: the portals say by themselves who they are.
        var voyages = await mesh.PodAsync("travel-portal", "app=voyages");
        var calm = await voyages.MetricsAsync();
        var later = await Eventually.Async(voyages.MetricsAsync, metrics => Between(calm, metrics, ("destination_version", "v3")) >= 3, Cancellation);
        Assert.Equal(0, Between(calm, later, ("destination_version", "v1")) + Between(calm, later, ("destination_version", "v2")));

        // Row 44: no request fits two of the rules, so that their order says nothing.
        await using var reversed = await mesh.ApplyRowAsync("044-request-routing-reversed.yaml");
        var turned = await control.AtRestAsync();
        await control.GetManyAsync(20, Travels, headers: ("portal", "viaggi.it"));
        await control.GetManyAsync(20, Travels, headers: ("portal", "travels.uk"));
        await control.MetricsAsync(end => (Between(turned, end, ("destination_version", "v1")), Between(turned, end, ("destination_version", "v2"))) == (20, 20));
    }

    [Fact]
    public async Task Row_050_to_055_a_delay_is_seen_at_the_source_only()
    {
        await using var fault = await mesh.ApplyRowAsync("050-fault-delay.yaml");
        var control = await ControlAsync();
        var hotels = await mesh.PodAsync("travel-agency", "app=hotels");
        await Eventually.Async(() => control.GetAsync(Hotels), answer => answer.Duration > TimeSpan.FromSeconds(4), Cancellation);
        var (source, destination) = (await control.AtRestAsync(), await hotels.MetricsAsync());

        var answer = await control.GetAsync(Hotels);

        Assert.Equal(200, answer.Status);
        Assert.InRange(answer.Duration.TotalSeconds, 5, 7);
        const string sum = "istio_request_duration_milliseconds_sum";
        await control.MetricsAsync(after => Delta(source, after, sum, ("reporter", "source"), ("destination_app", "hotels")) is >= 5000 and <= 7000);
        Assert.InRange(Delta(destination, await hotels.MetricsAsync(), sum, ("reporter", "destination"), ("source_app", "control")), 0, 2000);

        // Rows 53 and 54: whoever waits for hotels is slower by as much, and none of them fails.
        var travels = await control.GetAsync(Travels);
        Assert.Equal(200, travels.Status);
        Assert.True(travels.Duration > TimeSpan.FromSeconds(5), $"{travels.Duration}");

        // Row 55
        await mesh.KubectlAsync("patch", "virtualservice", "hotels", "-n", "travel-agency", "--type=json", "-p", """[{"op": "replace", "path": "/spec/http/0/fault/delay/fixedDelay", "value": "3s"}]""");
        await Eventually.Async(() => control.GetAsync(Hotels), answer => answer.Duration.TotalSeconds is > 3 and < 5, Cancellation);
        await fault.DisposeAsync();
        await Eventually.Async(() => control.GetAsync(Hotels), answer => answer.Duration.TotalSeconds < 3, Cancellation);
    }

    [Fact]
    public async Task Row_057_to_060_traffic_is_shifted_80_10_10()
    {
        await using var shifting = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "057-traffic-shifting.yaml");
        var control = await ControlAsync();
        var shares = await SharesAsync(control, 500, shares => shares[0] > 0.6);

        // Four standard deviations of 500 draws.
        Assert.InRange(shares[0], 0.80 - 0.072, 0.80 + 0.072);
        Assert.InRange(shares[1], 0.10 - 0.054, 0.10 + 0.054);
        Assert.InRange(shares[2], 0.10 - 0.054, 0.10 + 0.054);

        // Row 60: an update moves everybody, and without a rule the versions share again.
        await WeightsAsync("http", "travels", 0, 100, 0);
        Assert.Equal(new double[] { 0, 1, 0 }, await SharesAsync(control, 40, shares => shares[1] == 1));
        await shifting.DisposeAsync();
        await SharesAsync(control, 40, shares => shares.All(share => share > 0));
    }

    [Fact]
    public async Task Row_061_to_065_tcp_connections_are_shifted_80_10_10()
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

        // Row 65
        await WeightsAsync("tcp", "mysqldb", 0, 100, 0);
        await Eventually.Async(() => DrawAsync(20), drawn => drawn is [0, >= 20, 0], Cancellation);
        await shifting.DisposeAsync();
        await Eventually.Async(() => DrawAsync(40), drawn => drawn.All(connections => connections > 0), Cancellation);
    }

    [Fact]
    public async Task Row_066_to_071_only_voyages_runs_into_its_timeout()
    {
        await using var fault = await mesh.ApplyRowAsync("050-fault-delay.yaml");
        await using var routing = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "068-request-timeout.yaml");
        var control = await ControlAsync();

        var late = await Eventually.Async(() => control.GetAsync(Travels, ("portal", "voyages.fr")), answer => answer.Status == 504, Cancellation);
        var slow = await Eventually.Async(() => control.GetAsync(Travels, ("portal", "viaggi.it")), answer => answer.Duration > TimeSpan.FromSeconds(4), Cancellation);

        Assert.InRange(late.Duration.TotalSeconds, 1.9, 4);
        Assert.Equal("upstream request timeout", late.Body);
        Assert.Equal(200, slow.Status);
        await control.MetricsAsync(metrics => metrics.Sum(Requests, ("reporter", "source"), ("response_code", "504"), ("response_flags", "UT")) > 0);

        // Row 71
        await routing.DisposeAsync();
        await Eventually.Async(() => control.GetAsync(Travels, ("portal", "voyages.fr")), answer => answer.Status == 200, Cancellation);
    }

    [Fact]
    public async Task Row_072_073_075_to_079_088_the_load_tester_is_served_then_limited_then_served_and_then_gone()
    {
        await using var manifest = await mesh.ApplyDemoAsync("Travels/manifests-later/travel_loadtester.yaml");
        var tester = await mesh.PodAsync("travel-portal", "app=loadtester");

        // Rows 72 and 73: fifty connections at once, and nobody is refused.
        var start = await Eventually.Async(tester.MetricsAsync, metrics => Served(metrics) > 0, Cancellation);
        var calm = await Eventually.Async(tester.MetricsAsync, metrics => Served(metrics) - Served(start) > 100, Cancellation);
        Assert.Equal(Refused(start), Refused(calm));
        const string bytes = "istio_response_bytes";
        (string, string)[] fine = [("reporter", "source"), ("destination_app", "travels"), ("response_code", "200")];
        Assert.InRange(Delta(start, calm, bytes + "_sum", fine) / Delta(start, calm, bytes + "_count", fine), 1_000, 10_000);

        // Rows 75 to 78: most find the one connection taken, some do not.
        await using var breaker = await mesh.ApplyRowAsync("074-circuit-breaker.yaml");
        var limited = await Eventually.Async(tester.MetricsAsync, metrics => Refused(metrics) - Refused(calm) > 20, Cancellation);
        var before = limited;
        limited = await Eventually.Async(tester.MetricsAsync, metrics => Refused(metrics) > Refused(before) && Served(metrics) > Served(before), Cancellation);
        Assert.Equal(0, Delta(before, limited, Requests, ("reporter", "source"), ("destination_service_name", "travels"), ("response_code", "503"), ("response_flags", "-")));

        // Row 79
        await breaker.DisposeAsync();
        await Eventually.Async(
            async () =>
            {
                var first = await tester.MetricsAsync();
                return (First: first, Second: await Eventually.Async(tester.MetricsAsync, metrics => Served(metrics) - Served(first) > 60, Cancellation));
            },
            seen => Refused(seen.First) == Refused(seen.Second),
            Cancellation);

        // Row 88
        await manifest.DisposeAsync();
        await Eventually.Async(() => mesh.KubectlAsync("get", "pods", "-n", "travel-portal", "-l", "app=loadtester", "-o", "name"), pods => pods.Length == 0, Cancellation);
    }

    [Fact]
    public async Task Row_074_to_077_the_circuit_breaker_refuses_at_the_source()
    {
        await using var breaker = await mesh.ApplyRowAsync("074-circuit-breaker.yaml");
        var control = await ControlAsync();
        await Eventually.Async(() => control.GetManyAsync(50, Travels, atOnce: 50), answers => answers.Any(answer => answer.Status == 503), Cancellation);
        var pods = await Task.WhenAll(Versions.Select(version => mesh.PodAsync("travel-agency", $"app=travels,version={version}")));
        var (before, arrivedBefore) = (await control.AtRestAsync(), await ArrivedAsync());

        var answers = await control.GetManyAsync(200, Travels, atOnce: 50);

        var refused = answers.Count(answer => answer.Status == 503);
        Assert.InRange(refused, 1, 199);
        Assert.All(answers.Where(answer => answer.Status == 503), answer => Assert.Equal("true", answer.Headers.GetValueOrDefault("x-envoy-overloaded")));
        await control.MetricsAsync(after => (Between(before, after, ("response_code", "503"), ("response_flags", "UO")), Between(before, after, ("response_code", "200"))) == (refused, 200 - refused));

        // Row 77: those who serve know of those whom they served only.
        await Eventually.Async(ArrivedAsync, arrived => arrived - arrivedBefore == 200 - refused, Cancellation);

        async Task<double> ArrivedAsync() => (await Task.WhenAll(pods.Select(pod => pod.MetricsAsync()))).Sum(FromControl);
    }

    [Fact]
    public async Task Row_080_to_087_mirrored_requests_are_the_destinations_only()
    {
        await using var mirroring = await mesh.ApplyRowAsync("travels-destination-rule.yaml", "080-mirroring.yaml");
        var control = await ControlAsync();
        var shadow = await mesh.PodAsync("travel-agency", "app=travels,version=v3");
        await Eventually.Async(
            async () => (await control.GetManyAsync(10, Travels), await shadow.MetricsAsync()),
            seen => FromControl(seen.Item2) > 0,
            Cancellation);
        var (source, destination) = (await control.AtRestAsync(), await shadow.MetricsAsync());

        await control.GetManyAsync(300, Travels);

        var after = await control.AtRestAsync();
        Assert.Equal(300, Between(source, after));
        Assert.Equal(0, Between(source, after, ("destination_version", "v3")));
        Assert.InRange(Between(source, after, ("destination_version", "v1")) / 300, 0.80 - 0.095, 0.80 + 0.095);
        Assert.InRange(Between(source, after, ("destination_version", "v2")) / 300, 0.20 - 0.095, 0.20 + 0.095);
        var mirrored = await Eventually.Async(
            async () => FromControl(await shadow.MetricsAsync()) - FromControl(destination),
            count => count > 300 * (0.50 - 0.12),
            Cancellation);
        Assert.InRange(mirrored / 300, 0.50 - 0.12, 0.50 + 0.12);

        // Row 87: an update mirrors every request, and without the objects version 3 has a share of its own again.
        await mesh.KubectlAsync("patch", "virtualservice", "travels", "-n", "travel-agency", "--type=json", "-p", """[{"op": "replace", "path": "/spec/http/0/mirrorPercentage/value", "value": 100}]""");
        await Eventually.Async(
            async () =>
            {
                var seen = FromControl(await shadow.AtRestAsync("destination"));
                await control.GetManyAsync(20, Travels);
                return FromControl(await shadow.AtRestAsync("destination")) - seen;
            },
            count => count == 20,
            Cancellation);
        await mirroring.DisposeAsync();
        await SharesAsync(control, 40, shares => shares.All(share => share > 0));
    }

    /// <summary>What the load tester's own proxy has counted as answered by travels, and as refused by itself.</summary>
    private static double Served(ProxyMetrics metrics) => metrics.Sum(Requests, ("reporter", "source"), ("destination_service_name", "travels"), ("response_code", "200"));

    private static double Refused(ProxyMetrics metrics) => metrics.Sum(Requests, ("reporter", "source"), ("destination_service_name", "travels"), ("response_code", "503"), ("response_flags", "UO"));

    /// <summary>Changes the weights of a VirtualService's first route, as a wizard's update does.</summary>
    private Task<string> WeightsAsync(string protocol, string name, params int[] weights) => mesh.KubectlAsync(
        "patch", "virtualservice", name, "-n", "travel-agency", "--type=json", "-p",
        $"[{string.Join(',', weights.Select((weight, index) => $$"""{"op": "replace", "path": "/spec/{{protocol}}/0/route/{{index}}/weight", "value": {{weight}}}"""))}]");

    private static double FromControl(ProxyMetrics metrics) => metrics.Sum(Requests, ("reporter", "destination"), ("source_app", "control"));

    /// <summary>Shares of the versions of travels among calls, once the configuration is seen to work.</summary>
    private static async Task<double[]> SharesAsync(MeshPod caller, int calls, Func<double[], bool> works)
    {
        async Task<double[]> DrawAsync(int count)
        {
            var before = await caller.MetricsAsync();
            await caller.GetManyAsync(count, Travels);
            // While the configuration changes, some may find no cluster and be counted elsewhere.
            var after = await caller.AtRestAsync();
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
