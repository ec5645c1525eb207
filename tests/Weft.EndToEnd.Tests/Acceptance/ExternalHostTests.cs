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
        Assert.Equal(0, after.Sum(Opened, ("destination_service_name", "www.googleapis.com")));
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

    private static double Entry(ProxyMetrics metrics) => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "httpbin.org"));

    private static double Passthrough(ProxyMetrics metrics) => metrics.Sum(Opened, ("reporter", "source"), ("destination_service_name", "PassthroughCluster"));
}
