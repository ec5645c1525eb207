using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.ApiServer.Support;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.PortForward;

namespace Weft.ApiServer.Streams;

/// <summary>Our own client of port-forward, which speaks the channels that every Kubernetes knows.</summary>
public sealed class PortForwardClientTests
{
    private const string Address = "127.0.0.78";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_go_both_ways_at_once()
    {
        await using var server = await RunningServer.StartAsync();
        await TestPods.StartAsync(server, Address);
        using var kube = Connect(server);
        await using var echo = new EchoListener(Address);
        await using var stream = await kube.PortForwardAsync("default", "web", echo.Port, Token);
        var sent = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("there and back ", 20_000)));
        var sending = stream.WriteAsync(sent, Token).AsTask();
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received, Token);
        await sending;
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task The_end_of_the_pods_connection_is_the_end_of_the_stream()
    {
        await using var server = await RunningServer.StartAsync();
        await TestPods.StartAsync(server, Address);
        using var kube = Connect(server);
        using var listener = new TcpListener(IPAddress.Parse(Address), 0);
        listener.Start();
        await using var stream = await kube.PortForwardAsync("default", "web", ((IPEndPoint)listener.LocalEndpoint).Port, Token);
        using (var accepted = await listener.AcceptTcpClientAsync(Token)) await accepted.GetStream().WriteAsync("bye"u8.ToArray(), Token);
        using var reader = new StreamReader(stream);
        Assert.Equal("bye", await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_told_in_the_nodes_words()
    {
        await using var server = await RunningServer.StartAsync();
        await TestPods.StartAsync(server, Address);
        using var kube = Connect(server);
        await using var stream = await kube.PortForwardAsync("default", "web", 9, Token);
        var failure = await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1], Token));
        Assert.StartsWith($"error forwarding port 9 to pod default/web: dial tcp {Address}:9: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_pod_is_a_refusal_with_its_status()
    {
        await using var server = await RunningServer.StartAsync();
        using var kube = Connect(server);
        var failure = await Assert.ThrowsAsync<KubernetesApiException>(() => kube.PortForwardAsync("default", "nobody", 80, Token));
        Assert.True(failure.IsNotFound, failure.Message);
        Assert.Equal("port-forward to pods/nobody was refused with 404 NotFound", failure.Message);
    }

    [Fact]
    public async Task A_Service_is_reached_at_the_port_of_a_ready_pod()
    {
        await using var server = await RunningServer.StartAsync();
        await TestPods.StartAsync(server, Address);
        await using var web = new TextListener(Address, "all is well");
        await server.SendAsync("POST", "/api/v1/namespaces/default/services", $$$"""{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":{{{web.Port}}}}]}}""");
        using var kube = Connect(server);
        using var http = new HttpClient(new ClusterDialer(kube).CreateHandler());
        Assert.Equal("all is well", await http.GetStringAsync(ClusterDialer.Service("default", "web", 80), Token));
        Assert.Equal("all is well", await http.GetStringAsync(ClusterDialer.Pod("default", "web", web.Port), Token));
        Assert.Equal("there is no Service default/other", (await FailureAsync(http, ClusterDialer.Service("default", "other", 80))).Message);
        Assert.Equal("Service default/web has no port 81", (await FailureAsync(http, ClusterDialer.Service("default", "web", 81))).Message);
        await server.SendAsync("PATCH", "/api/v1/namespaces/default/pods/web/status", """{"status":{"conditions":[{"type":"Ready","status":"False"}]}}""", "application/merge-patch+json");
        using var later = new HttpClient(new ClusterDialer(kube).CreateHandler());
        Assert.Equal("no pod of Service default/web is ready", (await FailureAsync(later, ClusterDialer.Service("default", "web", 80))).Message);
    }

    private static async Task<Exception> FailureAsync(HttpClient http, Uri address) =>
        (await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(address, Token))).GetBaseException();

    private static KubeClient Connect(RunningServer server) => new(Kubeconfig.Load(server.Host.KubeconfigPath).ToOptions());
}
