using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Filters;

/// <summary>envoy.filters.http.stateful_session before three endpoints, on real sockets.</summary>
public sealed class SessionTests
{
    private const string Beta = "http://beta.demo:8000/shop/cart";
    private const string ByCookie = """{"@type":"type.googleapis.com/envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState","cookie":{"name":"stay","path":"/shop","ttl":"60s"}}""";
    private const string ByHeader = """{"@type":"type.googleapis.com/envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState","name":"x-stay"}""";

    private readonly string _network = $"127.{Random.Shared.Next(251, 255)}.{Random.Shared.Next(0, 255)}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cookie_keeps_a_client_at_its_endpoint()
    {
        await using var mesh = await StartAsync(ByCookie);
        var (first, cookie) = await AskAsync(mesh, Beta, null);

        Assert.Equal($"stay=\"{Encoded($"{first}:8080")}\"; Max-Age=60; Path=/shop; HttpOnly", cookie);
        for (var request = 0; request < 12; request++)
        {
            Assert.Equal((first, null), await AskAsync(mesh, Beta, $"stay={Encoded($"{first}:8080")}"));
        }
    }

    [Fact]
    public async Task A_header_keeps_a_client_at_its_endpoint()
    {
        await using var mesh = await StartAsync(ByHeader);
        for (var host = 1; host <= 3; host++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Beta);
            request.Headers.Add("x-stay", Encoded($"{_network}.{host}:8080"));
            using var answer = await mesh.Client().SendAsync(request, Cancel);
            Assert.Equal($"{_network}.{host}", await answer.Content.ReadAsStringAsync(Cancel));
            Assert.False(answer.Headers.Contains("x-stay"));
        }

        using var fresh = await mesh.Client().GetAsync(Beta, Cancel);
        Assert.Equal(Encoded($"{await fresh.Content.ReadAsStringAsync(Cancel)}:8080"), Assert.Single(fresh.Headers.GetValues("x-stay")));
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("bm90IGFuIGFkZHJlc3M=")]
    [InlineData("CgA=")]
    [InlineData("Cv8xLjIuMy40OjgwODA=")]
    [InlineData("MTI3LjAuMC4xOjIy")]
    public async Task What_names_no_endpoint_of_the_cluster_begins_a_new_session(string value)
    {
        await using var mesh = await StartAsync(ByCookie);
        var (host, cookie) = await AskAsync(mesh, Beta, $"stay={value}");

        Assert.Contains(Encoded($"{host}:8080"), cookie);
    }

    [Fact]
    public async Task Envoys_own_form_of_the_cookie_is_read()
    {
        await using var mesh = await StartAsync(ByCookie);
        var address = Encoding.ASCII.GetBytes($"{_network}.2:8080");
        var cookie = Convert.ToBase64String([10, (byte)address.Length, .. address, 16, 5]);

        Assert.Equal(($"{_network}.2", null), await AskAsync(mesh, Beta, $"stay=\"{cookie}\""));
    }

    [Fact]
    public async Task Elsewhere_there_is_no_session()
    {
        await using var mesh = await StartAsync(ByCookie);

        Assert.Null((await AskAsync(mesh, "http://beta.demo:8000/shopping", null)).Cookie);
        Assert.Null((await AskAsync(mesh, "http://beta.demo:8000/", null)).Cookie);
    }

    [Fact]
    public async Task A_session_leaves_an_endpoint_that_is_gone_and_a_strict_one_fails()
    {
        var gone = Encoded($"{_network}.9:8080");
        await using (var mesh = await StartAsync(ByCookie))
        {
            Assert.NotNull((await AskAsync(mesh, Beta, $"stay={gone}")).Cookie);
        }

        await using var strict = await StartAsync(ByCookie, ",\"strict\":true");
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta);
        request.Headers.Add("cookie", $"stay={gone}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await strict.Client().SendAsync(request, Cancel)).StatusCode);
    }

    private static async Task<(string Host, string? Cookie)> AskAsync(TestMesh mesh, string url, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (cookie is not null)
        {
            request.Headers.Add("cookie", cookie);
        }

        using var answer = await mesh.Client().SendAsync(request, Cancel);
        return (await answer.Content.ReadAsStringAsync(Cancel), answer.Headers.TryGetValues("set-cookie", out var set) ? set.Single() : null);
    }

    private static string Encoded(string address) => Convert.ToBase64String(Encoding.ASCII.GetBytes(address));

    private async Task<TestMesh> StartAsync(string state, string strict = "")
    {
        RequestDelegate serve = context => context.Response.WriteAsync(context.Connection.LocalIpAddress!.ToString());
        var mesh = await TestMesh.StartAsync(serve, Cancel, (kind, resources) =>
        {
            switch (kind)
            {
                case "listeners":
                    ResourceEdits.Insert(ResourceEdits.OutboundManagers(resources), """{"name":"envoy.filters.http.stateful_session","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.stateful_session.v3.StatefulSession"}}""");
                    break;
                case "routes":
                    ResourceEdits.SetRoute(resources, "typedPerFilterConfig", $$$"""
                        {"envoy.filters.http.stateful_session":{"@type":"type.googleapis.com/envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute",
                          "statefulSession":{"sessionState":{"name":"s","typedConfig":{{{state}}} }{{{strict}}} } } }
                        """);
                    break;
                case "endpoints":
                    var beta = resources.First(entry => entry!["clusterName"]!.GetValue<string>() == ResourceEdits.BetaCluster)!;
                    beta["endpoints"] = new JsonArray(new JsonObject { ["lbEndpoints"] = new JsonArray([.. Enumerable.Range(1, 3).Select(host => JsonNode.Parse($$"""{"endpoint":{"address":{"socketAddress":{"address":"{{_network}}.{{host}}","portValue":8080} } } }"""))]) });
                    break;
            }
        });
        for (var host = 1; host <= 3; host++)
        {
            await mesh.ServeHttpAsync($"{_network}.{host}", 8080, serve);
        }

        return mesh;
    }
}
