using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Mesh;
using Weft.Proxy.Tls;

namespace Weft.Proxy;

public sealed class LifetimeTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_lets_a_request_in_flight_end_and_takes_no_new_ones()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await TestMesh.StartAsync(
            async context =>
            {
                arrived.TrySetResult();
                await release.Task;
                await context.Response.WriteAsync("finished");
            },
            Cancel,
            drainTime: TimeSpan.FromSeconds(20));
        var inFlight = mesh.Client().GetStringAsync(Beta, Cancel);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        var stopped = mesh.Alpha.DisposeAsync().AsTask();
        await TestMesh.UntilAsync(async () => !await CanConnectAsync(mesh.AlphaAddress), Cancel);
        release.SetResult();

        Assert.Equal("finished", await inFlight);
        await stopped.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.True(mesh.Alpha.Completion.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("http")]
    public async Task A_request_before_the_first_configuration_waits_for_it(string scheme)
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("beta"), Cancel);
        var address = mesh.AlphaAddress[..^1] + "3";
        var node = $"sidecar~{address}~gamma-v1-0.demo~demo.svc.cluster.local";
        var gamma = await mesh.StartProxyAsync("gamma", node, address, mesh.AlphaApp, Cancel);

        var early = mesh.Client(address, scheme).GetStringAsync(Beta, Cancel);
        await TestMesh.UntilAsync(() => mesh.Control.Requests.Any(request => request.Node?.Id == node), Cancel);
        Assert.False(early.IsCompleted);
        Assert.False(gamma.IsReady);
        mesh.Control.Set(node, IstioResources.Create(mesh.AlphaAddress, mesh.BetaAddress));

        Assert.Equal("beta", await early);
    }

    [Fact]
    public async Task A_taken_port_is_an_error_at_start_and_leaves_nothing_bound()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        var address = IPAddress.Parse(mesh.AlphaApp);
        using var squatter = new TcpListener(address, SidecarPorts.Outbound);
        squatter.Start();

        await Assert.ThrowsAnyAsync<Exception>(() => mesh.StartProxyAsync("gamma", "sidecar~1.1.1.1~g.demo~demo.svc.cluster.local", mesh.AlphaApp, mesh.AlphaApp, Cancel));

        using var free = new TcpListener(address, SidecarPorts.Admin);
        free.Start();
    }

    [Fact]
    public async Task One_proxy_connection_carries_requests_to_several_hosts()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("beta"), Cancel);
        await mesh.ServeHttpAsync(mesh.AlphaApp, 8080, context => context.Response.WriteAsync("alpha"));
        using var socket = new TcpClient();
        await socket.ConnectAsync(mesh.AlphaAddress, 15001, Cancel);
        var stream = socket.GetStream();

        Assert.EndsWith("beta", await AskAsync(stream, "GET http://beta.demo:8000/ HTTP/1.1\r\nHost: beta.demo:8000\r\n\r\n", "beta"));
        Assert.EndsWith("alpha", await AskAsync(stream, "GET http://alpha.demo:8000/ HTTP/1.1\r\nHost: alpha.demo:8000\r\n\r\n", "alpha"));
    }

    [Fact]
    public async Task HTTP2_with_prior_knowledge_is_served_and_leaves_as_HTTP1()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Protocol), Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await mesh.Tunnel("beta.demo:8000").SendAsync(request, Cancel);

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("HTTP/1.1", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task HTTP_1_0_is_asked_to_upgrade()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        using var socket = new TcpClient();
        await socket.ConnectAsync(mesh.BetaAddress, 8080, Cancel);

        Assert.StartsWith("HTTP/1.1 426", await AskAsync(socket.GetStream(), "GET / HTTP/1.0\r\nHost: beta\r\n\r\n", "istio-envoy"));
    }

    [Fact]
    public async Task Many_requests_at_once_share_kept_connections()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("ok"), Cancel);
        var client = mesh.Client();
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetStringAsync(Beta, Cancel)));
            Assert.All(answers, answer => Assert.Equal("ok", answer));
        }

        Assert.Equal(100, await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["reporter"] = "destination" }, Cancel));
        using var admin = new HttpClient();
        var clusters = await admin.GetStringAsync($"http://{mesh.AlphaAddress}:15000/clusters", Cancel);
        var connections = int.Parse(clusters.Split('\n').Single(line => line.StartsWith("outbound|8000||beta") && line.Contains("::cx_total::")).Split("::")[^1]);
        Assert.InRange(connections, 1, 40);
    }

    [Fact]
    public void A_certificate_without_its_root_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Throws<CryptographicException>(() => CertificateSource.Assemble(["only one"], key));
    }

    private static async Task<bool> CanConnectAsync(string address)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(address, 15001, Cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> AskAsync(NetworkStream stream, string request, string until)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        var text = "";
        var buffer = new byte[4096];
        while (!text.Contains(until))
        {
            var read = await stream.ReadAsync(buffer, Cancel);
            if (read == 0)
            {
                break;
            }

            text += Encoding.ASCII.GetString(buffer, 0, read);
        }

        return text.TrimEnd('\r', '\n', '0');
    }
}
