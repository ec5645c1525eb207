using System.Text.Json.Nodes;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Forwarding;

public sealed class ForwardedAddressTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Envoy's Utility::getLastAddressFromXFF as a connection manager calls it.
    [Theory]
    [InlineData(false, 0, "198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData(false, 1, "198.51.100.1, 203.0.113.9", "198.51.100.1")]
    [InlineData(false, 2, "198.51.100.1, 203.0.113.9", null)]
    [InlineData(false, 0, "2001:db8::1", "2001:db8::1")]
    [InlineData(false, 0, "", null)]
    [InlineData(false, 0, null, null)]
    [InlineData(false, 0, "unknown", null)]
    [InlineData(false, 0, "198.51.100.1,", null)]
    [InlineData(false, 0, "7", null)]
    [InlineData(false, 0, "198.51.100.01", null)]
    [InlineData(false, 0, "198.51.100.1:80", null)]
    [InlineData(false, 0, "[2001:db8::1]:80", null)]
    [InlineData(false, uint.MaxValue, "198.51.100.1", null)]
    [InlineData(true, 0, "203.0.113.9", null)]
    [InlineData(true, 1, "198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData(true, 2, "198.51.100.1, 203.0.113.9", "198.51.100.1")]
    [InlineData(true, 3, "198.51.100.1, 203.0.113.9", null)]
    public void The_client_is_who_the_proxies_say_as_far_as_they_are_trusted(bool usesRemoteAddress, uint hops, string? header, string? client) =>
        Assert.Equal(client, ForwardedAddress.Of(header, Manager(usesRemoteAddress, hops))?.Address.ToString());

    [Fact]
    public async Task Logs_of_a_sidecar_tell_the_client_that_the_proxy_before_saw_and_the_peer_itself()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "listeners")
            {
                ResourceEdits.LogInbound(resources, "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%");
            }
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "x-forwarded-for", "198.51.100.1, 203.0.113.9" } } };

        await mesh.Client().SendAsync(request, Cancel);
        await TestMesh.UntilAsync(() => mesh.Log.Count == 1, Cancel);
        await mesh.Client().GetAsync(Beta, Cancel);
        await TestMesh.UntilAsync(() => mesh.Log.Count == 2, Cancel);

        Assert.Equal($"203.0.113.9:0 203.0.113.9 {mesh.AlphaAddress}", mesh.Log.First());
        Assert.Matches($"^{mesh.AlphaAddress}:[1-9][0-9]* {mesh.AlphaAddress} {mesh.AlphaAddress}$", mesh.Log.Last());
    }

    [Theory]
    [InlineData(0, "8000")]
    [InlineData(1, "81")]
    public async Task A_gateway_tells_its_port_unless_a_trusted_proxy_told_another(int hops, string port)
    {
        await using var mesh = await StartAsync(manager => (manager["appendXForwardedPort"], manager["useRemoteAddress"], manager["xffNumTrustedHops"]) = (true, true, hops));
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "x-forwarded-port", "81" } } };

        Assert.Equal(port, await (await mesh.Client().SendAsync(request, Cancel)).Content.ReadAsStringAsync(Cancel));
        Assert.Equal("8000", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    [Fact]
    public async Task A_sidecar_tells_no_port()
    {
        await using var mesh = await StartAsync(manager => manager["appendXForwardedPort"] = true);

        Assert.Equal("", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    private static Task<TestMesh> StartAsync(Action<JsonNode> change) => TestMesh.StartAsync(
        context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-port"].ToString()),
        Cancel,
        (kind, resources) =>
        {
            foreach (var manager in kind == "listeners" ? ResourceEdits.OutboundManagers(resources) : [])
            {
                change(manager);
            }
        });

    private static HttpConnectionManagerModel Manager(bool usesRemoteAddress, uint hops)
    {
        var config = new HttpConnectionManager
        {
            UseRemoteAddress = usesRemoteAddress,
            XffNumTrustedHops = hops,
            RouteConfig = new(),
            HttpFilters = { new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Any.Pack(new Envoy.Extensions.Filters.Http.Router.V3.Router()) } },
        };
        var chain = new FilterChain { Filters = { new Filter { Name = "http", TypedConfig = Any.Pack(config) } } };
        return (HttpConnectionManagerModel)NetworkFilterCompiler.Compile(chain, isOutbound: true).Terminal;
    }
}
