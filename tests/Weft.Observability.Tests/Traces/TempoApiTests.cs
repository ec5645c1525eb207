using System.Text.Json.Nodes;
using OpenTelemetry.Proto.Trace.V1;

namespace Weft.Observability.Traces;

/// <summary>The embedded store's Tempo API over the recorded spans of Bookinfo: 40 traces, 5 with an error, 21 that reach ratings.</summary>
public sealed class TempoApiTests
{
    [Theory]
    [InlineData("{}", 40)]
    [InlineData("{ .service.name = \"reviews.bookinfo\" }", 40)]
    [InlineData("{ resource.service.name = \"ratings.bookinfo\" && kind = server }", 21)]
    [InlineData("{ .service.name = \"reviews.bookinfo\" && .http.status_code != \"200\" } && {  }| select(status, .service_name, .node_id, .component, name)", 5)]
    [InlineData("{ status = error }", 5)]
    [InlineData("{ status = error } | count() > 1", 0)]
    [InlineData("{} | count() >= 7", 21)]
    [InlineData("{ duration > 59ms } | avg(duration) >= 60ms", 40)]
    [InlineData("{ name =~ \"ratings.*\" }", 26)]
    [InlineData("{ name =~ \"ratings\" }", 0)]
    [InlineData("{ name !~ \"(ratings|reviews|details|productpage).*\" }", 0)]
    [InlineData("{ .response_flags = \"FI\" || .response_flags = \"UF\" }", 5)]
    [InlineData("{ .missing = nil && nestedSetParent < 0 }", 40)]
    [InlineData("{ .missing != nil }", 0)]
    [InlineData("{ .missing != \"x\" }", 0)]
    [InlineData("{ .http.status_code = 500 }", 0)]
    [InlineData("{ .error }", 5)]
    [InlineData("{ resource.service.name = \"productpage.bookinfo\" } >> { resource.service.name = \"ratings.bookinfo\" }", 21)]
    [InlineData("{ resource.service.name = \"productpage.bookinfo\" } > { resource.service.name = \"ratings.bookinfo\" }", 0)]
    [InlineData("{ resource.service.name = \"ratings.bookinfo\" } << { kind = server && resource.service.name = \"productpage.bookinfo\" }", 21)]
    [InlineData("{ status = error } || { resource.service.name = \"ratings.bookinfo\" }", 26)]
    [InlineData("{ rootServiceName = \"productpage.bookinfo\" && !(status = error) && traceDuration < 1h }", 40)]
    [InlineData("{ span.\"guid:x-request-id\" = \"5b5bd4a4-0000-9000-8000-000015597568\" }", 1)]
    public async Task TraceQL_finds(string query, int count)
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var found = await store.TempoAsync($"/api/search?limit=1000&start=1795233435&end=1795234336&q={Uri.EscapeDataString(query)}");
        Assert.Equal(count, found["traces"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("parse error at line 1, col 1: syntax error: unexpected |, expecting {", "|")]
    [InlineData("parse error at line 1, col 3: syntax error: unexpected =", "{ = 1 }")]
    [InlineData("parse error at line 1, col 3: unknown identifier: foo", "{ foo = 1 }")]
    [InlineData("parse error at line 1, col 8: text is not closed", "{ .a = \"x }")]
    [InlineData("parse error at line 1, col 6: 'rate' is not spoken here; select, coalesce, count, avg, min, max and sum are", "{} | rate()")]
    [InlineData("parse error at line 1, col 8: '5xs' is neither a number nor a duration", "{ .a = 5xs }")]
    public async Task A_query_that_is_none_is_refused_with_its_place(string message, string query)
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.Http.GetAsync(new Uri(store.Tracing.TempoAddresses[0], $"/api/search?q={Uri.EscapeDataString(query)}"), TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal($"invalid TraceQL query: {message}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Any_text_is_answered()
    {
        await using var store = await TracingFixture.StartAsync();
        var random = new Random(4711);
        const string Alphabet = "{}()|&=!~<>.\"\\ `abc019,-span.resource.name select count()";
        for (var round = 0; round < 300; round++)
        {
            var query = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            using var response = await store.Http.GetAsync(new Uri(store.Tracing.TempoAddresses[0], $"/api/search?q={Uri.EscapeDataString(query)}"), TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode is 200 or 400, query);
        }

        using var deep = await store.Http.GetAsync(new Uri(store.Tracing.TempoAddresses[0], "/api/search?q=" + Uri.EscapeDataString("{" + new string('(', 1500))), TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)deep.StatusCode);
    }

    [Fact]
    public async Task A_found_trace_shows_its_matched_spans()
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        var query = Uri.EscapeDataString("{ status = error } | select(.http.status_code, kind)");
        var found = (await store.TempoAsync($"/api/search?limit=1&q={query}"))["traces"]![0]!;

        Assert.Equal("c0ffee0001", (string)found["traceID"]!);
        Assert.Equal("productpage.bookinfo", (string)found["rootServiceName"]!);
        Assert.Equal("productpage.bookinfo.svc.cluster.local:9080/*", (string)found["rootTraceName"]!);
        Assert.Equal("1795233904000000000", (string)found["startTimeUnixNano"]!);
        Assert.Equal(60, (int)found["durationMs"]!);
        Assert.Equal("""{"spanCount":2,"errorCount":1}""", found["serviceStats"]!["reviews.bookinfo"]!.ToJsonString());
        Assert.Equal(
            """
            {"spans":[{"spanID":"00000000000000ce","name":"ratings.bookinfo.svc.cluster.local:9080/*","startTimeUnixNano":"1795233904015000000","durationNanos":"20000000","attributes":[{"key":"status","value":{"stringValue":"error"}},{"key":"http.status_code","value":{"stringValue":"500"}},{"key":"kind","value":{"stringValue":"client"}}]}],"matched":1}
            """,
            found["spanSet"]!.ToJsonString());
    }

    [Theory]
    [InlineData("tags=service.name%3Dratings.bookinfo", 21)]
    [InlineData("tags=http.status_code%3D500%20response_flags%3D%22FI%22", 5)]
    [InlineData("minDuration=60ms", 40)]
    [InlineData("maxDuration=1ms", 0)]
    [InlineData("start=1&end=2", 0)]
    [InlineData("", 20)]
    public async Task A_search_by_tags_and_durations_is_answered(string query, int count)
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        Assert.Equal(count, (await store.TempoAsync($"/api/search?{(query.Length > 0 ? "limit=100&" : "")}{query}"))["traces"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_trace_is_served_as_json_and_as_protobuf_in_both_versions()
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();
        const string Id = "0000000000000000000000c0ffee0001";

        var first = await store.TempoAsync($"/api/traces/{Id}");
        Assert.Equal(3, first["batches"]!.AsArray().Count);
        var second = await store.TempoAsync($"/api/v2/traces/{Id}");
        Assert.Equal(first["batches"]!.ToJsonString(), second["trace"]!["resourceSpans"]!.ToJsonString());
        var span = first["batches"]![0]!["scopeSpans"]![0]!["spans"]![0]!;
        Assert.Equal("AAAAAAAAAAAAAADA/+4AAQ==", (string)span["traceId"]!);
        Assert.Equal("SPAN_KIND_SERVER", (string)span["kind"]!);

        Assert.Equal(6, Spans(TracesData.Parser.ParseFrom(await ProtobufAsync(store, $"/api/traces/{Id}"))));
        Assert.Equal(6, Spans(TraceByIdResponse.Parser.ParseFrom(await ProtobufAsync(store, $"/api/v2/traces/{Id}")).Trace));
    }

    [Fact]
    public async Task Tags_and_their_values_are_listed()
    {
        await using var store = await (await TracingFixture.StartAsync()).WithRecordedTracesAsync();

        Assert.Contains("http.status_code", Texts((await store.TempoAsync("/api/search/tags"))["tagNames"]!));
        var scopes = (await store.TempoAsync("/api/v2/search/tags"))["scopes"]!.AsArray();
        Assert.Equal(["span", "resource", "intrinsic"], scopes.Select(static scope => (string)scope!["name"]!));
        Assert.Equal(["service.name"], Texts(scopes[1]!["tags"]!));
        Assert.Equal(["200", "500"], Texts((await store.TempoAsync("/api/search/tag/http.status_code/values"))["tagValues"]!));
        Assert.Equal(
            ["string:details.bookinfo", "string:productpage.bookinfo", "string:ratings.bookinfo", "string:reviews.bookinfo"],
            (await store.TempoAsync("/api/v2/search/tag/resource.service.name/values"))["tagValues"]!.AsArray().Select(static value => $"{value!["type"]}:{value["value"]}"));
        var failed = await store.TempoAsync($"/api/v2/search/tag/.response_flags/values?q={Uri.EscapeDataString("{ status = error }")}");
        Assert.Equal("FI", (string)Assert.Single(failed["tagValues"]!.AsArray())!["value"]!);
    }

    [Theory]
    [InlineData("/api/echo", 200, "echo")]
    [InlineData("/ready", 200, "ready\n")]
    [InlineData("/api/traces/c0ffeebad", 404, "trace not found")]
    [InlineData("/api/traces/zz", 400, "trace IDs can only contain hex characters: at most 32")]
    [InlineData("/api/search?limit=0", 400, "invalid limit: must be a positive number")]
    [InlineData("/api/search?start=x", 400, "invalid start: x is no time in seconds")]
    [InlineData("/api/search?minDuration=5", 400, "invalid minDuration: time: invalid duration \"5\"")]
    [InlineData("/api/v2/search/tag/service.name/values", 400, "tag name is not valid intrinsic or scoped attribute: service.name")]
    [InlineData("/api/v2/search/tags?scope=bad", 400, "invalid scope: bad")]
    public async Task Plain_answers_are_plain(string path, int status, string body)
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.Http.GetAsync(new Uri(store.Tracing.TempoAddresses[0], path), TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static int Spans(TracesData data) => data.ResourceSpans.Sum(static resource => resource.ScopeSpans.Sum(static scope => scope.Spans.Count));

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(static item => (string)item!);

    private static async Task<byte[]> ProtobufAsync(TracingFixture store, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(store.Tracing.TempoAddresses[0], path)) { Headers = { { "Accept", "application/protobuf" } } };
        using var response = await store.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("application/protobuf", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
