using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>The proxy before applications that speak HTTP/1.1 in their own ways, byte by byte.</summary>
public sealed class Http1UpstreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trailers_of_a_request_pass_two_proxies()
    {
        var seen = new ConcurrentQueue<string>();
        await using var mesh = await TestMesh.StartAsync(
            async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var body = await reader.ReadToEndAsync();
                var trailers = context.Features.GetRequiredFeature<IHttpRequestTrailersFeature>().Trailers;
                seen.Enqueue($"{body} {trailers["x-sum"]} {trailers["x-many"]} {trailers.ContainsKey("content-length")}");
            },
            Cancel);
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        await connection.WriteAsync(Latin1("POST /a HTTP/1.1\r\nHost: beta.demo:8000\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\nX-Many: a\r\nX-Many: b\r\nContent-Length: 5\r\n\r\n"), Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await ReadHeadAsync(connection));
        Assert.Equal(["hi 7 a,b False"], seen);
    }

    [Fact]
    public async Task Trailers_of_a_response_reach_a_client_that_can_take_them()
    {
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) => await AnswerAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n"));

        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{mesh.BetaAddress}:8080/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal("hi", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("7", response.TrailingHeaders.GetValues("x-sum").Single());
    }

    [Theory]
    [InlineData("TE: trailers\r\n", "2\r\nhi\r\n0\r\nX-Sum: 7\r\nX-Many: a\r\nX-Many: b\r\n\r\n", true)]
    [InlineData("TE: deflate, Trailers\r\n", "2\r\nhi\r\n0\r\nX-Sum: 7\r\nX-Many: a\r\nX-Many: b\r\n\r\n", true)]
    [InlineData("", "2\r\nhi\r\n0\r\n\r\n", false)]
    public async Task Trailers_pass_two_proxies_to_an_HTTP1_client_that_asks_for_them(string te, string expected, bool isAsked)
    {
        var seen = new ConcurrentQueue<string>();
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        mesh.ServeTcp(mesh.BetaApp, 8080, async stream =>
        {
            seen.Enqueue(await ReadHeadAsync(stream));
            await AnswerAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\nContent-Length: 3\r\nX-Many: a\r\nX-Many: b\r\n\r\n");
        });
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        await connection.WriteAsync(Latin1($"GET /a HTTP/1.1\r\nHost: beta.demo:8000\r\n{te}Connection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(connection, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(Cancel);

        Assert.Contains("Transfer-Encoding: chunked\r\n", answer);
        Assert.EndsWith("\r\n\r\n" + expected, answer);
        Assert.Equal(isAsked, seen.Single().Contains("TE: trailers\r\n"));
    }

    [Theory]
    [InlineData("GET", "200 OK\r\nContent-Length: 2\r\n\r\nhi", "Content-Length: 2\r\n", "hi")]
    [InlineData("HEAD", "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200 OK", "")]
    [InlineData("GET", "204 No Content\r\n\r\n", "204", "")]
    public async Task A_response_without_place_for_trailers_is_left_as_it_is(string method, string answer, string head, string body)
    {
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) => await AnswerAsync(stream, "HTTP/1.1 " + answer));
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        await connection.WriteAsync(Latin1($"{method} /a HTTP/1.1\r\nHost: beta.demo:8000\r\nTE: trailers\r\nConnection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(connection, Encoding.Latin1);
        var got = await reader.ReadToEndAsync(Cancel);

        Assert.Contains(head, got);
        Assert.EndsWith("\r\n\r\n" + body, got);
    }

    [Fact]
    public async Task The_head_of_a_response_does_not_wait_for_its_body()
    {
        var hasHead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await TestMesh.StartAsync(
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.Body.FlushAsync();
                await hasHead.Task;
                await context.Response.WriteAsync("data: 1\n\n");
            },
            Cancel);

        using var response = await mesh.Client().GetAsync("http://beta.demo:8000/", HttpCompletionOption.ResponseHeadersRead, Cancel);
        hasHead.SetResult();

        Assert.Equal("data: 1\n\n", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task An_answer_during_an_upload_is_passed_on_at_once()
    {
        await using var mesh = await TestMesh.StartAsync(
            context =>
            {
                context.Response.StatusCode = 413;
                return context.Response.WriteAsync("too long");
            },
            Cancel);
        await using var connection = await mesh.ConnectAsync("beta.demo:8000", Cancel);

        // All of the body is never sent.
        await connection.WriteAsync(Latin1($"POST /a HTTP/1.1\r\nHost: beta.demo:8000\r\nContent-Length: 1000000\r\n\r\n{new string('x', 20_000)}"), Cancel);

        Assert.StartsWith("HTTP/1.1 413 ", await ReadHeadAsync(connection));
    }

    [Fact]
    public async Task An_upstream_that_answers_and_hangs_up_during_an_upload_is_heard()
    {
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) => await AnswerAsync(stream, "HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo long"));
        await using var connection = await ConnectAsync(mesh);

        await connection.WriteAsync(Latin1("POST /a HTTP/1.1\r\nHost: beta\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), Cancel);

        Assert.StartsWith("HTTP/1.1 413 ", await ReadHeadAsync(connection));
    }

    [Theory]
    [MemberData(nameof(ResponseParserTests.Bad), MemberType = typeof(ResponseParserTests))]
    public async Task A_hostile_response_is_a_protocol_error_and_ends_its_connection(string what, string bytes)
    {
        var requests = 0;
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) => await AnswerAsync(stream, Interlocked.Increment(ref requests) == 1 ? bytes + "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled" : Fine("fine")));
        using var client = new HttpClient { BaseAddress = new Uri($"http://{mesh.BetaAddress}:8080") };

        try
        {
            using var response = await client.GetAsync("/", Cancel);
            Assert.Equal((what, HttpStatusCode.BadGateway), (what, response.StatusCode));
            Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: protocol error", await response.Content.ReadAsStringAsync(Cancel));
        }
        catch (HttpRequestException)
        {
            // The head was fine: what is wrong with the body breaks a response that has begun.
        }

        Assert.Equal("fine", await client.GetStringAsync("/", Cancel));
        await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UPE" }, Cancel);
    }

    [Fact]
    public async Task Bytes_after_a_response_answer_nobody()
    {
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) => await AnswerAsync(stream, Fine("fine") + Fine("smuggled")));
        using var client = new HttpClient();

        for (var call = 0; call < 5; call++)
        {
            Assert.Equal("fine", await client.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));
        }
    }

    [Fact]
    public async Task A_request_that_meets_the_end_of_a_kept_connection_goes_out_on_another()
    {
        var connections = 0;
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (request, stream) =>
        {
            // Every connection answers once, and ends when it is asked again.
            if (request == 1)
            {
                Interlocked.Increment(ref connections);
                await AnswerAsync(stream, Fine("fine"));
            }
            else
            {
                stream.Socket.Close();
            }
        });
        using var client = new HttpClient();

        for (var call = 0; call < 4; call++)
        {
            Assert.Equal("fine", await client.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));
        }

        Assert.Equal(4, connections);
    }

    [Fact]
    public async Task A_request_that_may_have_been_acted_on_is_not_repeated()
    {
        var posts = 0;
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (request, stream) =>
        {
            if (request == 1)
            {
                await AnswerAsync(stream, Fine("fine"));
            }
            else
            {
                Interlocked.Increment(ref posts);
                stream.Socket.Close();
            }
        });
        using var client = new HttpClient();
        Assert.Equal("fine", await client.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));

        using var response = await client.PostAsync($"http://{mesh.BetaAddress}:8080/", null, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, posts);
        await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UC" }, Cancel);
    }

    [Fact]
    public async Task An_upstream_that_closes_an_idle_connection_costs_no_request()
    {
        var ended = 0;
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) =>
        {
            await AnswerAsync(stream, Fine("fine"));
            stream.Socket.Shutdown(SocketShutdown.Send);
            // The proxy has seen it and hung up too.
            Assert.Equal(0, await stream.ReadAsync(new byte[100], Cancel));
            Interlocked.Increment(ref ended);
        });
        using var client = new HttpClient();

        for (var call = 0; call < 3; call++)
        {
            using var response = await client.PostAsync($"http://{mesh.BetaAddress}:8080/", new StringContent("body"), Cancel);
            Assert.Equal("fine", await response.Content.ReadAsStringAsync(Cancel));
            await TestMesh.UntilAsync(() => Volatile.Read(ref ended) == call + 1, Cancel);
        }
    }

    [Theory]
    [InlineData("idleTimeout")]
    [InlineData("maxConnectionDuration")]
    public async Task A_connection_at_rest_is_closed_when_its_time_is_over(string time)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await TestMesh.StartAsync(null, Cancel, (kind, resources) =>
        {
            if (kind == "clusters")
            {
                resources.First(cluster => cluster!["name"]!.GetValue<string>() == "inbound|8080||")!["typedExtensionProtocolOptions"] = JsonNode.Parse("""
                    {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                     "commonHttpProtocolOptions":{"TIME":"0.3s"},"explicitHttpConfig":{"httpProtocolOptions":{} } } }
                    """.Replace("TIME", time));
            }
        });
        Serve(mesh, async (_, stream) =>
        {
            await AnswerAsync(stream, Fine("fine"));
            Assert.Equal(0, await stream.ReadAsync(new byte[100], Cancel));
            closed.TrySetResult();
        });
        using var client = new HttpClient();

        Assert.Equal("fine", await client.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nfine")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nf\r\n3;x=y\r\nine\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200\nContent-Length: 4\n\nfine")]
    public async Task A_response_may_come_byte_by_byte(string bytes)
    {
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) =>
        {
            foreach (var piece in Latin1(bytes))
            {
                await stream.WriteAsync(new[] { piece }, Cancel);
                await Task.Yield();
            }

            if (!bytes.Contains("ontent-") && !bytes.Contains("chunked"))
            {
                stream.Socket.Close();
            }
        });
        using var client = new HttpClient();

        Assert.Equal("fine", await client.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));
        Assert.Equal("fine", await client.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));
    }

    [Fact]
    public async Task A_change_of_protocol_that_nobody_asked_for_is_an_error()
    {
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        Serve(mesh, async (_, stream) => await AnswerAsync(stream, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"));
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.BadGateway, (await client.GetAsync($"http://{mesh.BetaAddress}:8080/", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_small_request_leaves_as_one_piece_with_its_body()
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await TestMesh.StartAsync(null, Cancel);
        mesh.ServeTcp(mesh.BetaApp, 8080, async stream =>
        {
            var buffer = new byte[8192];
            seen.TrySetResult(Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel)));
            await AnswerAsync(stream, Fine("fine"));
        });
        await using var connection = await ConnectAsync(mesh);

        await connection.WriteAsync(Latin1("POST /a?b HTTP/1.1\r\nHost: beta\r\nContent-Length: 5\r\n\r\nhello"), Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", await ReadHeadAsync(connection));
        var request = await seen.Task;
        Assert.StartsWith("POST /a?b HTTP/1.1\r\nHost: beta\r\n", request);
        Assert.EndsWith("\r\nContent-Length: 5\r\n\r\nhello", request);
    }

    private static void Serve(TestMesh mesh, Func<int, NetworkStream, Task> answer) => mesh.ServeTcp(mesh.BetaApp, 8080, async stream =>
    {
        try
        {
            for (var request = 1; await ReadHeadAsync(stream) is { Length: > 0 }; request++)
            {
                await answer(request, stream);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The proxy hung up.
        }
    });

    // Heads come in one piece on loopback; the start of a body may follow in it.
    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (!text.ToString().Contains("\r\n\r\n") && await stream.ReadAsync(buffer, Cancel) is var read && read > 0)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static async Task<NetworkStream> ConnectAsync(TestMesh mesh)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(mesh.BetaAddress), 8080, Cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static ValueTask AnswerAsync(NetworkStream stream, string bytes) => stream.WriteAsync(Latin1(bytes), Cancel);

    private static string Fine(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
