using System.Text.Json.Nodes;

namespace Weft.EndToEnd.Acceptance;

/// <summary>The Travels tutorial's part "Secure": what "Create Traffic Policies" writes lets the demo work and keeps the load tester out.</summary>
[Collection(DemoCollection.Name)]
public sealed class TravelsSecurityTests(DemoMesh mesh)
{
    private const string Travels = "http://travels.travel-agency:8000/travels";
    private const string Requests = "istio_requests_total";

    private static readonly string[] Versions = ["v1", "v2", "v3"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_089_090_principals_of_both_sides_are_spiffe_names()
    {
        var travels = await mesh.PodAsync("travel-agency", "app=travels,version=v1");
        var metrics = await travels.MetricsAsync(metrics =>
            metrics.Sum(
                Requests,
                ("reporter", "destination"),
                ("source_workload_namespace", "travel-portal"),
                ("source_principal", "spiffe://cluster.local/ns/travel-portal/sa/default"),
                ("destination_principal", "spiffe://cluster.local/ns/travel-agency/sa/default"),
                ("connection_security_policy", "mutual_tls")) > 0);

        Assert.Equal(0, metrics.Sum(Requests, ("reporter", "destination"), ("source_workload_namespace", "travel-portal"), ("connection_security_policy", "none")));
    }

    [Fact]
    public async Task Row_091_to_099_101_only_who_is_named_gets_in()
    {
        await using var loadtester = await mesh.ApplyDemoAsync("Travels/manifests-later/travel_loadtester.yaml");
        await using var policies = await mesh.ApplyRowAsync("091-traffic-policies.yaml");
        var stranger = await mesh.PodAsync("travel-portal", "app=loadtester");
        var friend = await mesh.PodAsync("travel-control", "app=control");

        // Rows 94 to 96: the stranger is refused with Istio's words, at the destination.
        var refused = await Eventually.Async(() => stranger.GetManyAsync(12, Travels), answers => answers.All(answer => answer.Status == 403), Cancellation);
        Assert.All(refused, answer => Assert.Equal("RBAC: access denied", answer.Body));
        await Eventually.Async(
            () => mesh.KubectlAsync("logs", "-n", "travel-agency", "-l", "app=travels", "-c", "istio-proxy", "--tail=400"),
            log => log.Contains("rbac_access_denied_matched_policy[none]", StringComparison.Ordinal),
            Cancellation);
        await Eventually.Async(
            () => mesh.KubectlAsync("logs", "-n", "travel-portal", "-l", "app=loadtester", "-c", "istio-proxy", "--tail=100"),
            own => own.Contains("\"GET /travels HTTP/1.1\" 403 - via_upstream - \"-\" 0 19 ", StringComparison.Ordinal),
            Cancellation);
        var shut = await stranger.MetricsAsync();
        await stranger.GetManyAsync(12, Travels);
        var still = await stranger.MetricsAsync();
        Assert.Equal(0, Versions.Sum(version => Between(shut, still, version, "200")));
        Assert.True(Versions.Sum(version => Between(shut, still, version, "403")) >= 12);

        // Row 93: the demo goes on, and so does its TCP to mysqldb, which a policy with principals only admits.
        var answers = await friend.GetManyAsync(12, Travels);
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.All(answers, answer => Assert.Equal(45, JsonNode.Parse(answer.Body)!.AsArray().Count));

        // Rows 97 to 99: one principal more in one policy opens one version.
        await using var admitted = await mesh.ApplyRowAsync("097-loadtester-admitted-to-v1.yaml");
        await Eventually.Async(() => stranger.GetManyAsync(12, Travels), some => some.Any(answer => answer.Status == 200), Cancellation);
        var before = await stranger.MetricsAsync();
        await stranger.GetManyAsync(60, Travels);
        var after = await stranger.MetricsAsync();
        Assert.True(Between(before, after, "v1", "200") > 0);
        Assert.Equal(0, Between(before, after, "v1", "403"));
        foreach (var closed in new[] { "v2", "v3" })
        {
            Assert.True(Between(before, after, closed, "403") > 0);
            Assert.Equal(0, Between(before, after, closed, "200"));
        }

        // Row 101
        await admitted.DisposeAsync();
        await policies.DisposeAsync();
        await Eventually.Async(() => stranger.GetManyAsync(12, Travels), some => some.All(answer => answer.Status == 200), Cancellation);
    }

    [Fact]
    public async Task Row_092_100_a_sidecar_resource_leaves_its_workload_the_named_clusters_only()
    {
        await using var policies = await mesh.ApplyRowAsync("091-traffic-policies.yaml");
        var cars = await mesh.PodAsync("travel-agency", "app=cars");
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{cars.Address}:15000/") };

        var clusters = await Eventually.Async(
            async () => string.Join('\n', (await admin.GetStringAsync("clusters", Cancellation)).Split('\n')
                .Select(line => line.Split("::")[0])
                .Where(name => name.StartsWith("outbound|", StringComparison.Ordinal) && name.EndsWith(".travel-agency.svc.cluster.local", StringComparison.Ordinal))
                .Distinct().Order(StringComparer.Ordinal)),
            names => names.Split('\n').Length == 2,
            Cancellation);

        Assert.Equal("outbound|3306||mysqldb.travel-agency.svc.cluster.local\noutbound|8000||discounts.travel-agency.svc.cluster.local", clusters);
    }

    private static double Between(ProxyMetrics before, ProxyMetrics after, string version, string code)
    {
        (string, string)[] labels = [("reporter", "source"), ("destination_service_name", "travels"), ("destination_version", version), ("response_code", code)];
        return after.Sum(Requests, labels) - before.Sum(Requests, labels);
    }
}
