using System.Globalization;
using System.Text.Json.Nodes;

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
    public async Task Row_140_to_146_without_an_entry_https_is_passthrough_tcp()
    {
        Assert.Equal("enabled", await mesh.KubectlAsync("get", "namespace", "test-ext-svc", "-o", "jsonpath={.metadata.labels.istio-injection}"));
        var curl = await CurlAsync();
        var before = await curl.MetricsAsync();

        var after = await Eventually.Async(curl.MetricsAsync, metrics => Passthrough(metrics) > Passthrough(before), Cancellation);

        Assert.Equal(before.Sum(Requests, ("destination_service_name", "httpbin.org")), after.Sum(Requests, ("destination_service_name", "httpbin.org")));
    }

    [Fact]
    public async Task Row_145_prometheus_knows_them_under_one_name()
    {
        const string query = """sum(rate(istio_tcp_connections_closed_total{reporter="source",source_workload_namespace="test-ext-svc"}[1m])) by (source_workload,destination_service_name)""";
        using var http = new HttpClient();
        var address = new Uri($"http://127.0.0.1:{9090 + mesh.Weft.Offset}/api/v1/query?query={Uri.EscapeDataString(query)}");

        var rate = await Eventually.Async(
            async () => JsonNode.Parse(await http.GetStringAsync(address, Cancellation))!["data"]!["result"]!.AsArray()
                .SingleOrDefault(series => (string?)series!["metric"]!["destination_service_name"] == "PassthroughCluster"),
            series => series is not null && double.Parse((string)series["value"]![1]!, CultureInfo.InvariantCulture) > 0,
            Cancellation);

        Assert.Equal("""{"destination_service_name":"PassthroughCluster","source_workload":"curl"}""", rate!["metric"]!.ToJsonString());
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
        await curl.MetricsAsync(metrics => metrics.Sum(
            Requests,
            ("reporter", "source"),
            ("destination_service", "httpbin.org"),
            ("destination_service_name", "httpbin.org"),
            ("source_principal", "unknown"),
            ("destination_principal", "unknown"),
            ("source_canonical_revision", "latest"),
            ("response_code", "200")) > 0);

        // Rows 154 and 155: a series for each code, with these labels in this order. (What is known of the destination's workload is of Istio 1.30, which names it after the entry.)
        foreach (var code in (int[])[400, 504])
        {
            Assert.Equal(code, (await curl.GetAsync($"http://httpbin.org/status/{code}")).Status);
        }

        var metrics = await curl.MetricsAsync(metrics => !((string[])["200", "400", "504"]).Except(metrics.Values(Requests, "response_code")).Any());
        var labels = metrics.Labels(Requests, ("destination_service_name", "httpbin.org"), ("response_code", "400"));
        Assert.Equal(
            [
                "reporter", "source_workload", "source_canonical_service", "source_canonical_revision", "source_workload_namespace", "source_principal", "source_app", "source_version", "source_cluster",
                "destination_workload", "destination_workload_namespace", "destination_principal", "destination_app", "destination_version", "destination_service", "destination_canonical_service",
                "destination_canonical_revision", "destination_service_name", "destination_service_namespace", "destination_cluster", "request_protocol", "response_code", "grpc_response_status",
                "response_flags", "connection_security_policy",
            ],
            labels.Keys);
        Assert.Equal(
            "curl latest test-ext-svc unknown curl  Kubernetes unknown httpbin.org httpbin.org http 400  - unknown",
            string.Join(' ', ((string[])[
                "source_workload", "source_canonical_revision", "source_workload_namespace", "source_principal", "source_app", "source_version", "source_cluster", "destination_principal",
                "destination_service", "destination_service_name", "request_protocol", "response_code", "grpc_response_status", "response_flags", "connection_security_policy",
            ]).Select(label => labels[label])));
    }

    [Fact]
    public async Task Row_106_to_108_plain_calls_to_google_are_upgraded_to_tls_by_the_sidecar()
    {
        await using var combo = await mesh.ApplyDemoAsync("Bookinfo/manifests-later/external/googleapi-combo.yaml");
        var details = await mesh.PodAsync("bookinfo", "app=details");

        var answer = await Eventually.Async(
            () => details.GetAsync("http://www.googleapis.com/books/v1/volumes?q=isbn:0486424618"),
            answer => answer.Status is 200 or 429,
            Cancellation);

        (string, string)[] counted = [("reporter", "source"), ("destination_service_name", "www.googleapis.com"), ("response_code", answer.Status.ToString(CultureInfo.InvariantCulture))];
        await details.MetricsAsync(metrics => metrics.Sum(Requests, counted) > 0);
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

        await curl.MetricsAsync(metrics => metrics.Sum(Opened, ("destination_service_name", "www.googleapis.com")) > 0
            && metrics.Sum(Requests, ("destination_service_name", "httpbin.org"), ("response_code", "504"), ("response_flags", "UT")) > 0);
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

        await curl.MetricsAsync(metrics => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "BlackHoleCluster")) > 0
            && metrics.Sum(Requests, ("reporter", "source"), ("destination_service_name", "BlackHoleCluster"), ("response_code", "502")) > 0);
    }

    private Task<string> SetMeshAsync(string configuration) => mesh.KubectlAsync(
        "patch", "configmap", "istio", "-n", "istio-system", "--type=merge", "-p", new JsonObject { ["data"] = new JsonObject { ["mesh"] = configuration } }.ToJsonString());

    private static double Entry(ProxyMetrics metrics) => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "httpbin.org"));

    private static double Passthrough(ProxyMetrics metrics) => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "PassthroughCluster"));
}
