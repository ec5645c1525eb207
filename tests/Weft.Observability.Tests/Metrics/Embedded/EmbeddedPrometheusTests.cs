using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace Weft.Observability.Metrics.Embedded;

public sealed class EmbeddedPrometheusTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_target_is_scraped_and_its_series_are_served_to_the_client()
    {
        await using var target = await ExpositionServer.StartAsync("""
            # HELP requests_total Requests.
            # TYPE requests_total counter
            requests_total{code="200",pod="own"} 5
            requests_total{code="500"} 0.5
            """);
        await using var prometheus = await StartAsync(TimeSpan.FromMilliseconds(100));
        prometheus.SetTargets([new ScrapeTarget(target.Address, LabelSet.Of(("job", "kubernetes-pods"), ("pod", "reviews-1")))]);
        using var http = new HttpClient();
        var client = new PrometheusClient(http, new PrometheusClientOptions { Endpoint = prometheus.Address }, TimeProvider.System);

        var samples = await UntilAsync(() => client.QueryVectorAsync("requests_total", null, Cancellation), static found => found.Length == 2);

        Assert.Contains(samples, sample => sample.Value == 5 && sample.Labels == LabelSet.Of(
            ("__name__", "requests_total"), ("code", "200"), ("pod", "reviews-1"), ("exported_pod", "own"), ("job", "kubernetes-pods"), ("instance", target.Address.Authority)));
        var up = Assert.Single(await client.QueryVectorAsync("up", null, Cancellation));
        Assert.Equal(1, up.Value);
        Assert.Equal([new MetricMetadata("counter", "Requests.", "")], (await client.MetadataAsync(Cancellation))["requests_total"]);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(up.Timestamp);
        Assert.Equal(["200", "500"], await client.LabelValuesAsync("code", ["requests_total"], now.AddMinutes(-1), now.AddMinutes(1), Cancellation));
        Assert.Contains("exported_pod", await client.LabelNamesAsync([], now.AddMinutes(-1), now.AddMinutes(1), Cancellation));
        Assert.Equal(2, (await client.SeriesAsync(["{code!=\"\"}"], now.AddMinutes(-1), now.AddMinutes(1), Cancellation)).Length);

        prometheus.SetTargets([]);
        await UntilAsync(() => client.QueryVectorAsync("{job=\"kubernetes-pods\"}", null, Cancellation), static found => found.IsEmpty);
    }

    [Fact]
    public async Task A_failing_target_is_down_and_a_series_that_vanishes_ends()
    {
        await using var target = await ExpositionServer.StartAsync("a 1\nb 1\n");
        await using var prometheus = await StartAsync(TimeSpan.FromMilliseconds(50));
        prometheus.SetTargets([new ScrapeTarget(target.Address, LabelSet.Of(("job", "j")))]);
        using var http = new HttpClient();
        var client = new PrometheusClient(http, new PrometheusClientOptions { Endpoint = prometheus.Address }, TimeProvider.System);

        await UntilAsync(() => client.QueryVectorAsync("{__name__=~\"a|b\"}", null, Cancellation), static found => found.Length == 2);
        target.Body = "a 2\n"u8.ToArray();
        await UntilAsync(() => client.QueryVectorAsync("{__name__=~\"a|b\"}", null, Cancellation), static found => found is [{ Value: 2 }]);
        target.Body = "a 3\nb {\n"u8.ToArray();
        await UntilAsync(() => client.QueryVectorAsync("up == 0", null, Cancellation), static found => found.Length == 1);
        Assert.Empty(await client.QueryVectorAsync("a", null, Cancellation));
        Assert.Contains("\"health\":\"down\"", await http.GetStringAsync(new Uri(prometheus.Address, "/api/v1/targets"), Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query?query=1", 200, """{"status":"success","data":{"resultType":"scalar","result":[""")]
    [InlineData("query?query=vector(1)&time=1.5", 200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.500,"1"]}]}}""")]
    [InlineData("query?query=1e-7*vector(1)&time=1970-01-01T00:00:02Z", 200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[2,"1e-07"]}]}}""")]
    [InlineData("query?query=%22x%22&time=1", 200, """{"status":"success","data":{"resultType":"string","result":[1,"x"]}}""")]
    [InlineData("query?query=1%2F0&time=1", 200, """{"status":"success","data":{"resultType":"scalar","result":[1,"+Inf"]}}""")]
    [InlineData("query?query=absent(x[", 400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:10: parse error: missing unit character in duration"}""")]
    [InlineData("query?query=1&time=abc", 400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"time\": cannot parse \"abc\" to a valid timestamp"}""")]
    [InlineData("query?query=1&timeout=abc", 400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"timeout\": cannot parse \"abc\" to a valid duration"}""")]
    [InlineData("query?query=label_replace(vector(1),%22%20%22,%22%22,%22%22,%22%22)", 422, """{"status":"error","errorType":"execution","error":"invalid destination label name in label_replace():  "}""")]
    [InlineData("query_range?query=time()&start=0&end=2&step=1", 200, """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[0,"0"],[1,"1"],[2,"2"]]}]}}""")]
    [InlineData("query_range?query=1&start=2&end=1&step=1", 400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"end\": end timestamp must not be before start time"}""")]
    [InlineData("query_range?query=1&start=0&end=1&step=0", 400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer"}""")]
    [InlineData("query_range?query=1&start=0&end=11001&step=1", 400, """{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"}""")]
    [InlineData("query_range?query=x[5m]&start=0&end=1&step=1", 400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector"}""")]
    [InlineData("series", 400, """{"status":"error","errorType":"bad_data","error":"no match[] parameter provided"}""")]
    [InlineData("series?match[]={}", 400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"match[]\": match[] must contain at least one non-empty matcher"}""")]
    [InlineData("series?match[]=nothing", 200, """{"status":"success","data":[]}""")]
    [InlineData("label/a-b/values", 400, """{"status":"error","errorType":"bad_data","error":"invalid label name: \"a-b\""}""")]
    [InlineData("labels", 200, """{"status":"success","data":[]}""")]
    [InlineData("metadata", 200, """{"status":"success","data":{}}""")]
    [InlineData("targets", 200, """{"status":"success","data":{"activeTargets":[],"droppedTargets":[]}}""")]
    public async Task Answers_have_Prometheus_shape_and_status(string path, int status, string start)
    {
        await using var prometheus = await StartAsync(TimeSpan.FromSeconds(15));
        using var http = new HttpClient();

        using var response = await http.GetAsync(new Uri(prometheus.Address, "/api/v1/" + path), Cancellation);

        Assert.StartsWith(start, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Status_pages_are_what_Kiali_reads()
    {
        await using var prometheus = await StartAsync(TimeSpan.FromSeconds(5));
        using var http = new HttpClient();
        var client = new PrometheusClient(http, new PrometheusClientOptions { Endpoint = prometheus.Address }, TimeProvider.System);

        Assert.StartsWith("2.42", (await client.BuildInfoAsync(Cancellation)).Version, StringComparison.Ordinal);
        Assert.Contains("scrape_interval: 5s", (await client.ConfigurationAsync(Cancellation)).Yaml, StringComparison.Ordinal);
        Assert.Equal("6h", (await client.FlagsAsync(Cancellation)).Values["storage.tsdb.retention.time"]);
        Assert.Contains("\"storageRetention\":\"6h\"", await http.GetStringAsync(new Uri(prometheus.Address, "/api/v1/status/runtimeinfo"), Cancellation), StringComparison.Ordinal);
        Assert.Equal("Prometheus Server is Healthy.\n", await http.GetStringAsync(new Uri(prometheus.Address, "/-/healthy"), Cancellation));
        Assert.Equal("Prometheus Server is Ready.\n", await http.GetStringAsync(new Uri(prometheus.Address, "/-/ready"), Cancellation));
        Assert.Contains("prometheus_tsdb_head_series 0", await http.GetStringAsync(new Uri(prometheus.Address, "/metrics"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_compressed_for_those_who_ask()
    {
        await using var prometheus = await StartAsync(TimeSpan.FromSeconds(5));
        using var plain = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(prometheus.Address, "/api/v1/query?query=vector(1)")) { Headers = { { "Accept-Encoding", "gzip" } } };
        using var response = await plain.SendAsync(request, Cancellation);
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.StartsWith("{\"status\":\"success\"", await UnpackedAsync(response), StringComparison.Ordinal);

        using var other = await plain.GetAsync(new Uri(prometheus.Address, "/api/v1/query?query=vector(1)"), Cancellation);
        Assert.Empty(other.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_taken_port_is_an_error_of_the_start()
    {
        await using var first = await StartAsync(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<IOException>(() => EmbeddedPrometheus.StartAsync(
            new EmbeddedPrometheusOptions { Listen = new IPEndPoint(IPAddress.Loopback, first.Address.Port) }, Cancellation));
    }

    [Fact]
    public async Task A_huge_request_body_is_refused()
    {
        await using var prometheus = await StartAsync(TimeSpan.FromSeconds(5));
        using var http = new HttpClient();
        // Otherwise the answer may come while the body is still being sent.
        http.DefaultRequestHeaders.ExpectContinue = true;
        using var content = new StringContent("query=" + new string('1', 5_000_000), Encoding.UTF8, "application/x-www-form-urlencoded");

        using var response = await http.PostAsync(new Uri(prometheus.Address, "/api/v1/query"), content, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static async Task<string> UnpackedAsync(HttpResponseMessage response)
    {
        await using var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(Cancellation), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private static Task<EmbeddedPrometheus> StartAsync(TimeSpan interval) => EmbeddedPrometheus.StartAsync(
        new EmbeddedPrometheusOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), ScrapeInterval = interval }, Cancellation);

    private static async Task<ImmutableArray<VectorSample>> UntilAsync(Func<Task<ImmutableArray<VectorSample>>> ask, Func<ImmutableArray<VectorSample>, bool> enough)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var samples = await ask();
            if (enough(samples))
                return samples;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }
}
