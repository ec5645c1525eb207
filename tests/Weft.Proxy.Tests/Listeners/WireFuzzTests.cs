using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Listeners;

public sealed class WireFuzzTests
{
    private const int Outbound = 15001;
    private const int Inbound = 8080;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly byte[][] Openings =
    [
        "CONNECT beta.demo:8000 HTTP/1.1\r\nHost: beta.demo:8000\r\n\r\n"u8.ToArray(),
        "GET http://beta.demo:8000/ HTTP/1.1\r\nHost: beta.demo:8000\r\n\r\n"u8.ToArray(),
        "POST / HTTP/1.1\r\nHost: beta.demo:8000\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"u8.ToArray(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"u8.ToArray(),
        // HTTP/2: a HEADERS frame of a stream that does not exist, of more bytes than follow.
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\xff\xff\x01\x05\0\0\0\x02"u8.ToArray(),
        // SOCKS5: greeting, then a request for a name of 255 bytes.
        [5, 1, 0, 5, 1, 0, 3, 255, .. Enumerable.Repeat((byte)'a', 255), 0, 80],
        [5, 255],
        [5, 1, 0, 5, 3, 0, 1, 127, 0, 0, 1, 0, 80],
        // TLS: a hello that is cut, and one whose lengths lie.
        [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3],
        [22, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3, .. new byte[32], 255, .. new byte[23]],
        [22, 3, 3, 255, 255],
        [0x3D, 0x23, 0x04, 0x67, 0x7f, 0xff, 0xff, 0xff],
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_sent_the_proxy_serves_on_and_forgets_the_connection()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var random = new Random(41);
        var cases = Openings.Concat(Enumerable.Range(0, 60).Select(_ => Mutate(Openings[random.Next(Openings.Length)], random))).ToList();

        await Parallel.ForEachAsync(cases.SelectMany(bytes => new[] { (mesh.AlphaAddress, Outbound, bytes), (mesh.BetaAddress, Inbound, bytes) }), Cancel, async (attack, cancellationToken) =>
            await SendAsync(attack.Item1, attack.Item2, attack.bytes, cancellationToken));

        Assert.Equal("fine", await mesh.Client().GetStringAsync("http://beta.demo:8000/", Cancel));
        Assert.Equal("fine", await mesh.Direct().GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));
        Assert.False(mesh.Alpha.Completion.IsCompleted);
        await TestMesh.UntilAsync(async () => await ActiveAsync(mesh.AlphaAddress) <= 4 && await ActiveAsync(mesh.BetaAddress) <= 4, Cancel);
    }

    private static async Task SendAsync(string address, int port, byte[] bytes, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Parse(address), port, cancellationToken);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes, cancellationToken);
            client.Client.Shutdown(SocketShutdown.Send);
            var answer = new byte[4096];
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            while (await stream.ReadAsync(answer, limit.Token) > 0)
            {
                // To the end, which must come.
            }
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // A reset is an answer.
        }
    }

    private static async Task<long> ActiveAsync(string address)
    {
        using var admin = new HttpClient();
        var line = (await admin.GetStringAsync($"http://{address}:15000/stats?filter=listener_downstream_cx_active", Cancel)).Trim();
        return long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToArray();
        for (var change = 0; change < random.Next(1, 6); change++)
        {
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
        }

        var tail = new byte[random.Next(0, 200)];
        random.NextBytes(tail);
        return [.. mutated[..random.Next(1, mutated.Length + 1)], .. tail];
    }
}
