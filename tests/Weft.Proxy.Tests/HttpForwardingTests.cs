using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weft.Proxy.Mesh;

namespace Weft.Proxy;

public sealed class HttpForwardingTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_without_route_is_answered_404_without_a_body()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                var hosts = resources[0]!["virtualHosts"]!.AsArray();
                hosts.RemoveAt(hosts.Count - 1);
            }
        });

        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { Host = "nobody.example" } };
        var response = await mesh.Tunnel("beta.demo:8000").SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(Cancel));
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "NR", ["response_code"] = "404" }, Cancel);
    }

    [Fact]
    public async Task A_service_without_endpoints_has_no_healthy_upstream()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "endpoints")
            {
                foreach (var assignment in resources)
                {
                    assignment!["endpoints"] = new JsonArray();
                }
            }
        });

        var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("no healthy upstream", await response.Content.ReadAsStringAsync(Cancel));
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UH", ["destination_service_name"] = "beta", ["destination_workload"] = "unknown" }, Cancel);
    }

    [Fact]
    public async Task A_refused_connection_is_answered_as_Envoy_does()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);

        // alpha's own application does not listen: alpha's inbound side answers.
        var response = await mesh.Client().GetAsync("http://alpha.demo:8000/", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused",
            await response.Content.ReadAsStringAsync(Cancel));
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["reporter"] = "destination", ["response_flags"] = "UF,URX" }, Cancel);
    }

    [Fact]
    public async Task An_upstream_that_hangs_up_before_its_answer_is_a_connection_termination()
    {
        await using var mesh = await TestMesh.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }, Cancel);

        var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: connection termination", await response.Content.ReadAsStringAsync(Cancel));
        await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UC" }, Cancel);
    }

    [Fact]
    public async Task An_upstream_that_dies_in_mid_response_resets_the_downstream()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await TestMesh.StartAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await begun.Task;
            context.Abort();
        }, Cancel);

        using var response = await mesh.Client().GetAsync(Beta, HttpCompletionOption.ResponseHeadersRead, Cancel);
        begun.SetResult();

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync(Cancel));
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UC", ["response_code"] = "200" }, Cancel);
    }

    [Fact]
    public async Task A_response_streams_piece_by_piece()
    {
        var next = new SemaphoreSlim(0);
        await using var mesh = await TestMesh.StartAsync(async context =>
        {
            for (var piece = 0; piece < 3; piece++)
            {
                await context.Response.WriteAsync($"{piece}\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(Cancel);
            }
        }, Cancel);

        using var response = await mesh.Client().GetAsync(Beta, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        for (var piece = 0; piece < 3; piece++)
        {
            Assert.Equal($"{piece}", await reader.ReadLineAsync(Cancel));
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task A_large_body_passes_both_ways_without_a_length()
    {
        const int Length = 30_000_000;
        await using var mesh = await TestMesh.StartAsync(async context =>
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy);
            context.Response.Headers["x-length"] = $"{context.Request.ContentLength?.ToString() ?? "none"}";
            await context.Response.Body.WriteAsync(copy.GetBuffer().AsMemory(0, (int)copy.Length));
        }, Cancel);
        var data = new byte[Length];
        Random.Shared.NextBytes(data);

        using var request = new HttpRequestMessage(HttpMethod.Post, Beta) { Content = new StreamContent(new MemoryStream(data)) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("none", response.Headers.GetValues("x-length").Single());
        Assert.Equal(data, await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Head_no_content_and_not_modified_have_no_body()
    {
        await using var mesh = await TestMesh.StartAsync(async context =>
        {
            context.Response.StatusCode = context.Request.Path.Value switch { "/204" => 204, "/304" => 304, _ => 200 };
            if (context.Response.StatusCode == 200)
            {
                context.Response.ContentLength = 5;
                await context.Response.WriteAsync(HttpMethods.IsHead(context.Request.Method) ? "" : "hello");
            }
        }, Cancel);
        var client = mesh.Client();

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Beta), Cancel);
        Assert.Equal(5, head.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.NoContent, (await client.GetAsync(Beta + "204", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync(Beta + "304", Cancel)).StatusCode);
        Assert.Equal("hello", await client.GetStringAsync(Beta, Cancel));
    }

    [Fact]
    public async Task Expect_100_continue_is_answered_by_the_application()
    {
        await using var mesh = await TestMesh.StartAsync(async context =>
        {
            if (context.Request.Headers.ContainsKey("x-refuse"))
            {
                context.Response.StatusCode = 413;
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync("got " + await reader.ReadToEndAsync());
        }, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta) { Content = new StringContent("it") };
        request.Headers.ExpectContinue = true;

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("got it", await response.Content.ReadAsStringAsync(Cancel));
        using var refused = new HttpRequestMessage(HttpMethod.Post, Beta) { Content = new StringContent("it"), Headers = { { "x-refuse", "1" } } };
        refused.Headers.ExpectContinue = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await mesh.Client().SendAsync(refused, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_websocket_passes()
    {
        await using var mesh = await TestMesh.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(Encoding.UTF8.GetBytes("echo " + Encoding.UTF8.GetString(buffer, 0, received.Count)), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }, Cancel);
        using var client = new ClientWebSocket();

        await client.ConnectAsync(new Uri("ws://beta.demo:8000/chat"), new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = async (_, token) => await mesh.ConnectAsync("beta.demo:8000", token) }), Cancel);
        await client.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var answer = new byte[100];
        var result = await client.ReceiveAsync(answer, Cancel);

        Assert.Equal("echo hi", Encoding.UTF8.GetString(answer, 0, result.Count));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
    }

    [Fact]
    public async Task A_gRPC_call_passes_over_HTTP2_with_trailers_and_its_messages_are_counted()
    {
        await using var mesh = await TestMesh.StartAsync(
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                var message = new byte[6];
                await context.Request.Body.ReadExactlyAsync(message);
                await context.Response.Body.WriteAsync(message);
                await context.Response.Body.FlushAsync();
                await context.Request.Body.ReadExactlyAsync(message);
                await context.Response.Body.WriteAsync(message);
                context.Response.AppendTrailer("grpc-status", "5");
            },
            Cancel,
            ResourceEdits.SpeakHttp2,
            HttpProtocols.Http2);
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta + "a.Service/Method")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 8]) { Headers = { { "Content-Type", "application/grpc" } } },
            Headers = { { "te", "trailers" } },
        };

        using var response = await mesh.Tunnel("beta.demo:8000").SendAsync(request, Cancel);

        Assert.Equal(12, (await response.Content.ReadAsByteArrayAsync(Cancel)).Length);
        Assert.Equal("5", response.TrailingHeaders.GetValues("grpc-status").Single());
        var labels = new Dictionary<string, string> { ["request_protocol"] = "grpc", ["grpc_response_status"] = "5", ["response_code"] = "200" };
        Assert.Equal(1, await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", labels, Cancel));
        var peers = new Dictionary<string, string> { ["reporter"] = "destination", ["source_workload"] = "alpha-v1" };
        Assert.Equal(2, await TestMesh.SampleAsync(mesh.BetaAddress, "istio_request_messages_total", peers, Cancel));
        Assert.Equal(2, await TestMesh.SampleAsync(mesh.BetaAddress, "istio_response_messages_total", peers, Cancel));
    }

    [Fact]
    public async Task A_client_that_hangs_up_cancels_the_upstream()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await TestMesh.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => cancelled.TrySetResult());
            arrived.TrySetResult();
            await cancelled.Task;
        }, Cancel);
        var stream = await mesh.ConnectAsync("beta.demo:8000", Cancel);
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: beta.demo:8000\r\n\r\n"u8.ToArray(), Cancel);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        await stream.DisposeAsync();

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "DC", ["response_code"] = "0" }, Cancel);
    }

    [Fact]
    public async Task An_HTTP_proxy_request_goes_to_the_host_it_names_and_a_plain_one_to_its_Host()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync($"{context.Request.Host}{context.Request.Path}"), Cancel);

        Assert.Equal("beta.demo:8000/a", await mesh.Client("http").GetStringAsync("http://beta.demo:8000/a", Cancel));
        using var plain = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{mesh.AlphaAddress}:15001/b") { Headers = { Host = "beta.demo:8000" } };
        Assert.Equal("beta.demo:8000/b", await (await plain.SendAsync(request, Cancel)).Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task What_is_no_service_of_the_mesh_passes_through()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        var outside = mesh.BetaApp;
        await mesh.ServeHttpAsync(outside, 8000, context => context.Response.WriteAsync("outside http " + context.Request.Path));
        await mesh.ServeHttpAsync(outside, 9999, context => context.Response.WriteAsync("outside tcp " + context.Request.Path));

        Assert.Equal("outside http /x", await mesh.Client().GetStringAsync($"http://{outside}:8000/x", Cancel));
        Assert.Equal("outside tcp /y", await mesh.Client().GetStringAsync($"http://{outside}:9999/y", Cancel));
        Assert.Equal("outside tcp /z", await mesh.Client("http").GetStringAsync($"http://{outside}:9999/z", Cancel));
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["destination_service_name"] = "PassthroughCluster", ["destination_service"] = $"{outside}:8000" }, Cancel);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_tcp_connections_opened_total", new Dictionary<string, string> { ["destination_service_name"] = "PassthroughCluster" }, Cancel);
    }

    [Fact]
    public async Task A_client_certificate_is_told_as_a_whole_where_that_is_asked_for()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-client-cert"].ToString()), Cancel, (kind, resources) =>
        {
            foreach (var manager in kind == "listeners" ? ResourceEdits.InboundManagers(resources) : [])
            {
                manager["setCurrentClientCertDetails"]!["cert"] = true;
            }
        });

        var told = System.Text.RegularExpressions.Regex.Match(await mesh.Client().GetStringAsync(Beta, Cancel), "^By=[^;]*;Hash=([0-9a-f]{64});Cert=\"([^\" \n+/=]*%0A)\";Subject=\"\";URI=spiffe://cluster.local/ns/demo/sa/alpha");

        Assert.True(told.Success);
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(Uri.UnescapeDataString(told.Groups[2].Value));
        Assert.Equal(told.Groups[1].Value, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(certificate.RawData)));
    }

    [Fact]
    public async Task A_clients_whole_chain_is_told_where_that_is_asked_for()
    {
        await using var mesh = await TestMesh.StartAsync(
            context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-client-cert"].ToString()),
            Cancel,
            (kind, resources) =>
            {
                foreach (var manager in kind == "listeners" ? ResourceEdits.InboundManagers(resources) : [])
                {
                    manager["setCurrentClientCertDetails"]!["chain"] = true;
                }
            },
            hasIntermediate: true);

        var told = System.Text.RegularExpressions.Regex.Match(await mesh.Client().GetStringAsync(Beta, Cancel), "^By=[^;]*;Hash=([0-9a-f]{64});Chain=\"([^\" \n+/=]*%0A)\";Subject=\"\";URI=spiffe://cluster.local/ns/demo/sa/alpha");

        Assert.True(told.Success);
        var chain = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        chain.ImportFromPem(Uri.UnescapeDataString(told.Groups[2].Value));
        Assert.Equal(told.Groups[1].Value, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(chain[0].RawData)));
        Assert.Equal(["", "O=cluster.local, CN=intermediate"], chain.Select(certificate => certificate.Subject));
    }

    [Fact]
    public async Task A_router_that_is_told_so_adds_no_headers_of_its_own()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(string.Join(' ', context.Request.Headers.Keys.Where(name => name.StartsWith("x-envoy-", StringComparison.Ordinal)).Order())), Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                ResourceEdits.SetAction(resources, "timeout", "\"30s\"");
                ResourceEdits.SetAction(resources, "prefixRewrite", "\"/rewritten\"");
            }

            foreach (var manager in kind == "listeners" ? ResourceEdits.InboundManagers(resources).Concat(ResourceEdits.OutboundManagers(resources)) : [])
            {
                manager["httpFilters"]!.AsArray()[^1]!["typedConfig"]!["suppressEnvoyHeaders"] = true;
            }
        });

        using var answer = await mesh.Client().GetAsync(Beta, Cancel);

        // The virtual host asks for the count of attempts, not the router.
        Assert.Equal("x-envoy-attempt-count", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.False(answer.Headers.Contains("x-envoy-upstream-service-time"));
    }

    [Fact]
    public async Task A_plaintext_client_reaches_a_permissive_port_and_a_strict_one_hangs_up()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-client-cert"].ToString() + "!"), Cancel);
        using var outsider = new HttpClient();

        Assert.Equal("!", await outsider.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel));
        mesh.Publish((kind, resources) =>
        {
            if (kind == "listeners")
            {
                var chains = resources.First(listener => listener!["name"]!.GetValue<string>() == "virtualInbound")!["filterChains"]!.AsArray();
                foreach (var plain in chains.Where(chain => chain!["filterChainMatch"]?["transportProtocol"]?.GetValue<string>() == "raw_buffer").ToList())
                {
                    chains.Remove(plain);
                }
            }
        });
        await TestMesh.UntilAsync(
            async () =>
            {
                using var fresh = new HttpClient();
                try
                {
                    await fresh.GetStringAsync($"http://{mesh.BetaAddress}:8080/", Cancel);
                    return false;
                }
                catch (HttpRequestException)
                {
                    return true;
                }
            },
            Cancel);
        Assert.Contains("spiffe://cluster.local/ns/demo/sa/alpha", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    [Fact]
    public async Task The_access_log_is_Istios_default_line()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("hello"), Cancel, LogAccess);

        await mesh.Client().GetStringAsync(Beta + "p?q=1", Cancel);

        await TestMesh.UntilAsync(() => mesh.Log.Count >= 2, Cancel);
        var line = mesh.Log.Single(line => line.Contains("outbound|8000"));
        Assert.Matches(
            $@"^\[20..-..-..T..:..:..\....Z\] ""GET /p\?q=1 HTTP/1\.1"" 200 - via_upstream - ""-"" 0 5 \d+ \d+ ""-"" ""-"" ""[0-9a-f-]{{36}}"" ""beta\.demo:8000"" ""{mesh.BetaAddress}:8080"" "
            + $@"outbound\|8000\|\|beta\.demo\.svc\.cluster\.local {mesh.AlphaAddress}:\d+ 10\.96\.1\.2:8000 127\.0\.0\.1:\d+ - default$",
            line);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("\u0005\u0001\u0002")]
    [InlineData("\u0005\u0001\0\u0005\u0002\0\u0001\u0001\u0001\u0001\u0001\0\u0001")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET http:///// HTTP/1.1\r\nHost: \r\n\r\n")]
    [InlineData("CONNECT beta.demo:99999 HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\0\u0005hello")]
    [InlineData("\u0016\u0003\u0001ÿÿ\u0001\0\0\u0001")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task Garbage_on_any_port_is_refused_and_harms_nobody(string garbage)
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        foreach (var port in (int[])[15001, 15006, 8080, 3306, 15000, 15020, 15021, 15090])
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(mesh.AlphaAddress, port, Cancel);
                var stream = socket.GetStream();
                await stream.WriteAsync(Encoding.Latin1.GetBytes(garbage), Cancel);
                socket.Client.Shutdown(SocketShutdown.Send);
                var buffer = new byte[1024];
                while (await stream.ReadAsync(buffer, Cancel) > 0)
                {
                }
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                // A reset is as good an answer.
            }
        }

        Assert.Equal("fine", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    [Fact]
    public async Task Headers_beyond_the_limit_are_refused()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta);
        request.Headers.TryAddWithoutValidation("x-huge", new string('x', 70_000));

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
        Assert.Equal("fine", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    // As istiod writes meshConfig.accessLogFile (recorded).
    private static void LogAccess(string kind, JsonArray resources)
    {
        if (kind != "listeners")
        {
            return;
        }

        var log = """
            [{"name":"envoy.access_loggers.file","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog","path":"/dev/stdout","logFormat":{"textFormatSource":{"inlineString":"[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n"}}}}]
            """;
        foreach (var config in resources.SelectMany(listener => listener!["filterChains"]!.AsArray()).SelectMany(chain => chain!["filters"]!.AsArray())
            .Select(filter => filter!["typedConfig"]!).Where(config => config["@type"]!.GetValue<string>().EndsWith("HttpConnectionManager")))
        {
            config["accessLog"] = JsonNode.Parse(log);
        }
    }
}
