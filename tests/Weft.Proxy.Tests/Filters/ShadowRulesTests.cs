using System.Net;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Filters;

public sealed class ShadowRulesTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_refuses_nothing_and_tells_what_it_would_have_done()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind != "listeners")
            {
                return;
            }

            foreach (var manager in ResourceEdits.InboundManagers(resources))
            {
                ResourceEdits.Insert([manager], """
                    {"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","shadowRulesStatPrefix":"istio_dry_run_deny_","shadowRules":{"action":"DENY","policies":{
                    "ns[demo]-policy[p]-rule[0]":{"permissions":[{"urlPath":{"path":{"exact":"/x"} } }],"principals":[{"any":true}]} } } } }
                    """);
                manager["accessLog"] = System.Text.Json.Nodes.JsonNode.Parse("""
                    [{"name":"envoy.access_loggers.file","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog","path":"/dev/stdout","logFormat":{"textFormatSource":{"inlineString":
                    "shadow %REQ(:PATH)% %DYNAMIC_METADATA(envoy.filters.http.rbac:istio_dry_run_deny_shadow_effective_policy_id)% %DYNAMIC_METADATA(envoy.filters.http.rbac:istio_dry_run_deny_shadow_engine_result)%"} } } }]
                    """);
            }
        });

        Assert.Equal(HttpStatusCode.OK, (await mesh.Client().GetAsync(Beta + "x", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mesh.Client().GetAsync(Beta + "y", Cancel)).StatusCode);

        await TestMesh.UntilAsync(() => mesh.Log.Count(line => line.StartsWith("shadow", StringComparison.Ordinal)) == 2, Cancel);
        Assert.Contains("shadow /x ns[demo]-policy[p]-rule[0] denied", mesh.Log);
        Assert.Contains("shadow /y - allowed", mesh.Log);
        var metrics = await TestMesh.MetricsAsync(mesh.BetaAddress, Cancel);
        Assert.Contains("_rbac{authz_dry_run_action=\"deny\",authz_dry_run_result=\"denied\"} 1", metrics);
        Assert.Contains("_rbac{authz_dry_run_action=\"deny\",authz_dry_run_result=\"allowed\"} 1", metrics);
    }

    [Theory]
    [InlineData("/a/b/tail", 200)]
    [InlineData("/a/b/c/tail", 403)]
    [InlineData("/a/tail", 403)]
    public async Task Path_templates_stand_for_one_segment_each(string path, int status)
    {
        await using var mesh = await StartAsync("""
            {"uriTemplate":{"name":"uri-template","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig","pathTemplate":"/a/*/tail"} } }
            """, """{"any":true}""");

        Assert.Equal((HttpStatusCode)status, (await mesh.Client().GetAsync("http://beta.demo:8000" + path, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("""{"notRule":{"header":{"name":":method","stringMatch":{"exact":"GET"} } } }""", """{"any":true}""", 403)]
    [InlineData("""{"destinationPort":8080}""", """{"directRemoteIp":{"addressPrefix":"127.0.0.0","prefixLen":8} }""", 200)]
    [InlineData("""{"destinationPort":8080}""", """{"remoteIp":{"addressPrefix":"203.0.113.0","prefixLen":24} }""", 200)]
    [InlineData("""{"destinationPort":8080}""", """{"remoteIp":{"addressPrefix":"198.51.100.0","prefixLen":24} }""", 403)]
    [InlineData("""{"requestedServerName":{"prefix":"outbound_.8000_._.beta"} }""", """{"any":true}""", 200)]
    [InlineData("""{"destinationPortRange":{"start":8000,"end":8080} }""", """{"any":true}""", 403)]
    [InlineData("""{"header":{"name":":authority","stringMatch":{"exact":"BETA.demo:8000","ignoreCase":true} } }""", """{"notId":{"header":{"name":"x-bad","presentMatch":true} } }""", 200)]
    [InlineData("""{"any":true}""", """{"metadata":{"filter":"f","path":[{"key":"k"}],"value":{"stringMatch":{"exact":"v"} } } }""", 403)]
    public async Task Conditions_judge_as_Envoy_does(string permission, string principal, int status)
    {
        await using var mesh = await StartAsync(permission, principal);
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { "x-forwarded-for", "198.51.100.1, 203.0.113.9" } } };

        Assert.Equal((HttpStatusCode)status, (await mesh.Client().SendAsync(request, Cancel)).StatusCode);
    }

    private static Task<TestMesh> StartAsync(string permission, string principal) => TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
    {
        if (kind == "listeners")
        {
            ResourceEdits.Insert(ResourceEdits.InboundManagers(resources), $$"""
                {"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","rules":{"policies":{"p":{"permissions":[{{permission}}],"principals":[{{principal}}]} } } } }
                """);
        }
    });
}
