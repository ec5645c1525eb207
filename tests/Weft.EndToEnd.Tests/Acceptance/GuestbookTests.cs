namespace Weft.EndToEnd.Acceptance;

/// <summary>The Guestbook behind the ingress gateway, with the YAML of its document.</summary>
[Collection(DemoCollection.Name)]
public sealed class GuestbookTests(DemoMesh mesh)
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
    public async Task Row_169_subsets_fail_without_their_rule_and_share_70_30_with_it()
    {
        await using var third = await ThirdStepAsync(Istio + "gateway.yaml", Istio + "virtual-service-subsets.yaml");
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
        Assert.InRange(int.Parse(delayed.Headers["x-envoy-upstream-service-time"], System.Globalization.CultureInfo.InvariantCulture), 0, 5000);

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
