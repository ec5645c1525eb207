using System.Net;
using System.Text;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Mesh;
using Weft.Xds;

namespace Weft.Proxy.Gateways;

/// <summary>A gateway behind a load balancer that tells of its clients by the PROXY protocol.</summary>
public sealed class ProxyProtocolTests
{
    private static readonly IPEndPoint Visitor = new(IPAddress.Parse("203.0.113.7"), 40_000);
    private static readonly IPEndPoint Front = new(IPAddress.Parse("198.51.100.1"), 80);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_client_is_who_the_load_balancer_says(int version)
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-for"].ToString()), Cancel);
        var gateway = await StartAsync(mesh, "");

        Assert.Contains("\r\n203.0.113.7\r\n", await AskAsync(gateway, ProxyHeader.Encode(version, Visitor, Front)));
    }

    [Fact]
    public async Task Who_is_at_the_socket_can_be_told_from_the_client()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["x-both"].ToString()), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g =>
            {
                g.Listener(8080, TestGateway.Http("http.8080")).Routes("http.8080", TestGateway.Beta).TakesProxyProtocol(8080, "");
                ((RouteConfiguration)g.Resources.ByType[TypeUrls.Route]["http.8080"]).RequestHeadersToAdd.Add(new HeaderValueOption
                {
                    Header = new HeaderValue { Key = "x-both", Value = "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%" },
                });
            },
            Cancel);

        Assert.Contains("\r\n203.0.113.7:40000 127.0.0.1\r\n", await AskAsync(gateway, ProxyHeader.Encode(1, Visitor, Front)));
    }

    [Fact]
    public async Task A_load_balancers_own_check_comes_from_itself()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-for"].ToString()), Cancel);
        var gateway = await StartAsync(mesh, "");

        Assert.Contains("\r\n127.0.0.1\r\n", await AskAsync(gateway, "PROXY UNKNOWN\r\n"u8.ToArray()));
        Assert.Contains("\r\n127.0.0.1\r\n", await AskAsync(gateway, [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x20, 0, 0, 0]));
    }

    [Fact]
    public async Task Who_sends_no_header_is_cut_off_unless_it_may_be_missing()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await StartAsync(mesh, "");
        Assert.Equal("", await AskAsync(gateway, []));
        Assert.Equal("", await AskAsync(gateway, "PROXY TCP4 nonsense\r\n"u8.ToArray()));

        await using var other = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var lenient = await StartAsync(other, ",\"allowRequestsWithoutProxyProtocol\":true");
        Assert.Contains("\r\nfine\r\n", await AskAsync(lenient, []));
    }

    [Theory]
    [InlineData("P", "NeedMore")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1", "NeedMore")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET", "Found")]
    [InlineData("PROXY TCP6 ::1 ::2 1 65535\r\n", "Found")]
    [InlineData("PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n", "NotFound")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n", "NotFound")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n", "NotFound")]
    [InlineData("POST / HTTP/1.1\r\n", "NotFound")]
    [InlineData("\r\n\r\n\0\r\nQUIT", "NeedMore")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c", "NeedMore")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u0002ab", "NotFound")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0031\u0011\0\0", "NotFound")]
    public void A_header_is_read_as_far_as_it_goes(string text, string expected) =>
        Assert.Equal(expected, Listeners.ProxyHeaderParser.Read(Encoding.Latin1.GetBytes(text), out _, out _).ToString());

    private static Task<TestGateway> StartAsync(TestMesh mesh, string options) => TestGateway.StartAsync(
        mesh,
        g => g.Listener(8080, TestGateway.Http("http.8080")).Routes("http.8080", TestGateway.Beta).TakesProxyProtocol(8080, options),
        Cancel);

    /// <summary>What comes back for a header and a request, to the connection's end.</summary>
    private static async Task<string> AskAsync(TestGateway gateway, byte[] header)
    {
        await using var stream = await gateway.DialAsync(8080, Cancel);
        try
        {
            await stream.WriteAsync((byte[])[.. header, .. "GET / HTTP/1.1\r\nHost: app.example.com\r\nConnection: close\r\n\r\n"u8], Cancel);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(Cancel);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
