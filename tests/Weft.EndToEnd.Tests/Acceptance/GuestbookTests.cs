using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.EndToEnd.Acceptance;

/// <summary>The Guestbook behind the ingress gateway, with the YAML of its document.</summary>
[Collection(DemoCollection.Name)]
public sealed partial class GuestbookTests(DemoMesh mesh)
{
    private const string Istio = "Guestbook/manifests-later/istio/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_014_the_ingress_gateway_is_a_load_balancer_with_istios_ports()
    {
        var service = await mesh.KubectlAsync("get", "service", "istio-ingressgateway", "-n", "istio-system", "-o", "jsonpath={.spec.type} {.status.loadBalancer.ingress[0].ip} {.spec.ports[*].port}");

        Assert.Equal("LoadBalancer 127.0.0.1 15021 80 443 31400 15443", service);
    }

    [Fact]
    public async Task Row_160_to_162_every_pod_has_its_sidecar_and_nobody_outside_gets_in()
    {
        Assert.Equal("enabled", await mesh.KubectlAsync("get", "namespace", "guestbook", "-o", "jsonpath={.metadata.labels.istio-injection}"));
        Assert.Equal("1/1 1/1 2/2", await mesh.KubectlAsync("get", "deployments", "-n", "guestbook", "-o", "go-template={{range $i, $d := .items}}{{if $i}} {{end}}{{$d.status.readyReplicas}}/{{$d.spec.replicas}}{{end}}"));
        Assert.Equal(4, (await mesh.KubectlAsync("get", "pods", "-n", "guestbook", "--no-headers")).Split('\n').Count(line => line.Contains(" 2/2 ", StringComparison.Ordinal)));
        Assert.Contains("istio-proxy:", await mesh.KubectlAsync("describe", "pod", "-n", "guestbook", "-l", "app=guestbook"), StringComparison.Ordinal);

        Assert.NotEqual(200, (await GetAsync("/")).Status);
    }

    [Fact]
    public async Task Row_174_the_proxys_log_tells_tcp_connections_to_both_slaves_in_envoys_form()
    {
        await using var gateway = await mesh.ApplyDemoAsync(Istio + "gateway.yaml", Istio + "virtual-service.yaml");
        await Eventually.Async(() => GetAsync("/"), answer => answer.Status == 200, Cancellation);
        var frontend = await mesh.PodAsync("guestbook", "app=guestbook,version=v1");

        // A read of the page opens a connection to a slave, a write one to the master.
        var slaves = await Eventually.Async(
            async () =>
            {
                await GetAsync("/guestbook.php?cmd=get&key=messages");
                await GetAsync("/guestbook.php?cmd=set&key=messages&value=,hello");
                var log = await mesh.KubectlAsync("logs", "-n", "guestbook", frontend.Name, "istio-proxy");
                return log.Split('\n').Where(line => Regex.IsMatch(line, "inbound|outbound")).Select(line => SlaveLine().Match(line)).Where(match => match.Success).ToArray();
            },
            lines => lines.Select(line => line.Groups["endpoint"].Value).Distinct().Count() == 2,
            Cancellation);

        Assert.All(slaves, line => Assert.True(int.Parse(line.Groups["received"].Value, CultureInfo.InvariantCulture) > 0 && int.Parse(line.Groups["sent"].Value, CultureInfo.InvariantCulture) > 0));
    }

    [Fact]
    public async Task Row_163_to_165_the_gateway_serves_the_page()
    {
        await using var gateway = await mesh.ApplyDemoAsync(Istio + "gateway.yaml");
        Assert.Equal(404, (await Eventually.Async(() => GetAsync("/"), answer => answer.Status == 404, Cancellation)).Status);

        await using var route = await mesh.ApplyDemoAsync(Istio + "virtual-service.yaml");
        var answer = await Eventually.Async(() => GetAsync("/"), answer => answer.Status == 200, Cancellation);

        Assert.Equal("istio-envoy", answer.Headers["server"]);
        Assert.True(int.TryParse(answer.Headers["x-envoy-upstream-service-time"], out _));
        Assert.Contains("<title>Guestbook</title>", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_166_the_first_match_wins_and_the_uri_is_rewritten()
    {
        await using var second = await mesh.ApplyDemoAsync("Guestbook/manifests-later/step_2", Istio + "gateway.yaml", Istio + "virtual-service-by-uri.yaml");

        var v2 = await Eventually.Async(() => GetAsync("/v2"), answer => answer.Status == 200, Cancellation);

        Assert.Contains("Guestbook V2", v2.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Guestbook V2", (await GetAsync("/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_167_a_header_chooses_the_version()
    {
        await using var second = await mesh.ApplyDemoAsync("Guestbook/manifests-later/step_2", Istio + "gateway.yaml", Istio + "virtual-service-by-header.yaml");

        await Eventually.Async(() => GetAsync("/", ("source", "terminal")), answer => answer.Body.Contains("Guestbook V2", StringComparison.Ordinal), Cancellation);

        Assert.DoesNotContain("Guestbook V2", (await GetAsync("/", ("source", "x-terminal"))).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Guestbook V2", (await GetAsync("/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_168_169_subsets_fail_without_their_rule_and_share_70_30_with_it()
    {
        await using var third = await ThirdStepAsync(Istio + "gateway.yaml", Istio + "virtual-service-subsets.yaml");
        await Eventually.Async(
            () => mesh.KubectlAsync("get", "endpointslices", "-n", "guestbook", "-l", "kubernetes.io/service-name=frontend-internal", "-o", "jsonpath={.items[*].endpoints[*].targetRef.name}"),
            pods => pods.Split(' ').Select(pod => pod.Split('-')[1]).Order(StringComparer.Ordinal).SequenceEqual(["v1", "v3"]),
            Cancellation);
        await Eventually.Async(() => GetAsync("/"), answer => answer.Status == 503, Cancellation);

        await using var rule = await mesh.ApplyDemoAsync(Istio + "destination-rule.yaml");
        await Eventually.Async(() => GetAsync("/"), answer => answer.Status == 200, Cancellation);
        var gateway = await mesh.PodAsync("istio-system", "istio=ingressgateway");
        var before = await gateway.MetricsAsync();
        for (var call = 0; call < 300; call++)
        {
            await GetAsync("/");
        }

        var after = await gateway.MetricsAsync();
        Assert.InRange(Version(before, after, "v3") / 300, 0.70 - 0.11, 0.70 + 0.11);
        Assert.InRange(Version(before, after, "v1") / 300, 0.30 - 0.11, 0.30 + 0.11);
    }

    [Fact]
    public async Task Row_170_171_the_delay_of_the_old_percent_field_and_the_timeout_that_replaces_it()
    {
        await using var third = await ThirdStepAsync(Istio + "gateway.yaml", Istio + "destination-rule.yaml", Istio + "virtual-service-delay.yaml");
        var delayed = await Eventually.Async(() => GetAsync("/"), answer => answer.Duration > TimeSpan.FromSeconds(9), Cancellation);
        Assert.Equal(200, delayed.Status);
        Assert.InRange(int.Parse(delayed.Headers["x-envoy-upstream-service-time"], CultureInfo.InvariantCulture), 0, 5000);

        await using var timeout = await mesh.ApplyDemoAsync(Istio + "virtual-service-timeout.yaml");
        await Eventually.Async(() => GetAsync("/"), answer => answer.Status == 200 && answer.Duration < TimeSpan.FromSeconds(2), Cancellation);
    }

    private async Task<IAsyncDisposable> ThirdStepAsync(params string[] paths) =>
        new ThirdStep(mesh, await mesh.ApplyDemoAsync(["Guestbook/manifests-later/step_3", .. paths]));

    private static double Version(ProxyMetrics before, ProxyMetrics after, string version)
    {
        (string, string)[] labels = [("reporter", "source"), ("destination_version", version), ("response_code", "200")];
        return after.Sum("istio_requests_total", labels) - before.Sum("istio_requests_total", labels);
    }

    /// <summary>Envoy's default format of a TCP connection: times, bytes both ways, the endpoint, the cluster, the addresses, the name that TLS asked for.</summary>
    [GeneratedRegex("""^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] "- - -" 0 - - - "-" (?<received>\d+) (?<sent>\d+) \d+ - "-" "-" "-" "-" "(?<endpoint>127\.\d+\.\d+\.\d+:6379)" outbound\|6379\|\|redis-slave\.guestbook\.svc\.cluster\.local 127\.[\d.:]+ 127\.[\d.]+:6379 127\.[\d.:]+ - -$""")]
    private static partial Regex SlaveLine();

    /// <summary>A visitor's request through the ingress gateway.</summary>
    private Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        Visitor.GetAsync(new Uri(mesh.Ingress, path), [("Host", "guestbook.lvh.me"), .. headers]);

    /// <summary>Step 3 redefines a Service of step 1, which goes with it and is brought back.</summary>
    private sealed class ThirdStep(DemoMesh mesh, IAsyncDisposable applied) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await applied.DisposeAsync();
            await mesh.KubectlAsync("apply", "-f", Path.Combine(WeftProcess.Repository, "demos/Weft.Demos/Guestbook/manifests/10-guestbook.yaml"));
        }
    }
}
