using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Streams;

public sealed class ProxyTests
{
    private const string Core = "/api/v1/namespaces/default";

    /// <summary>An address as the embedded node gives.</summary>
    private const string PodIP = "127.99.0.9";

    [Fact]
    public async Task A_request_goes_to_the_pod_and_its_answer_comes_back()
    {
        await using var server = await RunningServer.StartAsync();
        using var backend = new TcpListener(IPAddress.Parse(PodIP), 0);
        backend.Start();
        var port = ((IPEndPoint)backend.LocalEndpoint).Port;
        await AddPodAsync(server, port);
        foreach (var path in new[] { $"{Core}/pods/p:{port}/proxy/a%2Fb/c?x=1&y=2", $"{Core}/services/web:80/proxy/a%2Fb/c?x=1&y=2", $"{Core}/services/http:web:main/proxy/a%2Fb/c?x=1&y=2" })
        {
            var heard = AnswerOnceAsync(backend);
            using var answer = await server.Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent("body"), TestContext.Current.CancellationToken);
            var request = await heard;
            Assert.StartsWith("POST /a%2Fb/c?x=1&y=2 HTTP/1.1", request, StringComparison.Ordinal);
            Assert.DoesNotContain("Authorization", request, StringComparison.OrdinalIgnoreCase);
            Assert.EndsWith("body", request, StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode)418, answer.StatusCode);
            Assert.Equal("yes", answer.Headers.GetValues("X-Pod").Single());
            Assert.Equal("tea", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task What_leads_nowhere_is_said_in_Kubernetes_words()
    {
        await using var server = await RunningServer.StartAsync();
        await AddPodAsync(server, 1);
        Assert.Equal((503, "no service port 81 found for service \"web\""), await MessageAsync(server, "services/web:81/proxy/"));
        Assert.Equal((503, "no endpoints available for service \"web:other\""), await MessageAsync(server, "services/web:other/proxy/"));
        Assert.Equal((404, "services \"nope\" not found"), await MessageAsync(server, "services/nope/proxy/"));
        Assert.Equal((400, "invalid service request \"ftp:web:80\""), await MessageAsync(server, "services/ftp:web:80/proxy/"));
        Assert.StartsWith("error trying to reach service: dial tcp 127.99.0.9:1: ", (await MessageAsync(server, "pods/p:1/proxy/")).Message, StringComparison.Ordinal);
        using var redirect = await server.Client.GetAsync(new Uri($"{Core}/pods/p/proxy", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal($"{Core}/pods/p/proxy/", redirect.Headers.Location!.ToString());
    }

    private static async Task<(int Code, string Message)> MessageAsync(RunningServer server, string path)
    {
        var (code, status) = await server.SendAsync("GET", $"{Core}/{path}");
        return (code, status["message"]!.ToString());
    }

    private static async Task AddPodAsync(RunningServer server, int port)
    {
        await server.SendAsync("POST", $"{Core}/pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        await server.SendAsync("PATCH", $"{Core}/pods/p/status", $$$"""{"status":{"podIP":"{{{PodIP}}}"}}""", "application/merge-patch+json");
        await server.SendAsync("POST", $"{Core}/services", """{"metadata":{"name":"web"},"spec":{"ports":[{"name":"main","port":80}]}}""");
        var endpoints = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "web" },
            ["subsets"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(new JsonObject { ["ip"] = PodIP }), ["ports"] = new JsonArray(new JsonObject { ["name"] = "main", ["port"] = port }) }),
        };
        var (code, body) = await server.SendAsync("POST", $"{Core}/endpoints", endpoints.ToJsonString());
        Assert.True(code == 201, body.ToJsonString());
    }

    private static async Task<string> AnswerOnceAsync(TcpListener backend)
    {
        using var client = await backend.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith("body", StringComparison.Ordinal))
            text.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)));
        await stream.WriteAsync("HTTP/1.1 418 Teapot\r\nX-Pod: yes\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntea"u8.ToArray(), TestContext.Current.CancellationToken);
        return text.ToString();
    }
}
