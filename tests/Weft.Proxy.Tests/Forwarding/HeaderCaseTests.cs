using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Forwarding;

/// <summary>What becomes of the spelling of header names over HTTP/1.1 (docs/compatibility.md): those that the framework knows get its own.</summary>
public sealed class HeaderCaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_that_the_framework_does_not_know_keep_their_spelling_in_both_directions()
    {
        var seen = new ConcurrentQueue<string>();
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        mesh.ServeTcp(mesh.BetaApp, 8080, async stream =>
        {
            seen.Enqueue(await ReadHeadAsync(stream));
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nX-AnSwEr: 1\r\ncontent-TYPE: text/plain\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Cancel);
        });
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        await connection.WriteAsync("GET / HTTP/1.1\r\nhost: beta.demo:8000\r\nx-MiXeD: 1\r\nuser-AGENT: me\r\n\r\n"u8.ToArray(), Cancel);
        var answer = await ReadHeadAsync(connection);

        var request = Assert.Single(seen);
        Assert.Contains("\r\nx-MiXeD: 1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nUser-Agent: me\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nX-AnSwEr: 1\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/plain\r\n", answer, StringComparison.Ordinal);
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var unit = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(unit, Cancel);
            text.Append((char)unit[0]);
        }

        return text.ToString();
    }
}
