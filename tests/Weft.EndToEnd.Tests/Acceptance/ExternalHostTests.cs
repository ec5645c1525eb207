namespace Weft.EndToEnd.Acceptance;

/// <summary>Traffic that leaves the mesh: curl to httpbin.org, and Bookinfo's details to Google's book API.</summary>
[Collection(DemoCollection.Name)]
public sealed class ExternalHostTests(DemoMesh mesh)
{
    private const string Requests = "istio_requests_total";
    private const string Opened = "istio_tcp_connections_opened_total";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<MeshPod> CurlAsync() => mesh.PodAsync("test-ext-svc", "app=curl");

    [Fact]
    public async Task Row_141_to_146_without_an_entry_https_is_passthrough_tcp()
    {
        var curl = await CurlAsync();
        var before = await curl.MetricsAsync();

        var after = await Eventually.Async(curl.MetricsAsync, metrics => Passthrough(metrics) > Passthrough(before), Cancellation);

        Assert.Equal(before.Sum(Requests, ("destination_service_name", "httpbin.org")), after.Sum(Requests, ("destination_service_name", "httpbin.org")));
    }

    [Fact]
    public async Task Row_148_149_an_entry_names_the_host_by_sni_and_it_stays_tcp()
    {
        var curl = await CurlAsync();
        await using var entry = await mesh.ApplyDemoAsync("External/manifests-later/service-entry.yaml");

        var before = await curl.MetricsAsync();

        var after = await Eventually.Async(curl.MetricsAsync, metrics => Entry(metrics) > Entry(before), Cancellation);

        Assert.Equal(before.Sum(Requests, ("destination_service_name", "httpbin.org")), after.Sum(Requests, ("destination_service_name", "httpbin.org")));
    }

    [Fact]
    public async Task Row_117_https_to_a_host_without_an_entry_is_never_counted_on_another_entry()
    {
        await using var entry = await mesh.ApplyDemoAsync("External/manifests-later/service-entry.yaml");
        var curl = await CurlAsync();
        await Eventually.Async(curl.MetricsAsync, metrics => metrics.Sum(Opened, ("destination_service_name", "httpbin.org")) > 0, Cancellation);
        var before = await curl.MetricsAsync();
        using var client = new HttpClient(new SocketsHttpHandler { Proxy = new System.Net.WebProxy($"http://{curl.Address}:15001"), UseProxy = true });

        // The stand-in's certificate is not trusted here: the connection through the sidecar is what counts.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://www.googleapis.com/books/v1/volumes?q=isbn:1"), Cancellation));

        var after = await Eventually.Async(curl.MetricsAsync, metrics => Passthrough(metrics) > Passthrough(before), Cancellation);
        Assert.Equal(before.Sum(Opened, ("destination_service_name", "www.googleapis.com")), after.Sum(Opened, ("destination_service_name", "www.googleapis.com")));
    }

    [Fact]
    public async Task Row_152_to_155_tls_origination_gives_http_metrics()
    {
        await using var entry = await mesh.ApplyDemoAsync("External/manifests-later/service-entry-tls.yaml", "External/manifests-later/destination-rule-tls.yaml");
        var curl = await CurlAsync();

        var answer = await Eventually.Async(() => curl.GetAsync("http://httpbin.org/headers"), answer => answer.Status == 200, Cancellation);

        Assert.Contains("httpbin.org", answer.Body, StringComparison.Ordinal);
        var metrics = await curl.MetricsAsync();
        Assert.True(metrics.Sum(
            Requests,
            ("reporter", "source"),
            ("destination_service", "httpbin.org"),
            ("destination_service_name", "httpbin.org"),
            ("source_principal", "unknown"),
            ("destination_principal", "unknown"),
            ("source_canonical_revision", "latest"),
            ("response_code", "200")) > 0);
    }

    [Fact]
    public async Task Row_108_to_110_plain_calls_to_google_are_upgraded_to_tls_by_the_sidecar()
    {
        await using var combo = await mesh.ApplyDemoAsync("Bookinfo/manifests-later/external/googleapi-combo.yaml");
        var details = await mesh.PodAsync("bookinfo", "app=details");

        var answer = await Eventually.Async(
            () => details.GetAsync("http://www.googleapis.com/books/v1/volumes?q=isbn:0486424618"),
            answer => answer.Status is 200 or 429,
            Cancellation);

        var metrics = await details.MetricsAsync();
        Assert.True(metrics.Sum(Requests, ("reporter", "source"), ("destination_service_name", "www.googleapis.com"), ("response_code", answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture))) > 0);
    }

    [Fact]
    public async Task Row_147_registry_only_by_a_sidecar_object_leads_to_the_black_hole()
    {
        await using var only = await mesh.ApplyTextAsync("""
            apiVersion: networking.istio.io/v1
            kind: Sidecar
            metadata: {name: default, namespace: test-ext-svc}
            spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
            """);

        await FallsIntoBlackHoleAsync();
    }

    [Fact]
    public async Task Row_147_registry_only_by_the_meshs_configuration_leads_to_the_black_hole()
    {
        var before = await mesh.KubectlAsync("get", "configmap", "istio", "-n", "istio-system", "-o", "jsonpath={.data.mesh}");
        await SetMeshAsync(before + "\noutboundTrafficPolicy: {mode: REGISTRY_ONLY}\n");
        try
        {
            await FallsIntoBlackHoleAsync();
        }
        finally
        {
            await SetMeshAsync(before);
        }

        var curl = await CurlAsync();
        await Eventually.Async(() => curl.GetAsync("http://httpbin.org/status/200"), answer => answer.Status == 200, Cancellation);
    }

    [Fact]
    public async Task Row_157_routes_and_rules_apply_to_external_hosts_which_are_services_of_their_own()
    {
        await using var entries = await mesh.ApplyTextAsync("""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: httpbin, namespace: test-ext-svc}
            spec: {hosts: [httpbin.org], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: google, namespace: test-ext-svc}
            spec: {hosts: [www.googleapis.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: httpbin, namespace: test-ext-svc}
            spec:
              hosts: [httpbin.org]
              http:
              - timeout: 1s
                retries: {attempts: 2, retryOn: 5xx}
                route: [{destination: {host: httpbin.org}}]
            """);
        var curl = await CurlAsync();

        var slow = await Eventually.Async(() => curl.GetAsync("http://httpbin.org/delay/3"), answer => answer.Status == 504, Cancellation);
        Assert.InRange(slow.Duration.TotalSeconds, 0.9, 2.9);
        using var client = new HttpClient(new SocketsHttpHandler { Proxy = new System.Net.WebProxy($"http://{curl.Address}:15001"), UseProxy = true });
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://www.googleapis.com/books/v1/volumes?q=isbn:1"), Cancellation));

        var metrics = await Eventually.Async(curl.MetricsAsync, metrics => metrics.Sum(Opened, ("destination_service_name", "www.googleapis.com")) > 0, Cancellation);
        Assert.True(metrics.Sum(Requests, ("destination_service_name", "httpbin.org"), ("response_code", "504"), ("response_flags", "UT")) > 0);
        // Until retries run out before the time does.
        await Eventually.Async(
            async () =>
            {
                await curl.GetAsync("http://httpbin.org/status/503");
                return await curl.MetricsAsync();
            },
            seen => seen.Sum(Requests, ("destination_service_name", "httpbin.org"), ("response_code", "503"), ("response_flags", "URX")) > 0,
            Cancellation);
    }

    /// <summary>What no entry names is answered with 502 over HTTP and cut over TLS, and both are counted on the black hole.</summary>
    private async Task FallsIntoBlackHoleAsync()
    {
        var curl = await CurlAsync();
        var refused = await Eventually.Async(() => curl.GetAsync("http://httpbin.org/status/200"), answer => answer.Status == 502, Cancellation);
        Assert.Equal("", refused.Body);
        var cut = await Shell.KubectlAsync(mesh.Weft, Cancellation, "exec", "-n", curl.Namespace, curl.Name, "--", "curl", "-sS", "https://httpbin.org/status/200");
        Assert.True(cut.ExitCode is 35 or 52 or 56, $"{cut.ExitCode}: {cut.Error}");

        var metrics = await Eventually.Async(curl.MetricsAsync, metrics => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "BlackHoleCluster")) > 0, Cancellation);
        Assert.True(metrics.Sum(Requests, ("reporter", "source"), ("destination_service_name", "BlackHoleCluster"), ("response_code", "502")) > 0);
    }

    private Task<string> SetMeshAsync(string configuration) => mesh.KubectlAsync(
        "patch", "configmap", "istio", "-n", "istio-system", "--type=merge", "-p", new System.Text.Json.Nodes.JsonObject { ["data"] = new System.Text.Json.Nodes.JsonObject { ["mesh"] = configuration } }.ToJsonString());

    private static double Entry(ProxyMetrics metrics) => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "httpbin.org"));

    private static double Passthrough(ProxyMetrics metrics) => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "PassthroughCluster"));
}
