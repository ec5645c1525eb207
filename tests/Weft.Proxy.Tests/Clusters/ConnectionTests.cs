using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Clusters;

public sealed class ConnectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_connection_ends_after_its_requests(HttpProtocols protocols)
    {
        // Acceptance row 123, with 3 in the place of 10.
        var connections = new ConcurrentQueue<string>();
        await using var mesh = await TestMesh.StartAsync(
            context =>
            {
                connections.Enqueue(context.Connection.Id);
                return context.Response.WriteAsync("fine");
            },
            Cancel,
            (kind, resources) => ChangeInbound(kind, resources, protocols),
            protocols);
        var client = mesh.Client();

        for (var call = 0; call < 7; call++)
        {
            Assert.Equal("fine", await client.GetStringAsync("http://beta.demo:8000/", Cancel));
        }

        Assert.Equal([3, 3, 1], connections.GroupBy(id => id).Select(group => group.Count()));
    }

    [Fact]
    public async Task Requests_at_once_share_no_counted_connection()
    {
        var connections = new ConcurrentQueue<string>();
        await using var mesh = await TestMesh.StartAsync(
            async context =>
            {
                connections.Enqueue(context.Connection.Id);
                await context.Response.WriteAsync("fine");
            },
            Cancel,
            (kind, resources) => ChangeInbound(kind, resources, HttpProtocols.Http1));
        var client = mesh.Client();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetStringAsync("http://beta.demo:8000/", Cancel)));

        Assert.Equal(60, connections.Count);
        Assert.All(connections.GroupBy(id => id), group => Assert.InRange(group.Count(), 1, 3));
    }

    [Fact]
    public async Task Tcp_tries_as_many_endpoints_as_it_may()
    {
        await using var mesh = await TestMesh.StartAsync(
            _ => Task.CompletedTask,
            Cancel,
            (kind, resources) =>
            {
                if (kind == "endpoints")
                {
                    // Nobody listens on the first; the second priority is not needed to find the living one.
                    var endpoints = resources.First(entry => entry!["clusterName"]!.GetValue<string>() == IstioResources.DbCluster)!["endpoints"]![0]!["lbEndpoints"]!.AsArray();
                    endpoints.Add(JsonNode.Parse(endpoints[0]!.ToJsonString().Replace("3306", "3999").Replace("\"tlsMode\":\"istio\"", "\"tlsMode\":\"none\"")));
                }

                if (kind == "listeners")
                {
                    var listener = resources.First(listener => listener!["name"]!.GetValue<string>() == $"{IstioResources.DbVip}_3306")!;
                    listener["filterChains"]![0]!["filters"]![1]!["typedConfig"]!["maxConnectAttempts"] = 2;
                }
            });
        mesh.ServeTcp(mesh.BetaApp, 3306, async stream => await stream.WriteAsync(Encoding.ASCII.GetBytes("hello"), Cancel));

        for (var call = 0; call < 6; call++)
        {
            await using var connection = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);
            var greeting = new byte[5];
            await connection.ReadExactlyAsync(greeting, Cancel);
            Assert.Equal("hello", Encoding.ASCII.GetString(greeting));
        }
    }

    [Fact]
    public void Proxy_headers_are_as_the_protocol_says()
    {
        var (source, destination) = (new IPEndPoint(IPAddress.Parse("10.1.2.3"), 4000), new IPEndPoint(IPAddress.Parse("10.4.5.6"), 80));

        Assert.Equal("PROXY TCP4 10.1.2.3 10.4.5.6 4000 80\r\n", Encoding.ASCII.GetString(ProxyHeader.Encode(1, source, destination)));
        Assert.Equal("0D0A0D0A000D0A515549540A2111000C0A0102030A0405060FA00050", Convert.ToHexString(ProxyHeader.Encode(2, source, destination)));
        Assert.Equal(
            "PROXY TCP6 ::ffff:10.1.2.3 2001:db8::1 4000 443\r\n",
            Encoding.ASCII.GetString(ProxyHeader.Encode(1, source, new IPEndPoint(IPAddress.Parse("2001:db8::1"), 443))));
    }

    [Fact]
    public async Task The_proxy_protocol_goes_before_the_first_byte()
    {
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await TestMesh.StartAsync(
            _ => Task.CompletedTask,
            Cancel,
            (kind, resources) =>
            {
                if (kind == "clusters")
                {
                    var cluster = resources.First(cluster => cluster!["name"]!.GetValue<string>() == "inbound|3306||")!;
                    cluster["transportSocket"] = JsonNode.Parse("""
                        {"name":"envoy.transport_sockets.upstream_proxy_protocol","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport",
                         "config":{"version":"V1"},"transportSocket":{"name":"envoy.transport_sockets.raw_buffer","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"}}}}
                        """);
                }
            });
        mesh.ServeTcp(mesh.BetaApp, 3306, async stream =>
        {
            using var reader = new StreamReader(stream);
            received.TrySetResult(await reader.ReadLineAsync(Cancel) + "|" + await reader.ReadLineAsync(Cancel));
        });

        await using var connection = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);
        await connection.WriteAsync(Encoding.ASCII.GetBytes("select\r\n"), Cancel);

        Assert.Matches($@"^PROXY TCP4 {mesh.AlphaAddress} {mesh.BetaAddress} \d+ 3306\|select$", await received.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    private static void ChangeInbound(string kind, JsonArray resources, HttpProtocols protocols)
    {
        if (kind == "clusters")
        {
            var version = protocols == HttpProtocols.Http2 ? "http2ProtocolOptions" : "httpProtocolOptions";
            resources.First(cluster => cluster!["name"]!.GetValue<string>() == "inbound|8080||")!["typedExtensionProtocolOptions"] = JsonNode.Parse("""
                {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                 "commonHttpProtocolOptions":{"maxRequestsPerConnection":3},"explicitHttpConfig":{"VERSION":{}}}}
                """.Replace("VERSION", version));
        }
    }
}
