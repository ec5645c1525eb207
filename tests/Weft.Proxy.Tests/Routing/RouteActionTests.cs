using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Routing;

public sealed class RouteActionTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"pattern":{"regex":"^/api/v(\\d+)/(.*)$"},"substitution":"/\\2/of/\\1"}""", "api/v2/items?q=1", "/items/of/2?q=1")]
    [InlineData("""{"pattern":{"regex":"o"},"substitution":"0$"}""", "foo/o?o", "/f0$0$/0$?o")]
    [InlineData("""{"pattern":{"regex":"nothing"},"substitution":"x"}""", "foo", "/foo")]
    public async Task A_regex_rewrites_the_path_and_leaves_the_query(string rewrite, string path, string expected)
    {
        await using var mesh = await StartAsync(context => context.Response.WriteAsync(Raw(context)), "regexRewrite", rewrite);

        Assert.Equal(expected, await mesh.Client().GetStringAsync(Beta + path, Cancel));
    }

    [Fact]
    public async Task A_path_template_matches_and_rewrites()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(Raw(context)), Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                ResourceEdits.SetRoute(resources, "match", """
                    {"pathMatchPolicy":{"name":"t","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig","pathTemplate":"/users/{id}/{rest=**}"} } }
                    """);
                ResourceEdits.SetAction(resources, "pathRewritePolicy", """
                    {"name":"t","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig","pathTemplateRewrite":"/{rest}/by/{id}"} }
                    """);
            }
        });

        Assert.Equal("/a/b/by/7?x=y", await mesh.Client().GetStringAsync(Beta + "users/7/a/b?x=y", Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await mesh.Client().GetAsync(Beta + "other/7", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("hostRewriteLiteral", "\"literal.example\"", "literal.example")]
    [InlineData("hostRewriteHeader", "\"x-to\"", "told.example")]
    [InlineData("hostRewritePathRegex", """{"pattern":{"regex":"^/(.+)/.*$"},"substitution":"\\1.example"}""", "a.example")]
    [InlineData("autoHostRewrite", "true", "endpoint.example")]
    public async Task The_host_becomes_what_the_route_says(string field, string json, string host)
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync($"{context.Request.Host}|{context.Request.Headers["x-forwarded-host"]}"), Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                ResourceEdits.SetAction(resources, field, json);
            }

            if (kind == "endpoints")
            {
                resources.First(entry => entry!["clusterName"]!.GetValue<string>() == ResourceEdits.BetaCluster)!["endpoints"]![0]!["lbEndpoints"]![0]!["endpoint"]!["hostname"] = "endpoint.example";
            }
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta + "a/b") { Headers = { { "x-to", "told.example" } } };

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal($"{host}|", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("hostRewriteLiteral", "\"literal.example\"", null, "beta.demo:8000")]
    [InlineData("hostRewriteLiteral", "\"literal.example\"", "edge.example", "edge.example,beta.demo:8000")]
    [InlineData("hostRewriteLiteral", "\"literal.example\"", "edge.example,beta.demo:8000", "edge.example,beta.demo:8000")]
    [InlineData("autoHostRewrite", "true", "edge.example", "edge.example,beta.demo:8000")]
    public async Task A_replaced_host_is_told_after_those_that_were_replaced_before(string field, string json, string? told, string expected)
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-host"].ToString()), Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                ResourceEdits.SetAction(resources, field, json);
                ResourceEdits.SetAction(resources, "appendXForwardedHost", "true");
            }

            if (kind == "endpoints")
            {
                resources.First(entry => entry!["clusterName"]!.GetValue<string>() == ResourceEdits.BetaCluster)!["endpoints"]![0]!["lbEndpoints"]![0]!["endpoint"]!["hostname"] = "endpoint.example";
            }
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta);
        if (told is not null)
        {
            request.Headers.Add("x-forwarded-host", told);
        }

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Header_values_are_formats()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync($"{context.Request.Headers["x-told"]}|{context.Request.Headers["x-twice"]}|{context.Request.Headers["x-gone"]}"), Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                ResourceEdits.SetRoute(resources, "requestHeadersToAdd", """
                    [{"header":{"key":"x-told","value":"%REQ(:METHOD)% %PROTOCOL% %REQ(x-none?user-agent)% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% 100%%"},"appendAction":"OVERWRITE_IF_EXISTS_OR_ADD"},
                     {"header":{"key":"x-twice","value":"b"} },
                     {"header":{"key":"x-gone","value":"%REQ(x-none)%"} }]
                    """);
                ResourceEdits.SetRoute(resources, "responseHeadersToAdd", """
                    [{"header":{"key":"y-flags","value":"%RESPONSE_FLAGS%"},"appendAction":"OVERWRITE_IF_EXISTS_OR_ADD"},
                     {"header":{"key":"y-cluster","value":"%UPSTREAM_CLUSTER% %RESPONSE_CODE%"} }]
                    """);
            }
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "user-agent", "me" }, { "x-twice", "a" } } };

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("GET HTTP/1.1 me 127.0.0.1 100%|a,b|", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("-", response.Headers.GetValues("y-flags").Single());
        Assert.StartsWith($"{ResourceEdits.BetaCluster} ", response.Headers.GetValues("y-cluster").Single());
    }

    [Theory]
    [InlineData("""[{"header":{"headerName":"x-user"} }]""")]
    [InlineData("""[{"queryParameter":{"name":"user"} }]""")]
    [InlineData("""[{"cookie":{"name":"user"} }]""")]
    public async Task Requests_of_one_user_go_to_one_endpoint(string policy)
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        await using var mesh = await HashedAsync(policy, context => context.Response.WriteAsync(context.Connection.LocalIpAddress!.ToString()));

        // So many users that they do not all fall to one endpoint by chance, whatever the addresses are.
        for (var turn = 0; turn < 80; turn++)
        {
            var user = $"user{turn % 40}";
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Beta}?user={user}") { Headers = { { "x-user", user }, { "cookie", $"a=b; user={user}" } } };
            using var response = await mesh.Client().SendAsync(request, Cancel);
            var server = await response.Content.ReadAsStringAsync(Cancel);
            Assert.Equal(server, seen.GetOrAdd(user, server));
        }

        Assert.True(seen.Values.Distinct().Count() > 1, string.Join(' ', seen.Values));
    }

    [Fact]
    public async Task A_cookie_with_a_ttl_is_made_where_it_is_absent()
    {
        await using var mesh = await HashedAsync("""[{"cookie":{"name":"session","ttl":"60s","path":"/p"} }]""", context => context.Response.WriteAsync(context.Connection.LocalIpAddress!.ToString()));

        using var first = await mesh.Tunnel("beta.demo:8000").GetAsync(Beta, Cancel);
        var cookie = first.Headers.GetValues("set-cookie").Single();

        Assert.Matches("^session=\"[0-9a-f]{16}\"; Max-Age=60; Path=/p; HttpOnly$", cookie);
        var server = await first.Content.ReadAsStringAsync(Cancel);
        for (var turn = 0; turn < 10; turn++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "cookie", cookie.Split(';')[0] } } };
            using var next = await mesh.Client().SendAsync(request, Cancel);
            Assert.Equal(server, await next.Content.ReadAsStringAsync(Cancel));
            Assert.False(next.Headers.Contains("set-cookie"));
        }
    }

    private static string Raw(HttpContext context) => context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;

    private static Task<TestMesh> StartAsync(RequestDelegate serve, string field, string json) => TestMesh.StartAsync(serve, Cancel, (kind, resources) =>
    {
        if (kind == "routes")
        {
            ResourceEdits.SetAction(resources, field, json);
        }
    });

    // Three endpoints without sidecars behind beta, hashed by ring.
    private static async Task<TestMesh> HashedAsync(string policy, RequestDelegate serve)
    {
        var network = $"127.{Random.Shared.Next(251, 255)}.{Random.Shared.Next(0, 255)}";
        var mesh = await TestMesh.StartAsync(serve, Cancel, (kind, resources) =>
        {
            switch (kind)
            {
                case "routes":
                    ResourceEdits.SetAction(resources, "hashPolicy", policy);
                    break;
                case "clusters":
                    var cluster = resources.First(cluster => cluster!["name"]!.GetValue<string>() == ResourceEdits.BetaCluster)!;
                    cluster["lbPolicy"] = "RING_HASH";
                    break;
                case "endpoints":
                    var beta = resources.First(entry => entry!["clusterName"]!.GetValue<string>() == ResourceEdits.BetaCluster)!;
                    beta["endpoints"] = new JsonArray(new JsonObject { ["lbEndpoints"] = new JsonArray([.. Enumerable.Range(1, 3).Select(host => JsonNode.Parse($$"""{"endpoint":{"address":{"socketAddress":{"address":"{{network}}.{{host}}","portValue":8080} } } }"""))]) });
                    break;
            }
        });
        for (var host = 1; host <= 3; host++)
        {
            await mesh.ServeHttpAsync($"{network}.{host}", 8080, serve);
        }

        return mesh;
    }
}
