using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy;

public sealed class SidecarProxyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_between_two_sidecars_goes_by_mutual_TLS_and_counts_on_both_sides()
    {
        HeaderDictionary? seen = null;
        await using var mesh = await TestMesh.StartAsync(
            async context =>
            {
                seen = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
                await context.Response.WriteAsync($"hello {context.Request.Path}{context.Request.QueryString}");
            },
            Cancel);

        var response = await mesh.Client().GetAsync("http://beta.demo:8000/some%2Fpath?x=1", Cancel);

        Assert.Equal("hello /some%2Fpath?x=1", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("envoy", response.Headers.Server.ToString());
        Assert.True(response.Headers.Contains("x-envoy-upstream-service-time"));
        Assert.False(response.Headers.Contains("x-envoy-peer-metadata"));
        Assert.Contains("URI=spiffe://cluster.local/ns/demo/sa/alpha", seen!["x-forwarded-client-cert"].ToString());
        Assert.False(seen.ContainsKey("x-envoy-peer-metadata"));
        Assert.Equal("1", seen["x-envoy-attempt-count"].ToString());
        Assert.True(seen.ContainsKey("x-request-id"));

        var labels = new Dictionary<string, string>
        {
            ["source_workload"] = "alpha-v1",
            ["destination_workload"] = "beta-v1",
            ["destination_service"] = "beta.demo.svc.cluster.local",
            ["destination_service_name"] = "beta",
            ["response_code"] = "200",
            ["request_protocol"] = "http",
            ["response_flags"] = "-",
            ["source_principal"] = "spiffe://cluster.local/ns/demo/sa/alpha",
            ["destination_principal"] = "spiffe://cluster.local/ns/demo/sa/beta",
        };
        Assert.Equal(1, await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string>(labels) { ["reporter"] = "source", ["connection_security_policy"] = "unknown" }, Cancel));
        labels["destination_service"] = "alpha.demo.svc.cluster.local"; // the recorded inbound cluster names alpha
        labels["destination_service_name"] = "alpha";
        Assert.Equal(1, await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string>(labels) { ["reporter"] = "destination", ["connection_security_policy"] = "mutual_tls" }, Cancel));
    }

    [Fact]
    public async Task A_TCP_server_may_speak_first_and_both_sides_count_bytes()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        mesh.ServeTcp(mesh.BetaApp, 3306, async stream =>
        {
            await stream.WriteAsync("welcome\n"u8.ToArray());
            using var reader = new StreamReader(stream, leaveOpen: true);
            var line = await reader.ReadLineAsync();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"bye {line}\n"));
        });

        using var socket = new TcpClient();
        await socket.ConnectAsync(mesh.AlphaAddress, 15001, Cancel);
        var stream = socket.GetStream();
        await stream.WriteAsync("CONNECT db.demo.svc.cluster.local:3306 HTTP/1.1\r\nHost: db\r\n\r\n"u8.ToArray(), Cancel);
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(Cancel));
        Assert.Equal("", await reader.ReadLineAsync(Cancel));
        Assert.Equal("welcome", await reader.ReadLineAsync(Cancel));
        await stream.WriteAsync("alpha\n"u8.ToArray(), Cancel);
        Assert.Equal("bye alpha", await reader.ReadLineAsync(Cancel));
        Assert.Null(await reader.ReadLineAsync(Cancel));
        socket.Close();

        var labels = new Dictionary<string, string> { ["source_workload"] = "alpha-v1", ["destination_workload"] = "beta-v1", ["request_protocol"] = "tcp" };
        var source = new Dictionary<string, string>(labels) { ["reporter"] = "source", ["destination_service_name"] = "db" };
        Assert.Equal(1, await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_tcp_connections_closed_total", source, Cancel));
        Assert.Equal(18, await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_tcp_sent_bytes_total", source, Cancel));
        Assert.Equal(6, await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_tcp_received_bytes_total", source, Cancel));
        Assert.Equal(1, await TestMesh.SampleAsync(mesh.BetaAddress, "istio_tcp_connections_closed_total", new Dictionary<string, string>(labels) { ["reporter"] = "destination", ["connection_security_policy"] = "mutual_tls" }, Cancel));
    }
}
