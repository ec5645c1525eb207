using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weft.Observability.Traces.Tempo;

namespace Weft.Observability.Traces;

/// <summary>
/// The client of Tempo against answers in Tempo's own forms, which are not those of our store: ids in hexadecimal without leading zeros in a search and in base64 in a
/// trace, <c>batches</c>, names of enums, empty objects for what is unset, and the older names of fields. Over a socket.
/// </summary>
public sealed class TempoFormatTests : IAsyncLifetime
{
    private const string Search = """
        {"traces":[
          {"traceID":"2f3e0cee77ae5dc9c17ade3689eb2e54","rootServiceName":"shop.web","rootTraceName":"GET /cart","startTimeUnixNano":"1684778327699392724","durationMs":557,
           "spanSets":[{"spans":[{"spanID":"563d623c76514f8e","startTimeUnixNano":"1684778327735077898","durationNanos":"446979497",
             "attributes":[{"key":"status","value":{"stringValue":"error"}}]}],"matched":1}],
           "spanSet":{"spans":[{"spanID":"563d623c76514f8e","startTimeUnixNano":"1684778327735077898","durationNanos":"446979497"}],"matched":1}},
          {"traceID":"c0ffee0001","rootServiceName":"<root span not yet received>","startTimeUnixNano":"1684778328000000000"},
          {"traceID":"dead","startTimeUnixNano":"1684778320000000000","durationMs":1}
        ],"metrics":{"inspectedTraces":3,"inspectedBytes":"83720","totalBlocks":1,"completedJobs":1,"totalJobs":1}}
        """;

    private const string Trace = """
        {"batches":[
          {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop.web"}},{"key":"k8s.pod.ip","value":{"arrayValue":{"values":[{"stringValue":"10.0.0.1"},{"intValue":"7"}]}}}]},
           "scopeSpans":[{"scope":{"name":"envoy"},"spans":[
             {"traceId":"Lz4M7neuXcnBet42iesuVA==","spanId":"Vj1iPHZRT44=","name":"GET /cart","kind":"SPAN_KIND_SERVER","startTimeUnixNano":"1684778327699392724","endTimeUnixNano":"1684778328256392724",
              "attributes":[{"key":"http.status_code","value":{"intValue":"503"}},{"key":"ratio","value":{"doubleValue":0.25}},{"key":"peer","value":{"boolValue":true}},{"key":"nothing","value":{}}],
              "events":[{"timeUnixNano":"1684778327699392999","name":"retry","attributes":[{"key":"attempt","value":{"intValue":"2"}}]}],
              "status":{"code":"STATUS_CODE_ERROR","message":"upstream"}}]}]},
          {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop.cart"}}]},
           "instrumentationLibrarySpans":[{"instrumentationLibrary":{},"spans":[
             {"traceId":"Lz4M7neuXcnBet42iesuVA==","spanId":"AAAAAAAAEjQ=","parentSpanId":"Vj1iPHZRT44=","name":"cart","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":"1684778327735077898","endTimeUnixNano":"1684778328182057395","status":{}}]}]}
        ]}
        """;

    private const string Small = """
        {"trace":{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"AAAAAAAAAAAAAADA/+4AAQ==","spanId":"AAAAAAAAAAE=","name":"late","startTimeUnixNano":"1684778328000000000","endTimeUnixNano":"1684778328000000001","status":{}}]}]}]},
         "metrics":{},"status":"PARTIAL","message":"trace exceeds max size"}
        """;

    private readonly HttpClient _http = new();
    private readonly List<string> _asked = [];
    private readonly List<string> _tenants = [];
    private WebApplication? _tempo;
    private Func<string, (int Status, string Body)> _answer = Recorded;

    private static TraceQuery Query => new()
    {
        Service = "shop.web",
        Start = DateTimeOffset.FromUnixTimeSeconds(1684778300),
        End = DateTimeOffset.FromUnixTimeSeconds(1684778400),
        Tags = [new("http.status_code", "503"), new("error", "true")],
        MinDuration = TimeSpan.FromMilliseconds(20),
        Limit = 20,
    };

    [Fact]
    public async Task A_search_and_its_traces_are_read()
    {
        var traces = await Client().FindAsync(Query, TestContext.Current.CancellationToken);

        // The third was found, and is gone before it is asked for.
        Assert.Equal(["c0ffee0001", "2f3e0cee77ae5dc9c17ade3689eb2e54"], traces.Select(trace => trace.Id.ToString().TrimStart('0')));
        var spans = traces[1].Spans;
        Assert.Equal(["GET /cart", "cart"], spans.Select(span => span.OperationName));
        Assert.Equal(["shop.web", "shop.cart"], spans.Select(span => span.Process.ServiceName));
        Assert.Equal(spans[0].SpanId, spans[1].Parent);
        Assert.Equal(557_000_000, spans[0].DurationNanoseconds);
        var tags = spans[0].Tags.ToLookup(tag => tag.Key, tag => tag.Text);
        Assert.Equal("503", tags["http.status_code"].Single());
        Assert.Equal("0.25", tags["ratio"].Single());
        Assert.Equal("true", tags["peer"].Single());
        Assert.Equal("server", tags["span.kind"].Single());
        Assert.Equal("true", tags["error"].Single());
        Assert.DoesNotContain(spans[1].Tags, tag => tag.Key == "error");
        Assert.Single(spans[0].Logs);
    }

    [Fact]
    public async Task A_search_says_what_it_wants_in_TraceQL_and_asks_for_whole_ids()
    {
        await Client().FindAsync(Query, TestContext.Current.CancellationToken);
        var search = Uri.UnescapeDataString(_asked[0]);
        Assert.StartsWith("/api/search?q={ resource.service.name = \"shop.web\" && (.http.status_code = \"503\" || .http.status_code = 503) && (status = error", search, StringComparison.Ordinal);
        Assert.Contains("&start=1684778300&end=1684778401&limit=20", search, StringComparison.Ordinal);
        Assert.Contains("/api/traces/0000000000000000000000c0ffee0001", _asked);
    }

    [Theory]
    [InlineData("""{"metrics":{}}""")]
    [InlineData("""{"traces":null,"metrics":{}}""")]
    [InlineData("""{"traces":[],"metrics":{"completedJobs":1}}""")]
    public async Task Nothing_found_is_nothing(string body)
    {
        _answer = _ => (200, body);
        Assert.Empty(await Client().FindAsync(Query, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Refusals_are_told_in_Tempos_words()
    {
        _answer = _ => (400, "range specified by start and end exceeds 168h0m0s. received start=1 end=2");
        var refusal = await Assert.ThrowsAsync<TraceQueryException>(() => Client().FindAsync(Query, TestContext.Current.CancellationToken));
        Assert.Equal((TraceQueryError.Rejected, "status 400: range specified by start and end exceeds 168h0m0s. received start=1 end=2"), (refusal.Error, refusal.Reason));
    }

    [Fact]
    public async Task A_search_that_is_too_long_is_made_again_as_long_as_it_may_be()
    {
        _answer = asked => asked.Contains("start=1684778300", StringComparison.Ordinal) ? (400, "range specified by start and end exceeds 1m0s. received start=1684778300 end=1684778401") : Recorded(asked);
        Assert.Equal(2, (await Client().FindAsync(Query, TestContext.Current.CancellationToken)).Length);
        Assert.Contains("&start=1684778341&end=1684778401&", _asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_is_named_in_every_request()
    {
        await Client([new("X-Scope-OrgID", "team-a")]).FindAsync(Query, TestContext.Current.CancellationToken);
        Assert.Equal(4, _tenants.Count);
        Assert.All(_tenants, tenant => Assert.Equal("team-a", tenant));
        _tenants.Clear();
        await Client().FindAsync(Query, TestContext.Current.CancellationToken);
        Assert.All(_tenants, tenant => Assert.Equal("", tenant));
    }

    [Fact]
    public async Task Names_of_services_are_read()
    {
        _answer = _ => (200, """{"tagValues":["shop.web","shop.cart"],"metrics":{"inspectedBytes":"123"}}""");
        Assert.Equal(["shop.cart", "shop.web"], await Client().ServicesAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"batches":[{"scopeSpans":[{"spans":[{"traceId":"!","spanId":"Vj1iPHZRT44="}]}]}]}""")]
    [InlineData("""{"batches":{}}""")]
    [InlineData("no such trace")]
    public async Task A_trace_that_cannot_be_read_is_an_invalid_answer(string body)
    {
        _answer = _ => (200, body);
        var failure = await Assert.ThrowsAsync<TraceQueryException>(() => Client().GetAsync(new TraceId(1, 2), TestContext.Current.CancellationToken));
        Assert.Equal(TraceQueryError.InvalidResponse, failure.Error);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _tempo = builder.Build();
        _tempo.Run(AnswerAsync);
        await _tempo.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _tempo!.DisposeAsync();
    }

    private TempoClient Client(ImmutableArray<KeyValuePair<string, string>>? headers = null) =>
        new(_http, new TraceClientOptions { Endpoint = new Uri(_tempo!.Urls.First() + "/tenant/tempo/"), Headers = headers ?? [] }, TimeProvider.System);

    private Task AnswerAsync(HttpContext context)
    {
        // Behind a gateway a path stands before Tempo's.
        Assert.True(context.Request.Path.StartsWithSegments("/tenant/tempo", out var path));
        var asked = path + context.Request.QueryString.Value;
        lock (_asked)
        {
            _asked.Add(asked);
            _tenants.Add(context.Request.Headers["X-Scope-OrgID"].ToString());
        }

        var (status, body) = _answer(asked);
        context.Response.StatusCode = status;
        context.Response.ContentType = status == (int)HttpStatusCode.OK ? "application/json" : "text/plain";
        return context.Response.WriteAsync(body, Encoding.UTF8, context.RequestAborted);
    }

    private static (int Status, string Body) Recorded(string asked) => asked switch
    {
        _ when asked.StartsWith("/api/search?", StringComparison.Ordinal) => (200, Search),
        "/api/traces/2f3e0cee77ae5dc9c17ade3689eb2e54" => (200, Trace),
        "/api/traces/0000000000000000000000c0ffee0001" => (200, Small),
        _ => (404, "trace not found"),
    };
}
