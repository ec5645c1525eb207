using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Mesh;

namespace Weft.Proxy;

public sealed class TimeoutTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_idle_stream_is_ended()
    {
        await using var mesh = await StartAsync(Never, action: ("idleTimeout", "\"0.150s\""));

        using var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("stream timeout", await response.Content.ReadAsStringAsync(Cancel));
        await FlagAsync(mesh, "SI", "504");
    }

    [Fact]
    public async Task Bytes_keep_a_stream_alive()
    {
        await using var mesh = await StartAsync(
            async context =>
            {
                for (var piece = 0; piece < 8; piece++)
                {
                    await context.Response.WriteAsync("x");
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
                }
            },
            manager: ("streamIdleTimeout", "\"0.600s\""));

        Assert.Equal("xxxxxxxx", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    [Fact]
    public async Task A_stream_lives_no_longer_than_its_maximum()
    {
        await using var mesh = await StartAsync(Never, manager: ("commonHttpProtocolOptions", """{"maxStreamDuration":"0.200s"}"""));

        using var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal("downstream duration timeout", await response.Content.ReadAsStringAsync(Cancel));
        await FlagAsync(mesh, "DT", "504");
    }

    [Fact]
    public async Task A_request_that_does_not_come_in_time_is_a_408()
    {
        await using var mesh = await StartAsync(context => context.Request.Body.CopyToAsync(Stream.Null), manager: ("requestTimeout", "\"0.200s\""));
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        await connection.WriteAsync(Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: beta.demo:8000\r\nContent-Length: 10\r\n\r\n12345"), Cancel);

        Assert.StartsWith("HTTP/1.1 408 ", await HeadAsync(connection));
    }

    [Theory]
    [InlineData("200m", true)]
    [InlineData("nonsense", false)]
    public async Task A_gRPC_clients_deadline_is_heeded_up_to_the_routes_limit(string timeout, bool expires)
    {
        await using var mesh = await StartAsync(
            context => Task.Delay(TimeSpan.FromMilliseconds(600), TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            action: ("maxGrpcTimeout", "\"0s\""));
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta) { Content = new ByteArrayContent([]), Headers = { { "grpc-timeout", timeout } } };
        request.Content.Headers.ContentType = new("application/grpc");

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(expires, response.Headers.TryGetValues("grpc-status", out var status) && status.Single() == "14");
    }

    [Fact]
    public async Task A_caller_may_ask_for_less_time_and_the_upstream_is_told()
    {
        var told = "";
        await using var mesh = await StartAsync(
            context =>
            {
                told = $"{context.Request.Headers["x-envoy-expected-rq-timeout-ms"]}/{context.Request.Headers["x-envoy-upstream-rq-timeout-ms"]}";
                return Never(context);
            },
            action: ("timeout", "\"30s\""));

        // On a busy machine the time may be over before a request has come to the upstream.
        while (told.Length == 0)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "x-envoy-upstream-rq-timeout-ms", "200" } } };
            var clock = Stopwatch.StartNew();
            using var response = await mesh.Client().SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
        }

        // The inbound route of beta has no time-out of its own, so its proxy tells none.
        Assert.Equal("/", told);
        await FlagAsync(mesh, "UT", "504");
    }

    [Fact]
    public async Task An_attempt_without_a_byte_is_given_up()
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context => Interlocked.Increment(ref served) == 1 ? Never(context) : Task.CompletedTask,
            action: ("retryPolicy", """{"retryOn":"reset","numRetries":1,"perTryIdleTimeout":"0.150s"}"""));

        Assert.Equal(HttpStatusCode.OK, (await mesh.Client().GetAsync(Beta, Cancel)).StatusCode);
        Assert.Equal(2, served);
    }

    [Fact]
    public async Task The_time_for_a_response_does_not_end_a_websocket()
    {
        await using var mesh = await StartAsync(
            async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(900), TimeProvider.System);
                await socket.SendAsync("late"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
            },
            action: ("timeout", "\"0.400s\""));
        using var client = new ClientWebSocket();

        await client.ConnectAsync(new Uri("ws://beta.demo:8000/"), new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = async (_, token) => await mesh.ConnectAsync("beta.demo:8000", token) }), Cancel);
        var answer = new byte[10];

        Assert.Equal(4, (await client.ReceiveAsync(answer, Cancel)).Count);
    }

    [Fact]
    public async Task An_idle_connection_is_closed()
    {
        await using var mesh = await StartAsync(_ => Task.CompletedTask, manager: ("commonHttpProtocolOptions", """{"idleTimeout":"0.200s"}"""));
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        await connection.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: beta.demo:8000\r\n\r\n"), Cancel);
        Assert.StartsWith("HTTP/1.1 200 ", await HeadAsync(connection));

        Assert.Equal(0, await ReadToEndAsync(connection));
    }

    [Fact]
    public async Task A_connection_takes_so_many_requests()
    {
        await using var mesh = await StartAsync(_ => Task.CompletedTask, manager: ("commonHttpProtocolOptions", """{"maxRequestsPerConnection":2}"""));
        var client = mesh.Tunnel("beta.demo:8000");

        Assert.False((await client.GetAsync(Beta, Cancel)).Headers.ConnectionClose ?? false);
        Assert.True((await client.GetAsync(Beta, Cancel)).Headers.ConnectionClose);
    }

    [Theory]
    [InlineData("1H", 3_600_000.0)]
    [InlineData("250m", 250.0)]
    [InlineData("5000u", 5.0)]
    [InlineData("1n", 1.0)]
    [InlineData("99999999S", 99_999_999_000.0)]
    [InlineData("0S", 1.0)]
    [InlineData("", null)]
    [InlineData("S", null)]
    [InlineData("123456789S", null)]
    [InlineData("-1S", null)]
    [InlineData("1x", null)]
    [InlineData("1.5S", null)]
    public void A_grpc_timeout_has_up_to_eight_digits_and_a_unit(string text, double? milliseconds) =>
        Assert.Equal(milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null, GrpcTimeout.Parse(text));

    private static Task Never(HttpContext context) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private static Task<double> FlagAsync(TestMesh mesh, string flag, string code) =>
        TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = flag, ["response_code"] = code }, Cancel);

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var text = "";
        var buffer = new byte[1];
        while (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, Cancel) == 1)
        {
            text += (char)buffer[0];
        }

        return text;
    }

    private static async Task<int> ReadToEndAsync(NetworkStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        return await stream.ReadAsync(new byte[100], limit.Token);
    }

    private static Task<TestMesh> StartAsync(RequestDelegate serve, (string Field, string Json)? action = null, (string Field, string Json)? manager = null) => TestMesh.StartAsync(serve, Cancel, (kind, resources) =>
    {
        if (kind == "routes" && action is { } route)
        {
            ResourceEdits.SetAction(resources, route.Field, route.Json);
        }

        if (kind == "listeners" && manager is { } field)
        {
            foreach (var config in ResourceEdits.OutboundManagers(resources))
            {
                config[field.Field] = JsonNode.Parse(field.Json);
            }
        }
    });
}
