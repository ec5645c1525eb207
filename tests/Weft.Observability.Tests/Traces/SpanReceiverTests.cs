using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;
using WireSpan = OpenTelemetry.Proto.Trace.V1.Span;

namespace Weft.Observability.Traces;

/// <summary>The ways in: what is taken, what is refused and with which words.</summary>
public sealed class SpanReceiverTests
{
    private const string Grpc = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Otlp_over_grpc_is_stored(bool compressed)
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await CallAsync(store, Message(OneSpan()), compressed);
        var answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.Equal([0, 0, 0, 0, 0], answer);
        await AssertStoredAsync(store);
    }

    [Fact]
    public async Task Otlp_over_http_is_stored_from_protobuf_and_compressed()
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.Http.SendAsync(HttpReport(store, OneSpan().ToByteArray()), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/x-protobuf", response.Content.Headers.ContentType!.MediaType);
        await AssertStoredAsync(store);
    }

    [Fact]
    public async Task Otlp_json_knows_all_types_of_attributes()
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.ReportAsync("""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"hostname","value":{"stringValue":"shop-1"}}]},
            "scopeSpans":[{"scope":{"name":"lib","version":"2"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"buy","kind":"SPAN_KIND_SERVER",
            "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":1544712661000000000,"status":{"code":"STATUS_CODE_ERROR","message":"sold out"},
            "links":[{"traceId":"5b8efff798038103d269b633813fc60d","spanId":"eee19b7ec3c1b175"}],
            "events":[{"timeUnixNano":"1544712660500000000","name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"SoldOut"}}]}],
            "attributes":[{"key":"a","value":{"intValue":"7"}},{"key":"b","value":{"doubleValue":0.5}},{"key":"c","value":{"boolValue":false}},
            {"key":"d","value":{"arrayValue":{"values":[{"stringValue":"x"},{"intValue":1}]}}},{"key":"e","value":{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}}},
            {"key":"f","value":{"bytesValue":"AQI="}},{"key":"g"}]}]}]}]}
            """);
        Assert.Equal("""{"partialSuccess":{}}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var trace = (await store.JaegerAsync("/api/traces/5b8efff798038103d269b633813fc60c"))["data"]![0]!;
        var span = trace["spans"]![0]!;
        Assert.Equal(
            """
            a:int64:7 b:float64:0.5 c:bool:false d:string:["x",1] e:string:{"k":true} error:bool:true f:binary:AQI= g:string: otel.scope.name:string:lib otel.scope.version:string:2 otel.status_code:string:ERROR otel.status_description:string:sold out span.kind:string:server
            """,
            string.Join(' ', span["tags"]!.AsArray().Select(static tag => $"{tag!["key"]}:{tag["type"]}:{tag["value"]}")));
        Assert.Equal("""[{"refType":"FOLLOWS_FROM","traceID":"5b8efff798038103d269b633813fc60d","spanID":"eee19b7ec3c1b175"}]""", span["references"]!.ToJsonString());
        Assert.Equal(
            """[{"timestamp":1544712660500000,"fields":[{"key":"event","type":"string","value":"exception"},{"key":"exception.type","type":"string","value":"SoldOut"}]}]""",
            span["logs"]!.ToJsonString());
        Assert.Equal("""{"serviceName":"shop","tags":[{"key":"hostname","type":"string","value":"shop-1"}]}""", trace["processes"]!["p1"]!.ToJsonString());
    }

    [Fact]
    public async Task Spans_without_ids_are_refused_one_by_one()
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.ReportAsync("""
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000000","spanId":"eee19b7ec3c1b174","name":"no"},
            {"traceId":"0000000000000000000000000000000a","spanId":"000000000000000b","name":"yes"}]}]}]}
            """);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("1", (string)answer["partialSuccess"]!["rejectedSpans"]!);
        Assert.Equal(["unknown_service"], (await store.JaegerAsync("/api/services"))["data"]!.AsArray().Select(static name => (string)name!));
    }

    [Fact]
    public async Task Zipkin_spans_are_stored()
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.PostAsync(new Uri(store.Tracing.ZipkinAddresses[0], "/api/v2/spans"), """
            [{"traceId":"5982fe77008310cc80f1da5e10147517","name":"get","id":"bd7a977555f6b982","parentId":"ebf33e1a81dc6f71","kind":"CLIENT","timestamp":1458702548467000,"duration":386000,
            "localEndpoint":{"serviceName":"frontend.shop","ipv4":"127.1.0.5"},"remoteEndpoint":{"serviceName":"backend","ipv4":"192.168.99.101","port":9000},
            "annotations":[{"timestamp":1458702548467100,"value":"foo"}],"tags":{"http.path":"/api"}}]
            """);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);

        var trace = (await store.JaegerAsync("/api/traces/5982fe77008310cc80f1da5e10147517"))["data"]![0]!;
        var span = trace["spans"]![0]!;
        Assert.Equal(386000, (long)span["duration"]!);
        Assert.Equal("frontend.shop", (string)trace["processes"]!["p1"]!["serviceName"]!);
        Assert.Equal(
            "http.path:/api peer.ipv4:192.168.99.101 peer.port:9000 peer.service:backend span.kind:client",
            string.Join(' ', span["tags"]!.AsArray().Select(static tag => $"{tag!["key"]}:{tag["value"]}")));
        Assert.Equal("ebf33e1a81dc6f71", (string)span["references"]![0]!["spanID"]!);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"resourceSpans":{}}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz","spanId":"eee19b7ec3c1b174"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":5}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}""")]
    public async Task Json_that_is_no_report_is_refused(string body)
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.ReportAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("not an ExportTraceServiceRequest", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[5]")]
    [InlineData("""[{"traceId":"1"}]""")]
    [InlineData("""[{"traceId":"1","id":"2","timestamp":"x"}]""")]
    [InlineData("""[{"traceId":"1","id":"2","annotations":[7]}]""")]
    public async Task Json_that_is_no_list_of_zipkin_spans_is_refused(string body)
    {
        await using var store = await TracingFixture.StartAsync();
        using var response = await store.PostAsync(new Uri(store.Tracing.ZipkinAddresses[0], "/api/v2/spans"), body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Random_bytes_are_refused_on_every_way()
    {
        await using var store = await TracingFixture.StartAsync();
        var random = new Random(4711);
        for (var round = 0; round < 50; round++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            using var grpc = await CallAsync(store, bytes, compressed: false);
            Assert.NotEqual("0", grpc.TrailingHeaders.TryGetValues("grpc-status", out var status) ? status.Single() : grpc.Headers.GetValues("grpc-status").Single());
            using var damaged = HttpReport(store, bytes);
            damaged.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf"), ContentEncoding = { "gzip" } } };
            using var http = await store.Http.SendAsync(damaged, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, http.StatusCode);
        }
    }

    [Fact]
    public async Task A_report_beyond_the_limit_is_refused_also_when_it_is_only_large_unpacked()
    {
        await using var store = await TracingFixture.StartAsync(static options => options with { MaxReportBytes = 10_000 });
        using var request = HttpReport(store, new byte[100_000]);
        using var response = await store.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    private static async Task AssertStoredAsync(TracingFixture store)
    {
        var trace = (await store.JaegerAsync("/api/traces/0a000000000000000b00000000000000"))["data"]![0]!;
        Assert.Equal("buy", (string)trace["spans"]![0]!["operationName"]!);
        Assert.Equal(1, store.Tracing.Counts.ReceivedSpans);
    }

    private static HttpRequestMessage HttpReport(TracingFixture store, byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(body);
        var content = new ByteArrayContent(packed.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf"), ContentEncoding = { "gzip" } } };
        return new HttpRequestMessage(HttpMethod.Post, new Uri(store.Tracing.OtlpHttpAddresses[0], "/v1/traces")) { Content = content };
    }

    private static async Task<HttpResponseMessage> CallAsync(TracingFixture store, byte[] framed, bool compressed)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(store.Tracing.OtlpGrpcAddresses[0], Grpc))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(compressed ? Compressed(framed) : framed) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        if (compressed)
            request.Headers.Add("grpc-encoding", "gzip");
        var response = await store.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        return response;
    }

    private static byte[] Message(IMessage message) => Framed(message.ToByteArray(), flag: 0);

    private static byte[] Compressed(byte[] framed)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(framed.AsSpan(5));
        return Framed(packed.ToArray(), flag: 1);
    }

    private static byte[] Framed(byte[] message, byte flag)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static TracesData OneSpan() => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "shop" } } } },
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        Spans =
                        {
                            new WireSpan
                            {
                                TraceId = ByteString.CopyFrom([10, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0]),
                                SpanId = ByteString.CopyFrom([1, 0, 0, 0, 0, 0, 0, 0]),
                                Name = "buy",
                                Kind = 2,
                                StartTimeUnixNano = 1_000_000_000,
                                EndTimeUnixNano = 2_000_000_000,
                            },
                        },
                    },
                },
            },
        },
    };
}
