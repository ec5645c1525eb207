using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Proto.Trace.V1;
using Weft.Proxy.Mesh;
using Weft.Xds.Grpc;

namespace Weft.Proxy.Tracing;

public sealed class TracingTests
{
    private const string Beta = "http://beta.demo:8000/";

    // The fields in which our control plane states a provider of kind zipkin; istiod's own form is in TracingCompilerTests.
    private const string Zipkin = """
        {"name":"envoy.tracers.zipkin","typedConfig":{"@type":"type.googleapis.com/envoy.config.trace.v3.ZipkinConfig","collectorCluster":"collector","collectorEndpoint":"/api/v2/spans","collectorHostname":"zipkin.example:9411",
        "collectorEndpointVersion":"HTTP_JSON","traceId128bit":true,"sharedSpanContext":false} }
        """;

    private const string Otlp = """
        {"name":"envoy.tracers.opentelemetry","typedConfig":{"@type":"type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig","serviceName":"SERVICE","grpcService":{"envoyGrpc":{"clusterName":"collector","authority":"otel.example"} } } }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Zipkin_gets_a_client_and_a_server_span_of_one_trace_with_Envoys_tags()
    {
        var spans = new ConcurrentQueue<JsonNode>();
        await using var collector = await CollectorAsync(spans);
        await using var mesh = await StartAsync(collector, Zipkin, 100, EchoB3);
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta + "path?q=1") { Content = new StringContent("12345"), Headers = { { "user-agent", "me" }, { "portal", "web" } } };

        using var response = await mesh.Client().SendAsync(request, Cancel);
        var seen = (await response.Content.ReadAsStringAsync(Cancel)).Split(' ');
        await TestMesh.UntilAsync(() => spans.Count == 2, Cancel);

        var client = spans.Single(span => Text(span, "kind") == "CLIENT");
        var server = spans.Single(span => Text(span, "kind") == "SERVER");
        Assert.Equal(32, Text(client, "traceId").Length);
        Assert.Equal(Text(client, "traceId"), Text(server, "traceId"));
        Assert.Equal(Text(client, "id"), Text(server, "parentId"));
        Assert.Null(client["parentId"]);
        Assert.Equal([Text(server, "traceId"), Text(server, "id"), Text(server, "parentId"), "1"], seen);
        Assert.Equal("beta.demo.svc.cluster.local:8000/*", Text(client, "name"));
        Assert.Equal("beta.demo.svc.cluster.local:8000/*", Text(server, "name"));
        Assert.Equal(("alpha.demo", "beta.demo"), (Text(client["localEndpoint"]!, "serviceName"), Text(server["localEndpoint"]!, "serviceName")));
        var tags = client["tags"]!.AsObject();
        Assert.Equal("proxy", tags["component"]!.GetValue<string>());
        Assert.Equal(mesh.AlphaNode, tags["node_id"]!.GetValue<string>());
        Assert.Equal("http://beta.demo:8000/path?q=1", tags["http.url"]!.GetValue<string>());
        Assert.Equal("POST", tags["http.method"]!.GetValue<string>());
        Assert.Equal("200", tags["http.status_code"]!.GetValue<string>());
        Assert.Equal("HTTP/1.1", tags["http.protocol"]!.GetValue<string>());
        Assert.Equal("me", tags["user_agent"]!.GetValue<string>());
        Assert.Equal("5", tags["request_size"]!.GetValue<string>());
        Assert.Equal("-", tags["response_flags"]!.GetValue<string>());
        Assert.Equal("-", tags["downstream_cluster"]!.GetValue<string>());
        Assert.Equal("127.0.0.1", tags["peer.address"]!.GetValue<string>());
        Assert.Equal(ResourceEdits.BetaCluster, tags["upstream_cluster"]!.GetValue<string>());
        Assert.Equal("9", tags["guid:x-request-id"]!.GetValue<string>().Substring(14, 1));
        Assert.Equal("x", tags["t1"]!.GetValue<string>());
        Assert.Equal("web", tags["t2"]!.GetValue<string>());
        Assert.Equal("none", tags["t3"]!.GetValue<string>());
        Assert.Equal("allowed", server["tags"]!["istio.authorization.dry_run.deny_policy.result"]!.GetValue<string>());
        Assert.False(tags.ContainsKey("error"));
        var metrics = await TestMesh.MetricsAsync(mesh.AlphaAddress, Cancel);
        Assert.Contains("envoy_tracing_spans_sent{} 1", metrics);
    }

    [Fact]
    public async Task A_failure_is_an_error_on_the_span()
    {
        var spans = new ConcurrentQueue<JsonNode>();
        await using var collector = await CollectorAsync(spans);
        await using var mesh = await StartAsync(collector, Zipkin, 100, context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });

        await mesh.Client().GetAsync(Beta, Cancel);
        await TestMesh.UntilAsync(() => spans.Count == 2, Cancel);

        Assert.All(spans, span => Assert.Equal(("503", "true"), (Text(span["tags"]!, "http.status_code"), Text(span["tags"]!, "error"))));
    }

    [Theory]
    [InlineData("b3", "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1")]
    [InlineData("x-b3-traceid", "463ac35c9f6413ad48485a3953bb6124")]
    public async Task The_callers_trace_goes_on(string header, string value)
    {
        var spans = new ConcurrentQueue<JsonNode>();
        await using var collector = await CollectorAsync(spans);
        await using var mesh = await StartAsync(collector, Zipkin, 0, EchoB3);
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { header, value } } };
        if (header != "b3")
        {
            request.Headers.Add("x-b3-spanid", "a2fb4a1d1a96d312");
            request.Headers.Add("x-b3-sampled", "1");
        }

        await mesh.Client().SendAsync(request, Cancel);
        await TestMesh.UntilAsync(() => spans.Count == 2, Cancel);

        Assert.All(spans, span => Assert.Equal("463ac35c9f6413ad48485a3953bb6124", Text(span, "traceId")));
        Assert.Equal("a2fb4a1d1a96d312", Text(spans.Single(span => Text(span, "kind") == "CLIENT"), "parentId"));
    }

    [Fact]
    public async Task What_is_not_sampled_is_told_to_the_next_and_not_reported()
    {
        var spans = new ConcurrentQueue<JsonNode>();
        await using var collector = await CollectorAsync(spans);
        await using var mesh = await StartAsync(collector, Zipkin, 0, EchoB3);
        using var forced = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "x-envoy-force-trace", "true" } } };

        Assert.EndsWith(" 0", await mesh.Client().GetStringAsync(Beta, Cancel));
        await mesh.Client().SendAsync(forced, Cancel);

        await TestMesh.UntilAsync(() => spans.Count == 2, Cancel);
        Assert.All(spans, span => Assert.Equal('a', Text(span["tags"]!, "guid:x-request-id")[14]));
    }

    [Fact]
    public async Task A_mirrored_request_is_traced_only_where_its_policy_says()
    {
        var spans = new ConcurrentQueue<JsonNode>();
        var mirrored = new ConcurrentQueue<string>();
        await using var collector = await CollectorAsync(spans);
        await using var mirror = await TestService.StartAsync(context =>
        {
            mirrored.Enqueue($"{context.Request.Headers["x-b3-traceid"]} {context.Request.Headers["x-b3-sampled"]}");
            return Task.CompletedTask;
        });
        await using var mesh = await TestMesh.StartAsync(EchoB3, Cancel, (kind, resources) =>
        {
            Trace(kind, resources, collector, Zipkin, 100);
            if (kind == "clusters")
            {
                mirror.AddTo(resources, "mirror");
            }

            if (kind == "routes")
            {
                ResourceEdits.SetAction(resources, "requestMirrorPolicies", """[{"cluster":"mirror","traceSampled":false},{"cluster":"mirror"}]""");
            }
        });

        var trace = (await mesh.Client().GetStringAsync(Beta, Cancel)).Split(' ')[0];

        await TestMesh.UntilAsync(() => mirrored.Count == 2, Cancel);
        Assert.Equal([$"{trace} 0", $"{trace} 1"], mirrored.Order());
    }

    [Fact]
    public async Task OpenTelemetry_gets_spans_over_gRPC_with_W3C_context()
    {
        var requests = new ConcurrentQueue<TracesData>();
        await using var collector = await TestService.StartAsync(
            async context =>
            {
                requests.Enqueue((await GrpcFraming.ReadAsync(context.Request.BodyReader, TracesData.Parser, 1 << 20, context.RequestAborted))!);
                context.Response.ContentType = "application/grpc";
                await GrpcFraming.WriteAsync(context.Response.BodyWriter, new ExportResponse(), context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
            },
            isHttp2: true);
        await using var mesh = await StartAsync(collector, Otlp, 100, context => context.Response.WriteAsync($"{context.Request.Headers["traceparent"]} {context.Request.Headers["tracestate"]}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }, { "tracestate", "a=b" } } };

        var told = await (await mesh.Client().SendAsync(request, Cancel)).Content.ReadAsStringAsync(Cancel);
        await TestMesh.UntilAsync(() => requests.Sum(batch => batch.ResourceSpans[0].ScopeSpans[0].Spans.Count) == 2, Cancel);

        var spans = requests.SelectMany(batch => batch.ResourceSpans[0].ScopeSpans[0].Spans).ToList();
        var client = spans.Single(span => span.Kind == 3);
        var server = spans.Single(span => span.Kind == 2);
        Assert.All(spans, span => Assert.Equal("0af7651916cd43dd8448eb211c80319c", Convert.ToHexStringLower(span.TraceId.Span)));
        Assert.Equal("b7ad6b7169203331", Convert.ToHexStringLower(client.ParentSpanId.Span));
        Assert.Equal(client.SpanId, server.ParentSpanId);
        Assert.Equal($"00-0af7651916cd43dd8448eb211c80319c-{Convert.ToHexStringLower(server.SpanId.Span)}-01 a=b", told);
        Assert.True(client.EndTimeUnixNano > client.StartTimeUnixNano);
        Assert.Contains(client.Attributes, attribute => attribute is { Key: "istio.canonical_service", Value.StringValue: "alpha" });
        Assert.Equal(["alpha.demo", "beta.demo"], requests.Select(batch => batch.ResourceSpans[0].Resource.Attributes[0].Value.StringValue).Order());
    }

    [Fact]
    public async Task Spans_that_no_collector_takes_are_counted_and_harm_nobody()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) => Trace(kind, resources, null, Zipkin, 100));

        Assert.True((await mesh.Client().GetAsync(Beta, Cancel)).IsSuccessStatusCode);

        await TestMesh.UntilAsync(async () => (await TestMesh.MetricsAsync(mesh.AlphaAddress, Cancel)).Contains("envoy_tracing_spans_dropped{} 1"), Cancel);
    }

    private static Task EchoB3(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Response.WriteAsync($"{headers["x-b3-traceid"]} {headers["x-b3-spanid"]} {headers["x-b3-parentspanid"]} {headers["x-b3-sampled"]}");
    }

    private static Task<TestService> CollectorAsync(ConcurrentQueue<JsonNode> spans) => TestService.StartAsync(async context =>
    {
        Assert.Equal("zipkin.example:9411", context.Request.Host.Value);
        foreach (var span in (await JsonNode.ParseAsync(context.Request.Body))!.AsArray())
        {
            spans.Enqueue(span!);
        }

        context.Response.StatusCode = 202;
    });

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static Task<TestMesh> StartAsync(TestService collector, string provider, double sampling, RequestDelegate serve) =>
        TestMesh.StartAsync(serve, Cancel, (kind, resources) => Trace(kind, resources, collector, provider, sampling));

    private static void Trace(string kind, JsonArray resources, TestService? collector, string provider, double sampling)
    {
        if (kind == "clusters")
        {
            collector?.AddTo(resources, "collector");
        }

        if (kind != "listeners")
        {
            return;
        }

        foreach (var manager in ResourceEdits.InboundManagers(resources).Concat(ResourceEdits.OutboundManagers(resources)))
        {
            var isInbound = ResourceEdits.InboundManagers(resources).Contains(manager);
            var name = isInbound ? "beta" : "alpha";
            manager["tracing"] = JsonNode.Parse($$"""
                {"clientSampling":{"value":100},"overallSampling":{"value":100},"randomSampling":{"value":{{sampling}} },"provider":{{provider.Replace("SERVICE", name + ".demo")}},
                "customTags":[{"tag":"t1","literal":{"value":"x"} },{"tag":"t2","requestHeader":{"name":"portal"} },{"tag":"t3","requestHeader":{"name":"none","defaultValue":"none"} },
                {"tag":"istio.canonical_service","literal":{"value":"{{name}}"} },
                {"tag":"istio.authorization.dry_run.deny_policy.result","metadata":{"kind":{"request":{} },"metadataKey":{"key":"envoy.filters.http.rbac","path":[{"key":"istio_dry_run_deny_shadow_engine_result"}]} } }]}
                """);
            if (isInbound)
            {
                ResourceEdits.Insert([manager], """
                    {"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","shadowRulesStatPrefix":"istio_dry_run_deny_","shadowRules":{"action":"DENY"} } }
                    """);
            }
        }
    }
}
