using System.Text.Json.Nodes;

namespace Weft.Observability.Traces;

/// <summary>The embedded store's Jaeger API over the recorded spans of Bookinfo; the counts are those of Jaeger 1.76 on the same spans.</summary>
public sealed class JaegerApiTests
{
    [Fact]
    public async Task Services_and_operations_are_listed()
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();

        var services = await store.JaegerAsync("/api/services");
        Assert.Equal(["details.bookinfo", "productpage.bookinfo", "ratings.bookinfo", "reviews.bookinfo"], Texts(services["data"]!));
        Assert.Equal(4, (int)services["total"]!);
        Assert.Null(services["errors"]);
        Assert.Equal(
            ["ratings.bookinfo.svc.cluster.local:9080/*", "reviews.bookinfo.svc.cluster.local:9080/*"],
            Texts((await store.JaegerAsync("/api/services/reviews.bookinfo/operations"))["data"]!));
        var servers = (await store.JaegerAsync("/api/operations?service=reviews.bookinfo&spanKind=server"))["data"]!.AsArray();
        Assert.Equal("reviews.bookinfo.svc.cluster.local:9080/*", (string)Assert.Single(servers)!["name"]!);
    }

    [Theory]
    [InlineData("service=productpage.bookinfo", 40)]
    [InlineData("service=reviews.bookinfo&tags=%7B%22error%22%3A%22true%22%7D", 5)]
    [InlineData("service=reviews.bookinfo&tag=error:true&tag=http.status_code:500", 5)]
    [InlineData("service=productpage.bookinfo&tags=%7B%22error%22%3A%22true%22%7D", 0)]
    [InlineData("service=productpage.bookinfo&minDuration=45000us&limit=5", 5)]
    [InlineData("service=reviews.bookinfo&minDuration=45000us", 0)]
    [InlineData("service=ratings.bookinfo", 21)]
    [InlineData("service=ratings.bookinfo&operation=none", 0)]
    [InlineData("service=productpage.bookinfo&maxDuration=1us", 0)]
    [InlineData("service=productpage.bookinfo&start=0&end=1", 0)]
    [InlineData("service=nobody", 0)]
    public async Task A_search_finds_traces_with_one_span_that_has_it_all(string query, int count)
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var found = await store.JaegerAsync($"/api/traces?{(query.Contains("start=", StringComparison.Ordinal) ? "" : TracingFixture.RecordedRange)}&{query}");
        Assert.Equal(count, found["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_limit_keeps_the_newest()
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var found = await store.JaegerAsync($"/api/traces?service=productpage.bookinfo&limit=3&{TracingFixture.RecordedRange}");
        Assert.Equal(["000000c0ffee0000", "000000c0ffee0001", "000000c0ffee0002"], found["data"]!.AsArray().Select(static trace => (string)trace!["traceID"]!));
    }

    [Fact]
    public async Task A_span_has_Jaegers_fields()
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var trace = Assert.Single((await store.JaegerAsync("/api/traces/0000000000000000000000c0ffee0001"))["data"]!.AsArray())!;
        var failed = trace["spans"]!.AsArray().Single(static span => (string)span!["spanID"]! == "00000000000000ce")!;

        Assert.Equal(20000, (long)failed["duration"]!);
        Assert.Equal(1795233904015000, (long)failed["startTime"]!);
        Assert.Equal("""[{"refType":"CHILD_OF","traceID":"000000c0ffee0001","spanID":"00000000000000cd"}]""", failed["references"]!.ToJsonString());
        Assert.Equal("reviews.bookinfo", (string)trace["processes"]![(string)failed["processID"]!]!["serviceName"]!);
        var tags = failed["tags"]!.AsArray().Select(static tag => $"{tag!["key"]}:{tag["type"]}:{tag["value"]}").ToArray();
        Assert.Contains("span.kind:string:client", tags);
        Assert.Contains("otel.status_code:string:ERROR", tags);
        Assert.Equal(["error:string:true", "error:bool:true"], tags.Where(static tag => tag.StartsWith("error:", StringComparison.Ordinal)));
        Assert.Null(failed["warnings"]);
    }

    [Fact]
    public async Task Dependencies_count_calls_between_services()
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var links = (await store.JaegerAsync("/api/dependencies?endTs=1795234335654&lookback=900000"))["data"]!.AsArray();
        Assert.Equal(
            ["productpage.bookinfo>details.bookinfo:40", "productpage.bookinfo>reviews.bookinfo:40", "reviews.bookinfo>ratings.bookinfo:21"],
            links.Select(static link => $"{link!["parent"]}>{link["child"]}:{link["callCount"]}"));
    }

    [Theory]
    [InlineData("/api/traces", 400, "parameter 'service' is required")]
    [InlineData("/api/traces?service=x&limit=abc", 400, "unable to parse param 'limit': strconv.ParseInt: parsing \"abc\": invalid syntax")]
    [InlineData("/api/traces?service=x&start=abc", 400, "unable to parse param 'start': strconv.ParseInt: parsing \"abc\": invalid syntax")]
    [InlineData("/api/traces?service=x&start=9223372036854775807", 400, "unable to parse param 'start': 9223372036854775807 is out of range")]
    [InlineData("/api/traces?service=x&minDuration=5", 400, "unable to parse param 'minDuration': time: invalid duration \"5\"")]
    [InlineData("/api/traces?service=x&minDuration=2s&maxDuration=1s", 400, "'maxDuration' should be greater than 'minDuration'")]
    [InlineData("/api/traces?service=x&tag=novalue", 400, "malformed 'tag' parameter, expecting key:value, received: novalue")]
    [InlineData("/api/traces/zzz", 400, "unable to parse param 'traceID': strconv.ParseUint: parsing \"zzz\": invalid syntax")]
    [InlineData("/api/traces/00000000000000000000000000000001", 404, "trace not found")]
    public async Task A_bad_request_is_answered_in_Jaegers_words(string path, int status, string message)
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.Http.GetAsync(new Uri(store.Tracing.QueryAddresses[0], path), TestContext.Current.CancellationToken);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errors"]![0]!;

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status, (int)error["code"]!);
        Assert.Equal(message, (string)error["msg"]!);
    }

    [Fact]
    public async Task The_base_path_is_served_beside_the_plain_one()
    {
        await using var store = await TracingFixture.StartAsync(static options => options with { QueryBasePath = "/jaeger" });
        Assert.Empty((await store.JaegerAsync("/jaeger/api/services"))["data"]!.AsArray());
        Assert.Empty((await store.JaegerAsync("/api/services"))["data"]!.AsArray());
    }

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(static item => (string)item!);
}
