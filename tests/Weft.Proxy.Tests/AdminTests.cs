using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Mesh;

namespace Weft.Proxy;

public sealed class AdminTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stats_are_filtered_by_name_and_use_as_text_and_json()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{mesh.AlphaAddress}:15000") };
        await mesh.Client().GetStringAsync(Beta, Cancel);

        var lines = (await admin.GetStringAsync("/stats?filter=^cluster\\.outbound.*upstream_rq_total$&usedonly", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["cluster.outbound|8000||beta.demo.svc.cluster.local.upstream_rq_total: 1"], lines);

        var json = JsonNode.Parse(await admin.GetStringAsync("/stats?format=json&filter=server_live", Cancel))!["stats"]!.AsArray();
        Assert.Equal("server_live", json.Single()!["name"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.GetAsync("/stats?filter=(", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Memory_runtime_and_the_index_answer()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{mesh.AlphaAddress}:15000") };

        Assert.True(long.Parse(JsonNode.Parse(await admin.GetStringAsync("/memory", Cancel))!["allocated"]!.GetValue<string>()) > 0);
        Assert.NotNull(JsonNode.Parse(await admin.GetStringAsync("/runtime", Cancel))!["entries"]);
        Assert.Contains("/quitquitquit", await admin.GetStringAsync("/", Cancel));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await admin.GetAsync("/quitquitquit", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_failed_health_check_makes_the_proxy_unready_and_closes_connections_after_their_answer()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{mesh.BetaAddress}:15000") };

        await admin.PostAsync("/healthcheck/fail", null, Cancel);
        using var health = new HttpClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await health.GetAsync($"http://{mesh.BetaAddress}:15021/healthz/ready", Cancel)).StatusCode);
        Assert.Contains("DRAINING", await admin.GetStringAsync("/server_info", Cancel));
        using var answer = await mesh.Direct().GetAsync($"http://{mesh.BetaAddress}:8080/", Cancel);
        Assert.Equal("fine", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.True(answer.Headers.ConnectionClose);

        await admin.PostAsync("/healthcheck/ok", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, (await health.GetAsync($"http://{mesh.BetaAddress}:15021/healthz/ready", Cancel)).StatusCode);
        Assert.Null((await mesh.Direct().GetAsync($"http://{mesh.BetaAddress}:8080/", Cancel)).Headers.ConnectionClose);
    }

    [Fact]
    public async Task Drained_listeners_take_no_connections_and_the_admin_interface_stays()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{mesh.BetaAddress}:15000") };

        Assert.Equal("OK\n", await (await admin.PostAsync("/drain_listeners", null, Cancel)).Content.ReadAsStringAsync(Cancel));

        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Parse(mesh.BetaAddress), 8080, Cancel).AsTask());
        Assert.Contains("LIVE", await admin.GetStringAsync("/ready", Cancel));
    }

    [Fact]
    public async Task The_application_is_asked_in_the_kubelets_place()
    {
        const string Probes = """
            {"/app-health/app/livez":{"httpGet":{"path":"/live?deep=1","port":8080,"httpHeaders":[{"name":"X-Own","value":"stated"}]},"timeoutSeconds":3},
             "/app-health/app/readyz":{"httpGet":{"path":"/sick","port":8080}},
             "/app-health/app/startupz":{"tcpSocket":{"port":8080}},
             "/app-health/other/startupz":{"tcpSocket":{"port":9}},
             "/app-health/other/livez":{"grpc":{"port":8081,"service":"s"}},
             "/app-health/other/readyz":{"grpc":{"port":8081}},
             "/app-health/other/badz":{"httpGet":{"port":"web"}}}
            """;
        var seen = "";
        Task AnswerAsync(HttpContext context)
        {
            seen = $"{context.Request.Path}{context.Request.QueryString} {context.Request.Headers["X-Own"]} {context.Request.Headers.UserAgent}";
            context.Response.StatusCode = context.Request.Path == "/sick" ? 418 : 204;
            return Task.CompletedTask;
        }

        static async Task CheckAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            byte serving = body.ToArray() is [0, 0, 0, 0, 3, 10, 1, (byte)'s'] ? (byte)1 : (byte)2;
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, 2, 8, serving]);
        }

        await using var mesh = await TestMesh.StartAsync(AnswerAsync, Cancel);
        await mesh.ServeHttpAsync(mesh.BetaApp, 8081, CheckAsync, HttpProtocols.Http2);
        var address = $"{mesh.AlphaAddress[..^1]}3";
        await mesh.StartProxyAsync("probed", mesh.BetaNode, address, mesh.BetaApp, Cancel, Probes);
        using var kubelet = new HttpClient { BaseAddress = new Uri($"http://{address}:15020/app-health/") };
        kubelet.DefaultRequestHeaders.UserAgent.ParseAdd("kube-probe/1.36");
        async Task<int> StatusAsync(string path) => (int)(await kubelet.GetAsync(path, Cancel)).StatusCode;

        Assert.Equal(204, await StatusAsync("app/livez"));
        Assert.Equal("/live?deep=1 stated kube-probe/1.36", seen);
        Assert.Equal((418, 200, 500), (await StatusAsync("app/readyz"), await StatusAsync("app/startupz"), await StatusAsync("other/startupz")));
        Assert.Equal((200, 500), (await StatusAsync("other/livez"), await StatusAsync("other/readyz")));
        Assert.Equal((500, 404), (await StatusAsync("other/badz"), await StatusAsync("unknown/livez")));
    }

    [Fact]
    public async Task Log_levels_change_while_the_proxy_runs()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{mesh.AlphaAddress}:15000") };
        async Task<string> SetAsync(string query) => await (await admin.PostAsync("/logging" + query, null, Cancel)).Content.ReadAsStringAsync(Cancel);

        Assert.StartsWith("active loggers:\n  admin: info\n", await admin.GetStringAsync("/logging", Cancel));
        Assert.Contains("  config: debug\n", await SetAsync("?paths=config:debug,upstream:error"));
        Assert.Contains("  upstream: error\n", await admin.GetStringAsync("/logging", Cancel));
        mesh.Publish(null);
        await TestMesh.UntilAsync(() => mesh.Log.Any(line => line.StartsWith("debug\tconfig\t", StringComparison.Ordinal)), Cancel);
        Assert.DoesNotContain("debug", await SetAsync("?level=warning"));
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync("/logging?level=loud", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await admin.GetAsync("/logging?level=debug", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Quitting_ends_the_proxy()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        using var agent = new HttpClient { BaseAddress = new Uri($"http://{mesh.AlphaAddress}:15020") };

        using var answer = await agent.PostAsync("/quitquitquit", null, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await mesh.Alpha.Completion.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Theory]
    [InlineData("""{"PROXY_CONFIG":{"terminationDrainDuration":"7s"}}""", 7.0)]
    [InlineData("""{"PROXY_CONFIG":{"terminationDrainDuration":"0.5s"}}""", 0.5)]
    [InlineData("""{"PROXY_CONFIG":{"terminationDrainDuration":"soon"}}""", null)]
    [InlineData("""{"PROXY_CONFIG":{}}""", null)]
    [InlineData("{}", null)]
    public void The_drain_time_is_the_proxy_configs(string metadata, double? seconds) =>
        Assert.Equal(seconds, DrainDurations.Termination(JsonNode.Parse(metadata)!.AsObject())?.TotalSeconds);
}
