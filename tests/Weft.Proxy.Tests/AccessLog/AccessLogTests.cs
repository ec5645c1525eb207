using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.AccessLog;

public sealed class AccessLogTests
{
    private const string Beta = "http://beta.demo:8000/";

    // Istio's default (istio-semantics 3.7), the JSON keys among them those of its default JSON log.
    private const string DefaultText =
        "[%START_TIME%] \\\"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\\\" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "
        + "\\\"%UPSTREAM_TRANSPORT_FAILURE_REASON%\\\" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \\\"%REQ(X-FORWARDED-FOR)%\\\" \\\"%REQ(USER-AGENT)%\\\" "
        + "\\\"%REQ(X-REQUEST-ID)%\\\" \\\"%REQ(:AUTHORITY)%\\\" \\\"%UPSTREAM_HOST%\\\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Istios_default_text_tells_of_a_request()
    {
        await using var mesh = await StartAsync($$"""{"textFormatSource":{"inlineString":"{{DefaultText}}"} }""");
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta + "p?q") { Content = new StringContent("12345"), Headers = { { "user-agent", "me" }, { "x-request-id", "id-1" } } };

        await mesh.Client().SendAsync(request, Cancel);
        await TestMesh.UntilAsync(() => !mesh.Log.IsEmpty, Cancel);

        Assert.Matches(
            $"^\\[\\d{{4}}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{{3}}Z\\] \"POST /p\\?q HTTP/1\\.1\" 200 - via_upstream - \"-\" 5 2 \\d+ \\d+ \"-\" \"me\" \"id-1\" \"beta\\.demo:8000\" \"{mesh.BetaAddress}:8080\" "
            + $"outbound\\|8000\\|\\|beta\\.demo\\.svc\\.cluster\\.local {mesh.AlphaAddress}:\\d+ 10\\.96\\.1\\.2:8000 127\\.0\\.0\\.1:\\d+ - default$",
            mesh.Log.Single());
    }

    [Fact]
    public void A_logger_that_is_not_known_is_refused()
    {
        var log = new Envoy.Config.Accesslog.V3.AccessLog { TypedConfig = Google.Protobuf.WellKnownTypes.Any.Pack(new Envoy.Config.Cluster.V3.Cluster()) };

        Assert.Throws<Subscriptions.ResourceRejectedException>(() => AccessLogCompiler.Compile([log]));
    }

    [Fact]
    public async Task JSON_keeps_numbers_and_structure_and_writes_null_for_what_is_absent()
    {
        await using var mesh = await StartAsync("""
            {"jsonFormat":{"code":"%RESPONSE_CODE%","text":"c=%RESPONSE_CODE%","none":"%REQ(x-none)%","nested":{"list":["%REQ(:METHOD)%",7,true]},"ms":"%REQUEST_DURATION%","first":"%REQ(:PATH):2%","long":"%RESPONSE_FLAGS_LONG%","query":"%QUERY_PARAM(a)%"} }
            """);

        await mesh.Client().GetAsync(Beta + "?a=1", Cancel);
        await TestMesh.UntilAsync(() => !mesh.Log.IsEmpty, Cancel);

        var entry = JsonNode.Parse(mesh.Log.Single())!;
        Assert.Equal(200, entry["code"]!.GetValue<int>());
        Assert.Equal("c=200", entry["text"]!.GetValue<string>());
        Assert.Null(entry["none"]);
        Assert.Equal("""["GET",7,true]""", entry["nested"]!["list"]!.ToJsonString());
        Assert.Equal("/?", entry["first"]!.GetValue<string>());
        Assert.Equal("1", entry["query"]!.GetValue<string>());
        Assert.Equal(["code", "first", "long", "ms", "nested", "none", "query", "text"], entry.AsObject().Select(field => field.Key));
    }

    [Fact]
    public async Task The_times_of_a_request_follow_one_another_with_a_body_and_without()
    {
        await using var mesh = await StartAsync("""
            {"jsonFormat":{"received":"%REQUEST_DURATION%","sent":"%REQUEST_TX_DURATION%","answered":"%RESPONSE_DURATION%","passed":"%RESPONSE_TX_DURATION%","all":"%DURATION%","micros":"%COMMON_DURATION(DS_RX_BEG:US_TX_END:us)%",
             "path":"%PATH(NQ)%","to":"%UPSTREAM_PROTOCOL%","peer":"%FILTER_STATE(upstream_peer:FIELD:workload)%","baggage":"%FILTER_STATE(wasm.upstream_peer)%","type":"%ACCESS_LOG_TYPE%"} }
            """);

        await mesh.Client().GetAsync(Beta + "p?q", Cancel);
        await mesh.Client().PostAsync(Beta + "p?q", new StringContent("12345"), Cancel);
        await TestMesh.UntilAsync(() => mesh.Log.Count == 2, Cancel);

        Assert.All(mesh.Log, line =>
        {
            var entry = JsonNode.Parse(line)!;
            int Time(string name) => entry[name]!.GetValue<int>();
            Assert.InRange(Time("received"), 0, Time("sent"));
            Assert.InRange(Time("sent"), 0, Time("answered"));
            Assert.InRange(Time("answered") + Time("passed"), Time("all") - 1, Time("all"));
            Assert.InRange(Time("micros"), Time("sent") * 1000, (Time("sent") * 1000) + 999);
            Assert.Equal(("/p", "HTTP/1.1", "beta-v1", "DownstreamEnd"), ((string)entry["path"]!, (string)entry["to"]!, (string)entry["peer"]!, (string)entry["type"]!));
            Assert.Contains("k8s.namespace.name=demo", (string)entry["baggage"]!);
        });
    }

    [Theory]
    [InlineData("""{"extensionFilter":{"name":"cel","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter","expression":"response.code >= 500"} } }""", "500")]
    [InlineData("""{"extensionFilter":{"name":"cel","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter","expression":"request.url_path.contains('2') && !(response.code in [500, 404])"} } }""", "200")]
    [InlineData("""{"statusCodeFilter":{"comparison":{"op":"LE","value":{"defaultValue":200} } } }""", "200")]
    [InlineData("""{"andFilter":{"filters":[{"statusCodeFilter":{"comparison":{"op":"GE","value":{"defaultValue":400} } } },{"headerFilter":{"header":{"name":":path","stringMatch":{"suffix":"404"} } } }]} }""", "404")]
    [InlineData("""{"orFilter":{"filters":[{"responseFlagFilter":{"flags":["NR"]} },{"statusCodeFilter":{"comparison":{"op":"EQ","value":{"defaultValue":500} } } }]} }""", "500")]
    public async Task Filters_choose_what_is_logged(string filter, string expected)
    {
        await using var mesh = await StartAsync("""{"textFormatSource":{"inlineString":"%RESPONSE_CODE%"} }""", filter);

        foreach (var status in (string[])["200", "404", "500"])
        {
            await mesh.Client().GetAsync(Beta + status, Cancel);
        }

        await mesh.Client().GetAsync(Beta + expected, Cancel);
        await TestMesh.UntilAsync(() => mesh.Log.Count == 2, Cancel);
        Assert.All(mesh.Log, line => Assert.Equal(expected, line));
    }

    private static Task<TestMesh> StartAsync(string format, string? filter = null) => TestMesh.StartAsync(
        context =>
        {
            context.Response.StatusCode = int.TryParse(context.Request.Path.Value!.Trim('/'), out var status) ? status : 200;
            return context.Response.WriteAsync("ok");
        },
        Cancel,
        (kind, resources) =>
        {
            if (kind == "listeners")
            {
                foreach (var manager in ResourceEdits.OutboundManagers(resources))
                {
                    var log = JsonNode.Parse($$"""
                        {"name":"envoy.access_loggers.file","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog","path":"/dev/stdout","logFormat":{{format}} } }
                        """)!;
                    if (filter is not null)
                    {
                        log["filter"] = JsonNode.Parse(filter);
                    }

                    manager["accessLog"] = new JsonArray(log);
                }
            }
        });
}
