using System.Text.RegularExpressions;

namespace Weft.EndToEnd.Acceptance;

/// <summary><c>weft proxy-config</c> and <c>weft proxy-status</c> on a running mesh, through its API server.</summary>
[Collection(DemoCollection.Name)]
public sealed partial class ProxyConfigTests(DemoMesh mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<MeshPod> CurlAsync() => mesh.PodAsync("test-ext-svc", "app=curl");

    [Fact]
    public async Task Row_150_the_clusters_of_a_caller_of_an_external_host()
    {
        var curl = await CurlAsync();
        await using var entry = await mesh.ApplyDemoAsync("External/manifests-later/service-entry.yaml");

        var lines = await Eventually.Async(
            () => LinesAsync("proxy-config", "cluster", $"{curl.Name}.{curl.Namespace}"),
            lines => lines.Contains("httpbin.org|443|-|outbound|STRICT_DNS|"),
            Cancellation);

        Assert.Equal("SERVICE FQDN|PORT|SUBSET|DIRECTION|TYPE|DESTINATION RULE", lines[0]);
        foreach (var line in (string[])["BlackHoleCluster|-|-|-|STATIC|", "InboundPassthroughCluster|-|-|-|ORIGINAL_DST|", "PassthroughCluster|-|-|-|ORIGINAL_DST|", "httpbin.org|80|-|outbound|STRICT_DNS|"])
        {
            Assert.Contains(line, lines);
        }

        var filtered = await LinesAsync("proxy-config", "cluster", curl.Name, "-n", curl.Namespace, "--fqdn", "httpbin.org", "--port", "443", "--direction", "outbound");
        Assert.Equal(["SERVICE FQDN|PORT|SUBSET|DIRECTION|TYPE|DESTINATION RULE", "httpbin.org|443|-|outbound|STRICT_DNS|"], filtered);
    }

    [Fact]
    public async Task Row_151_the_endpoints_of_an_external_host_are_its_two_addresses_on_both_ports()
    {
        var curl = await CurlAsync();
        await using var entry = await mesh.ApplyDemoAsync("External/manifests-later/service-entry.yaml");

        var lines = await Eventually.Async(
            async () => (await LinesAsync("proxy-config", "endpoint", $"{curl.Name}.{curl.Namespace}")).Where(line => line.StartsWith("ENDPOINT", StringComparison.Ordinal) || line.EndsWith("||httpbin.org", StringComparison.Ordinal)).ToArray(),
            lines => lines.Length == 5,
            Cancellation);

        Assert.Equal("ENDPOINT|STATUS|OUTLIER CHECK|CLUSTER", lines[0]);
        Assert.All(lines[1..], line => Assert.Matches(@"^127\.\d+\.\d+\.\d+:(80|443)\|HEALTHY\|OK\|outbound\|\1\|\|httpbin\.org$", line));
        Assert.Equal(2, lines[1..].Select(line => line.Split(':')[0]).Distinct().Count());
        Assert.Equal(2, (await LinesAsync("proxy-config", "endpoint", $"{curl.Name}.{curl.Namespace}", "--cluster", "outbound|80||httpbin.org", "--status", "healthy")).Length - 1);
    }

    [Fact]
    public async Task Every_kind_is_shown_in_every_form()
    {
        var curl = await CurlAsync();
        foreach (var kind in (string[])["cluster", "listener", "route", "endpoint", "bootstrap", "secret", "ecds", "all"])
        {
            Assert.NotEmpty((await WeftAsync("proxy-config", kind, $"{curl.Name}.{curl.Namespace}")).Succeeded());
            var json = (await WeftAsync("proxy-config", kind, $"{curl.Name}.{curl.Namespace}", "-o", "json")).Succeeded();
            Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(json));
        }

        Assert.Contains("- ", (await WeftAsync("proxy-config", "cluster", $"{curl.Name}.{curl.Namespace}", "-o", "yaml")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_proxy_counts_is_shown_in_every_form()
    {
        var curl = await CurlAsync();
        async Task<string> StatsAsync(params string[] options) => (await WeftAsync(["proxy-config", "envoy-stats", $"{curl.Name}.{curl.Namespace}", .. options])).Succeeded();

        Assert.Matches(@"^(\S.*: .*\n)+$", await StatsAsync());
        Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(await StatsAsync("-o", "json"))!["stats"]);
        Assert.Contains("stats:\n", await StatsAsync("-o", "yaml"), StringComparison.Ordinal);
        Assert.Contains("# TYPE ", await StatsAsync("-o", "prom"), StringComparison.Ordinal);
        Assert.Contains("# TYPE ", await StatsAsync("-o", "prom-merged"), StringComparison.Ordinal);
        Assert.Contains("PassthroughCluster::", await StatsAsync("--type", "clusters"), StringComparison.Ordinal);
        Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(await StatsAsync("--type", "clusters", "-o", "json"))!["cluster_statuses"]);
        Assert.NotEqual(0, (await WeftAsync("proxy-config", "envoy-stats", curl.Name, "--type", "listeners")).ExitCode);
    }

    [Fact]
    public async Task Two_proxies_of_the_mesh_trust_the_same_root()
    {
        var curl = await CurlAsync();
        var control = await mesh.PodAsync("travel-control", "app=control");

        var told = (await WeftAsync("proxy-config", "rootca-compare", $"{curl.Name}.{curl.Namespace}", $"{control.Name}.{control.Namespace}")).Succeeded();
        var versions = await LinesAsync("proxy-config", "bootstrap", $"{curl.Name}.{curl.Namespace}", "-o", "short");
        var routes = await LinesAsync("proxy-config", "route", $"{curl.Name}.{curl.Namespace}", "--verbose=false");

        Assert.Equal($"Both [{curl}] and [{control}] have the identical ROOTCA, theoretically the connectivity between them is available\n", told);
        Assert.Contains("1.30.1", versions[0], StringComparison.Ordinal);
        Assert.Equal("NAME|VIRTUAL HOSTS", routes[0]);
    }

    [Fact]
    public async Task Log_levels_are_shown_set_and_reset()
    {
        var name = $"{(await CurlAsync()).Name}.test-ext-svc";

        Assert.StartsWith($"{name}:\nactive loggers:\n", (await WeftAsync("proxy-config", "log", name)).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("  upstream: debug\n", (await WeftAsync("proxy-config", "log", name, "--level", "upstream:debug,router:info")).Succeeded(), StringComparison.Ordinal);
        Assert.DoesNotContain("debug", (await WeftAsync("proxy-config", "log", name, "--level", "info")).Succeeded(), StringComparison.Ordinal);
        var wrong = await WeftAsync("proxy-config", "log", name, "--level", "loud");
        Assert.Equal(64, wrong.ExitCode);
        Assert.StartsWith("weft: unrecognized logging level: loud", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxys_status_is_listed_and_compared()
    {
        var curl = await CurlAsync();

        var all = await LinesAsync("proxy-status");
        var here = await LinesAsync("proxy-status", "-n", curl.Namespace);
        var compared = await Eventually.Async(
            async () => (await WeftAsync("proxy-status", $"{curl.Name}.{curl.Namespace}")).Succeeded(),
            text => !text.Contains("Don't", StringComparison.Ordinal),
            Cancellation);

        Assert.Equal("NAME|CLUSTER|ISTIOD|VERSION|SUBSCRIBED TYPES", all[0]);
        Assert.Contains(all, line => line.StartsWith($"{curl.Name}.{curl.Namespace}|Kubernetes|istiod-", StringComparison.Ordinal));
        Assert.True(all.Length > 10);
        Assert.Equal(2, here.Length);
        Assert.Matches(@"^Clusters Match\nListeners Match\nRoutes Match", compared);
    }

    [Fact]
    public async Task Who_asks_for_what_is_not_there_is_told_in_one_line()
    {
        var pod = await WeftAsync("proxy-config", "cluster", "nobody.test-ext-svc");
        var kind = await WeftAsync("proxy-config", "nonsense");
        var plain = await WeftAsync("proxy-config", "cluster", (await mesh.PodAsync("istio-system", "app.kubernetes.io/name=prometheus")).Name + ".istio-system");

        Assert.Equal((69, "weft: unable to retrieve Pod: pods \"nobody.test-ext-svc\" not found\n"), (pod.ExitCode, pod.Error));
        Assert.NotEqual(0, kind.ExitCode);
        Assert.Equal(69, plain.ExitCode);
        Assert.Contains("does not answer on port 15000 (has it a sidecar?)", plain.Error, StringComparison.Ordinal);
    }

    /// <summary>A table's lines, their cells joined by bars.</summary>
    private async Task<string[]> LinesAsync(params string[] arguments) =>
        [.. (await WeftAsync(arguments)).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Gap().Replace(line, "|"))];

    private Task<ShellResult> WeftAsync(params string[] arguments) =>
        Shell.RunAsync(WeftProcess.Program, [.. arguments, "--kubeconfig", mesh.Weft.Kubeconfig], null, Cancellation);

    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap();
}
