using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Forwarding;

public sealed class TcpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("idleTimeout", "0.200s", "-")]
    [InlineData("maxDownstreamConnectionDuration", "0.200s", "DT")]
    public async Task A_connection_ends_when_its_time_is_over(string field, string time, string flags)
    {
        await using var mesh = await StartAsync(field, time);
        mesh.ServeTcp(mesh.BetaApp, 3306, ReadAsync);
        await using var connection = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);

        // Neither side ends it.
        Assert.Equal("", await ReadAsync(connection));
        await TestMesh.UntilAsync(() => !mesh.Log.IsEmpty, Cancel);
        Assert.Equal([flags], mesh.Log);
    }

    [Fact]
    public async Task A_forward_proxy_is_asked_for_the_host_and_speaks_for_it()
    {
        var asked = new ConcurrentQueue<string>();
        await using var mesh = await StartAsync("tunnelingConfig", new JsonObject { ["hostname"] = "far.example:5432" });
        mesh.ServeTcp(mesh.BetaApp, 3306, async stream =>
        {
            asked.Enqueue(await ReadHeadAsync(stream));
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\nhello "u8.ToArray(), Cancel);
            var buffer = new byte[4];
            await stream.ReadExactlyAsync(buffer, Cancel);
            await stream.WriteAsync(buffer, Cancel);
        });
        await using var connection = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);

        await connection.WriteAsync("ping"u8.ToArray(), Cancel);

        Assert.Equal("hello ping", await ReadAsync(connection));
        Assert.Equal(["CONNECT far.example:5432 HTTP/1.1\r\nHost: far.example:5432\r\n\r\n"], asked);
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("no HTTP\r\n\r\n")]
    [InlineData("")]
    public async Task A_forward_proxy_that_refuses_is_a_failed_connection(string answer)
    {
        await using var mesh = await StartAsync("tunnelingConfig", new JsonObject { ["hostname"] = "far.example:5432" });
        mesh.ServeTcp(mesh.BetaApp, 3306, async stream =>
        {
            await ReadHeadAsync(stream);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), Cancel);
        });
        await using var connection = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);

        Assert.Equal("", await ReadAsync(connection));
        await TestMesh.UntilAsync(() => !mesh.Log.IsEmpty, Cancel);
        Assert.Equal(["UF,URX"], mesh.Log);
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var unit = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(unit, Cancel) > 0)
        {
            head.Append((char)unit[0]);
        }

        return head.ToString();
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        try
        {
            var buffer = new byte[1024];
            while (await stream.ReadAsync(buffer, Cancel) is var read && read > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // A reset ends it too.
        }

        return text.ToString();
    }

    /// <summary>A mesh whose tcp_proxy of db, at the client's side, has a setting.</summary>
    private static Task<TestMesh> StartAsync(string field, JsonNode value) => TestMesh.StartAsync(
        null,
        Cancel,
        (kind, resources) =>
        {
            if (kind == "endpoints")
            {
                // A forward proxy stands outside the mesh.
                var endpoint = resources.First(entry => entry!["clusterName"]!.GetValue<string>() == IstioResources.DbCluster)!["endpoints"]![0]!["lbEndpoints"]![0]!;
                endpoint["metadata"]!["filterMetadata"]!["envoy.transport_socket_match"]!["tlsMode"] = "none";
            }

            if (kind == "listeners")
            {
                var listener = resources.First(listener => listener!["name"]!.GetValue<string>() == $"{IstioResources.DbVip}_3306")!;
                var proxy = listener["filterChains"]![0]!["filters"]![1]!["typedConfig"]!;
                proxy[field] = value.DeepClone();
                ResourceEdits.Log([proxy], "%RESPONSE_FLAGS%");
            }
        });
}
