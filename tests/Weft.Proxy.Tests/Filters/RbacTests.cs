using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Filters;

public sealed class RbacTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // The rules are in the shape that istiod gives an AuthorizationPolicy (recorded: demo-travels-strict-and-authz).
    [Theory]
    [InlineData("ALLOW", ".*/ns/demo/.*", "GET", 200)]
    [InlineData("ALLOW", ".*/ns/other/.*", "GET", 403)]
    [InlineData("ALLOW", ".*/ns/demo/.*", "POST", 403)]
    [InlineData("DENY", ".*/ns/demo/.*", "GET", 403)]
    [InlineData("DENY", ".*/ns/other/.*", "GET", 200)]
    [InlineData("LOG", ".*/ns/demo/.*", "GET", 200)]
    public async Task Requests_pass_as_the_rules_say(string action, string principal, string method, int status)
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("in"), Cancel, (kind, resources) =>
        {
            if (kind == "listeners")
            {
                Insert(resources, $$"""
                    {"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","rules":{"action":"{{action}}","policies":{"ns[demo]-policy[p]-rule[0]":{
                    "permissions":[{"andRules":{"rules":[{"orRules":{"rules":[{"header":{"name":":method","stringMatch":{"exact":"{{method}}"} } }]} }]} }],
                    "principals":[{"andIds":{"ids":[{"orIds":{"ids":[{"authenticated":{"principalName":{"safeRegex":{"regex":"{{principal}}"} } } }]} }]} }]} } } } }
                    """);
            }
        });

        using var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(status == 200 ? "in" : "RBAC: access denied", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData(3306, true)]
    [InlineData(9999, false)]
    public async Task Connections_pass_as_the_rules_say(int port, bool passes)
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "listeners")
            {
                var filter = $$"""
                    {"name":"envoy.filters.network.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC","statPrefix":"tcp.","rules":{"policies":{"p":{
                    "permissions":[{"andRules":{"rules":[{"orRules":{"rules":[{"destinationPort":{{port}} }]} }]} }],
                    "principals":[{"authenticated":{"principalName":{"exact":"spiffe://cluster.local/ns/demo/sa/alpha"} } }]} } } } }
                    """;
                foreach (var chain in resources.SelectMany(listener => listener!["filterChains"]!.AsArray()).Where(chain => chain!["name"]?.GetValue<string>() == "0.0.0.0_3306"))
                {
                    chain!["filters"]!.AsArray().Insert(0, JsonNode.Parse(filter));
                }
            }
        });
        mesh.ServeTcp(mesh.BetaApp, 3306, stream => stream.WriteAsync("welcome"u8.ToArray()).AsTask());
        var connection = await mesh.ConnectAsync("db.demo:3306", Cancel);

        var answer = new byte[7];
        var read = 0;
        try
        {
            read = await connection.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, Cancel);
        }
        catch (IOException)
        {
            // A reset.
        }

        Assert.Equal(passes ? answer.Length : 0, read);
    }

    [Fact]
    public async Task A_condition_that_cannot_be_judged_is_refused_not_skipped()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("in"), Cancel);

        mesh.Publish((kind, resources) =>
        {
            if (kind == "listeners")
            {
                Insert(resources, """
                    {"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","rules":{"policies":{"p":{
                    "permissions":[{"any":true}],"principals":[{"filterState":{"key":"x"} }]} } } } }
                    """);
            }
        });

        await TestMesh.UntilAsync(() => mesh.Control.Requests.Any(request => request.ErrorDetail?.Message.Contains("RBAC principal FilterState") == true), Cancel);
        Assert.Contains("virtualInbound", mesh.Control.Requests.First(request => request.ErrorDetail is not null).ErrorDetail.Message);
    }

    private static void Insert(JsonArray listeners, string filter)
    {
        foreach (var config in listeners.Where(listener => listener!["name"]!.GetValue<string>() == "virtualInbound")
            .SelectMany(listener => listener!["filterChains"]!.AsArray()).SelectMany(chain => chain!["filters"]!.AsArray())
            .Select(entry => entry!["typedConfig"]!).Where(config => config["httpFilters"] is not null))
        {
            config["httpFilters"]!.AsArray().Insert(1, JsonNode.Parse(filter));
        }
    }
}
