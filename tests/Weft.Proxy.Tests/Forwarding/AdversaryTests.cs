using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Forwarding;

/// <summary>Clients that want to tie the proxy up: they are cut off, others are served.</summary>
public sealed class AdversaryTests
{
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [])];

    // HPACK: GET, http, / from the static table, then :authority as a literal.
    private static readonly byte[] Head = [0x82, 0x86, 0x84, 0x41, 14, .. "beta.demo:8000"u8];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_that_are_reset_as_soon_as_they_are_opened_end_the_connection_or_cost_nothing()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);

        await AttackAsync(mesh, stream => stream < 20_000 ? [.. Frame(1, 0x5, stream, Head), .. Frame(3, 0, stream, [0, 0, 0, 8])] : null);

        await AssertServesAsync(mesh);
    }

    [Fact]
    public async Task A_head_that_goes_on_for_ever_ends_the_connection()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var more = Frame(9, 0, 1, Enumerable.Repeat<byte[]>([0x00, 1, (byte)'x', 1, (byte)'y'], 3_000).SelectMany(field => field).ToArray());

        var wasCut = await AttackAsync(mesh, turn => turn == 1 ? Frame(1, 0x1, 1, Head) : turn < 4_000 ? more : null);

        Assert.True(wasCut);
        await AssertServesAsync(mesh);
    }

    [Fact]
    public async Task Settings_and_pings_without_end_are_cut_off_or_answered()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);

        await AttackAsync(mesh, turn => turn < 20_000 ? [.. Frame(4, 0, 0, []), .. Frame(6, 0, 0, new byte[8])] : null);

        await AssertServesAsync(mesh);
    }

    [Fact]
    public async Task A_head_that_does_not_come_in_time_is_a_408()
    {
        await using var mesh = await TestMesh.StartAsync(
            context => context.Response.WriteAsync("fine"),
            Cancel,
            (kind, resources) =>
            {
                if (kind == "listeners")
                {
                    ResourceEdits.LogOutbound(resources, "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%");
                    foreach (var manager in ResourceEdits.OutboundManagers(resources))
                    {
                        manager["requestHeadersTimeout"] = "1s";
                    }
                }
            });
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: beta.demo:8000\r\n"u8.ToArray(), Cancel);
        using var reader = new StreamReader(connection, Encoding.Latin1);

        Assert.StartsWith("HTTP/1.1 408 ", await reader.ReadToEndAsync(Cancel));
        Assert.Equal(["408 - request_header_timeout"], mesh.Log);
        await AssertServesAsync(mesh);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "200 UC upstream_reset_after_response_started{connection_termination}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "200 UPE upstream_reset_after_response_started{protocol_error}")]
    [InlineData("HTTP/1.1 2", "503 UC upstream_reset_before_response_started{connection_termination}")]
    [InlineData("no HTTP at all\r\n\r\n", "502 UPE upstream_reset_before_response_started{protocol_error}")]
    [InlineData("", "503 UC upstream_reset_before_response_started{connection_termination}")]
    public async Task What_an_upstream_does_wrong_stands_in_the_log(string answer, string expected)
    {
        await using var mesh = await TestMesh.StartAsync(
            null,
            Cancel,
            (kind, resources) =>
            {
                if (kind == "listeners")
                {
                    ResourceEdits.LogInbound(resources, "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%");
                }
            });
        mesh.ServeTcp(mesh.BetaApp, 8080, async stream =>
        {
            var buffer = new byte[8192];
            if (await stream.ReadAsync(buffer, Cancel) > 0)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), Cancel);
            }
        });

        try
        {
            using var response = await mesh.Direct().GetAsync($"http://{mesh.BetaAddress}:8080/", HttpCompletionOption.ResponseHeadersRead, Cancel);
        }
        catch (HttpRequestException)
        {
            // The reset may overtake the head.
        }

        await TestMesh.UntilAsync(() => !mesh.Log.IsEmpty, Cancel);
        Assert.Equal(expected, mesh.Log.Single());
    }

    /// <param name="turn">The bytes of each turn, from 1 in steps of 2; null at the end.</param>
    /// <returns>Whether the proxy ended the connection first.</returns>
    private static async Task<bool> AttackAsync(TestMesh mesh, Func<int, byte[]?> turn)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Parse(mesh.BetaAddress), 8080, Cancel);
        var stream = client.GetStream();
        var reading = DrainAsync(stream);
        try
        {
            await stream.WriteAsync(Preface, Cancel);
            for (var index = 1; turn(index) is { } bytes; index += 2)
            {
                await stream.WriteAsync(bytes, Cancel);
            }

            client.Client.Shutdown(SocketShutdown.Send);
            await reading;
            return false;
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await reading;
            return true;
        }
    }

    private static async Task DrainAsync(NetworkStream stream)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer, Cancel) > 0)
            {
                // Answers do not matter.
            }
        }
        catch (IOException)
        {
            // Cut off.
        }
    }

    private static async Task AssertServesAsync(TestMesh mesh)
    {
        Assert.Equal("fine", await mesh.Client().GetStringAsync("http://beta.demo:8000/", Cancel));
        Assert.Equal("fine", await mesh.Direct().GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));
        await TestMesh.UntilAsync(async () => await ActiveAsync(mesh.BetaAddress) <= 4, Cancel);
    }

    private static async Task<long> ActiveAsync(string address)
    {
        using var admin = new HttpClient();
        var line = (await admin.GetStringAsync($"http://{address}:15000/stats?filter=listener_downstream_cx_active", Cancel)).Trim();
        return long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload];
}
