using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Envoy.Data.Accesslog.V3;
using Envoy.Extensions.AccessLoggers.Grpc.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.AccessLog.Services;

public sealed class ServiceLogTests
{
    private const string Beta = "http://beta.demo:8000/";

    // What istiod sends, with a buffer that makes each entry a message.
    private const string Common = """
        "commonConfig":{"logName":"mine","transportApiVersion":"V3","bufferSizeBytes":0,"grpcService":{"envoyGrpc":{"clusterName":"als","authority":"logs.example"} },"filterStateObjectsToLog":["upstream_peer","downstream_peer"] }
        """;

    private const string Http = $$"""
        {"name":"envoy.access_loggers.http_grpc","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig",{{Common}},
        "additionalRequestHeadersToLog":["X-Portal"],"additionalResponseHeadersToLog":["x-seen"]} }
        """;

    private const string Tcp = $$"""
        {"name":"envoy.tcp_grpc_access_log","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig",{{Common}} } }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Envoys_service_gets_each_request_on_one_stream_whose_first_message_says_who_sends()
    {
        await using var service = await LogService.StartAsync();
        await using var mesh = await StartAsync(service, listeners => Add(ResourceEdits.OutboundManagers(listeners), Http));
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta + "path?q=1")
        {
            Content = new StringContent("12345"),
            Headers = { { "user-agent", "me" }, { "referer", "there" }, { "x-request-id", "id-1" }, { "x-portal", "web" } },
        };

        await mesh.Client().SendAsync(request, Cancel);
        await mesh.Client().GetAsync(Beta + "404", Cancel);
        await TestMesh.UntilAsync(() => service.Messages.Count == 2, Cancel);

        var (first, second) = (service.Messages.First(), service.Messages.Last());
        Assert.Equal((1, 1), (first.Stream, second.Stream));
        Assert.Equal(("mine", mesh.AlphaNode), (first.Message.Identifier.LogName, first.Message.Identifier.Node.Id));
        Assert.Null(second.Message.Identifier);
        var entry = Assert.Single(first.Message.HttpLogs.LogEntry);
        Assert.Equal(HTTPAccessLogEntry.Types.HTTPVersion.Http11, entry.ProtocolVersion);
        Assert.Equal((RequestMethod.Post, "beta.demo:8000", "/path?q=1"), (entry.Request.RequestMethod, entry.Request.Authority, entry.Request.Path));
        Assert.Equal(("me", "there", "id-1", 5UL), (entry.Request.UserAgent, entry.Request.Referer, entry.Request.RequestId, entry.Request.RequestBodyBytes));
        Assert.Equal("""{ "x-portal": "web" }""", entry.Request.RequestHeaders.ToString());
        Assert.Equal((200U, 2UL, "via_upstream"), (entry.Response.ResponseCode, entry.Response.ResponseBodyBytes, entry.Response.ResponseCodeDetails));
        Assert.Equal("""{ "x-seen": "yes" }""", entry.Response.ResponseHeaders.ToString());
        var common = entry.CommonProperties;
        Assert.Equal((ResourceEdits.BetaCluster, "default", AccessLogType.DownstreamEnd, 1U), (common.UpstreamCluster, common.RouteName, common.AccessLogType, common.UpstreamRequestAttemptCount));
        Assert.Equal((mesh.BetaAddress, 8080U), (common.UpstreamRemoteAddress.SocketAddress.Address, common.UpstreamRemoteAddress.SocketAddress.PortValue));
        Assert.Equal("10.96.1.2", common.DownstreamLocalAddress.SocketAddress.Address);
        Assert.Null(common.ResponseFlags);
        Assert.Null(common.TlsProperties);
        Assert.True(common.TimeToLastRxByte.ToTimeSpan() <= common.Duration.ToTimeSpan());
        Assert.Equal("beta-v1", common.FilterStateObjects["upstream_peer"].Unpack<Struct>().Fields["WORKLOAD_NAME"].StringValue);
        Assert.Equal(["upstream_peer"], common.FilterStateObjects.Keys);
        Assert.Equal(404U, Assert.Single(second.Message.HttpLogs.LogEntry).Response.ResponseCode);
        Assert.Contains("envoy_access_logs_grpc_access_log_logs_written{} 2", await TestMesh.MetricsAsync(mesh.AlphaAddress, Cancel));
    }

    [Fact]
    public async Task The_serving_side_tells_of_mutual_TLS_and_of_the_caller()
    {
        await using var service = await LogService.StartAsync();
        await using var mesh = await StartAsync(service, listeners => Add(ResourceEdits.InboundManagers(listeners), Http));

        await mesh.Client().GetAsync(Beta, Cancel);
        await TestMesh.UntilAsync(() => !service.Messages.IsEmpty, Cancel);

        var common = service.Messages.Single().Message.HttpLogs.LogEntry.Single().CommonProperties;
        Assert.Equal("spiffe://cluster.local/ns/demo/sa/alpha", Assert.Single(common.TlsProperties.PeerCertificateProperties.SubjectAltName).Uri);
        Assert.Equal("spiffe://cluster.local/ns/demo/sa/beta", Assert.Single(common.TlsProperties.LocalCertificateProperties.SubjectAltName).Uri);
        Assert.Equal((TLSProperties.Types.TLSVersion.Tlsv13, "outbound_.8000_._.beta.demo.svc.cluster.local"), (common.TlsProperties.TlsVersion, common.TlsProperties.TlsSniHostname));
        Assert.InRange(common.TlsProperties.TlsCipherSuite!.Value, 0x1301U, 0x1303U);
        Assert.Equal("alpha-v1", common.FilterStateObjects["downstream_peer"].Unpack<Struct>().Fields["WORKLOAD_NAME"].StringValue);
    }

    [Fact]
    public async Task A_stream_that_the_service_ended_is_followed_by_another()
    {
        await using var service = await LogService.StartAsync(messagesPerStream: 1);
        await using var mesh = await StartAsync(service, listeners => Add(ResourceEdits.OutboundManagers(listeners), Http));

        await TestMesh.UntilAsync(
            async () =>
            {
                await mesh.Client().GetAsync(Beta, Cancel);
                return service.Messages.Any(entry => entry.Stream == 2);
            },
            Cancel);

        Assert.All(service.Messages, entry => Assert.Equal("mine", entry.Message.Identifier?.LogName));
    }

    [Fact]
    public async Task Entries_that_no_service_takes_are_counted_and_harm_nobody()
    {
        await using var mesh = await StartAsync(null, listeners => Add(ResourceEdits.OutboundManagers(listeners), Http));

        Assert.True((await mesh.Client().GetAsync(Beta, Cancel)).IsSuccessStatusCode);

        await TestMesh.UntilAsync(async () => (await TestMesh.MetricsAsync(mesh.AlphaAddress, Cancel)).Contains("envoy_access_logs_grpc_access_log_logs_dropped{} 1"), Cancel);
    }

    [Fact]
    public async Task Connections_are_told_with_their_bytes()
    {
        await using var service = await LogService.StartAsync();
        await using var mesh = await StartAsync(service, listeners =>
            Add([listeners.First(listener => (string)listener!["name"]! == $"{IstioResources.DbVip}_3306")!["filterChains"]![0]!["filters"]!.AsArray().Last()!["typedConfig"]!], Tcp));
        mesh.ServeTcp(mesh.BetaApp, 3306, async stream =>
        {
            await stream.ReadExactlyAsync(new byte[4], Cancel);
            await stream.WriteAsync("pong!"u8.ToArray(), Cancel);
        });

        await using (var connection = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel))
        {
            await connection.WriteAsync("ping"u8.ToArray(), Cancel);
            await connection.ReadExactlyAsync(new byte[5], Cancel);
        }

        await TestMesh.UntilAsync(() => !service.Messages.IsEmpty, Cancel);
        var entry = Assert.Single(service.Messages.Single().Message.TcpLogs.LogEntry);
        Assert.Equal((4UL, 5UL), (entry.ConnectionProperties.ReceivedBytes, entry.ConnectionProperties.SentBytes));
        Assert.Equal((IstioResources.DbCluster, AccessLogType.TcpConnectionEnd), (entry.CommonProperties.UpstreamCluster, entry.CommonProperties.AccessLogType));
        Assert.True(entry.CommonProperties.FilterStateObjects.ContainsKey("upstream_peer"));
    }

    [Fact]
    public async Task OpenTelemetry_gets_body_and_attributes_as_formatted()
    {
        await using var service = await LogService.StartAsync();
        await using var mesh = await StartAsync(service, listeners => Add(ResourceEdits.OutboundManagers(listeners), $$"""
            {"name":"envoy.access_loggers.open_telemetry","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig",{{Common}},
            "body":{"stringValue":"%REQ(:METHOD)% %RESPONSE_CODE%"},"resourceAttributes":{"values":[{"key":"of","value":{"stringValue":"me"} }]},
            "attributes":{"values":[{"key":"path","value":{"stringValue":"%REQ_WITHOUT_QUERY(:PATH)%"} },{"key":"more","value":{"kvlistValue":{"values":[{"key":"no","value":{"stringValue":"%REQ(x-none)%"} }]} } }]} } }
            """));

        await mesh.Client().GetAsync(Beta + "path?q=1", Cancel);
        await TestMesh.UntilAsync(() => !service.Otlp.IsEmpty, Cancel);

        var logs = Assert.Single(service.Otlp.Single().ResourceLogs);
        Assert.Equal([("log_name", "mine"), ("zone_name", ""), ("cluster_name", "alpha.demo"), ("node_name", mesh.AlphaNode), ("of", "me")], logs.Resource.Attributes.Select(label => (label.Key, label.Value.StringValue)));
        var record = Assert.Single(Assert.Single(logs.ScopeLogs).LogRecords);
        Assert.Equal("GET 200", record.Body.StringValue);
        Assert.Equal(("path", "/path"), (record.Attributes[0].Key, record.Attributes[0].Value.StringValue));
        Assert.Equal(("no", "-"), (record.Attributes[1].Value.KvlistValue.Values[0].Key, record.Attributes[1].Value.KvlistValue.Values[0].Value.StringValue));
        Assert.InRange(record.TimeUnixNano, 1UL, (ulong)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
        await TestMesh.UntilAsync(async () => (await TestMesh.MetricsAsync(mesh.AlphaAddress, Cancel)).Contains("envoy_access_logs_open_telemetry_access_log_logs_written{} 1"), Cancel);
    }

    [Fact]
    public void What_cannot_be_sent_is_refused()
    {
        var good = new CommonGrpcAccessLogConfig { LogName = "a", TransportApiVersion = ApiVersion.V3, GrpcService = new() { EnvoyGrpc = new() { ClusterName = "als" } } };

        Assert.IsType<ServiceAccessLog>(Compile(good));
        Assert.Throws<ResourceRejectedException>(() => Compile(null));
        Assert.Throws<ResourceRejectedException>(() => Compile(new(good) { GrpcService = new() { GoogleGrpc = new() } }));
        Assert.Throws<ResourceRejectedException>(() => Compile(new(good) { LogName = "" }));
        Assert.Throws<ResourceRejectedException>(() => Compile(new(good) { TransportApiVersion = ApiVersion.Auto }));
    }

    private static AccessLogModel Compile(CommonGrpcAccessLogConfig? common) =>
        AccessLogCompiler.Compile([new Envoy.Config.Accesslog.V3.AccessLog { TypedConfig = Any.Pack(new TcpGrpcAccessLogConfig { CommonConfig = common }) }]).Single();

    private static void Add(IEnumerable<JsonNode> filters, string log)
    {
        foreach (var filter in filters)
        {
            filter["accessLog"] = new JsonArray(JsonNode.Parse(log));
        }
    }

    private static Task<TestMesh> StartAsync(LogService? service, Action<JsonArray> changeListeners) => TestMesh.StartAsync(
        context =>
        {
            context.Response.Headers["x-seen"] = "yes";
            context.Response.StatusCode = context.Request.Path == "/404" ? 404 : 200;
            return context.Response.WriteAsync("ok");
        },
        Cancel,
        (kind, resources) =>
        {
            if (kind == "clusters")
            {
                service?.AddTo(resources);
            }

            if (kind == "listeners")
            {
                changeListeners(resources);
            }
        });
}
