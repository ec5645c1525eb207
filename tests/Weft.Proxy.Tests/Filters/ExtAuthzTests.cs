using System.Collections.Concurrent;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Service.Auth.V3;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;
using Weft.Xds.Grpc;

namespace Weft.Proxy.Filters;

public sealed class ExtAuthzTests
{
    private const string Beta = "http://beta.demo:8000/";

    // As istiod writes a CUSTOM policy for paths below /admin (recorded: authz-custom-ext-authz).
    private const string Shadow = """
        {"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","shadowRulesStatPrefix":"istio_ext_authz_","shadowRules":{"action":"DENY","policies":{
        "istio-ext-authz-ext-ns[demo]-policy[p]-rule[0]":{"permissions":[{"urlPath":{"path":{"prefix":"/admin"} } }],"principals":[{"any":true}]} } } } }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_a_CUSTOM_policy_matches_is_asked_and_an_answer_of_200_lets_it_pass()
    {
        var asked = new ConcurrentQueue<string>();
        await using var service = await TestService.StartAsync(context =>
        {
            asked.Enqueue($"{context.Request.Method} {context.Request.Host} {context.Request.Path} a={context.Request.Headers["x-a"]} c={context.Request.Headers["x-c"]}");
            context.Response.Headers["x-b"] = "told";
            context.Response.Headers["x-other"] = "kept back";
            return Task.CompletedTask;
        });
        await using var mesh = await HttpAsync(service);

        Assert.Equal("/open  ", await SendAsync(mesh, "open"));
        Assert.Equal("/admin/x told ", await SendAsync(mesh, "admin/x"));

        Assert.Equal("GET beta.demo:8000 /admin/x a=1 c=", asked.Single());
    }

    [Fact]
    public async Task A_denial_is_passed_on_with_its_status_headers_and_body()
    {
        await using var service = await TestService.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic";
            return context.Response.WriteAsync("no");
        });
        await using var mesh = await HttpAsync(service);

        using var response = await mesh.Client().GetAsync(Beta + "admin", Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Basic", response.Headers.GetValues("www-authenticate").Single());
        Assert.Equal("no", await response.Content.ReadAsStringAsync(Cancel));
        await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UAEX", ["response_code"] = "401" }, Cancel);
    }

    [Theory]
    [InlineData(false, 403)]
    [InlineData(true, 200)]
    public async Task A_service_that_fails_refuses_unless_its_failure_is_allowed(bool allows, int status)
    {
        await using var service = await TestService.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var mesh = await HttpAsync(service, allows ? ",\"failureModeAllow\":true" : "");

        Assert.Equal(status, (int)(await mesh.Client().GetAsync(Beta + "admin", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_service_that_is_too_slow_fails()
    {
        await using var service = await TestService.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var mesh = await HttpAsync(service, ",\"statusOnError\":{\"code\":\"ServiceUnavailable\"}", timeout: "0.100s");

        Assert.Equal(503, (int)(await mesh.Client().GetAsync(Beta + "admin", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_gRPC_service_sees_the_request_and_changes_it()
    {
        var asked = new ConcurrentQueue<AttributeContext>();
        await using var service = await GrpcAsync(request =>
        {
            asked.Enqueue(request.Attributes);
            var response = new CheckResponse { OkResponse = new OkHttpResponse { HeadersToRemove = { "x-a" } } };
            response.OkResponse.Headers.Add(new HeaderValueOption { Header = new HeaderValue { Key = "x-b", Value = "grpc" } });
            response.OkResponse.ResponseHeadersToAdd.Add(new HeaderValueOption { Header = new HeaderValue { Key = "x-answer", Value = "added" } });
            return response;
        });
        await using var mesh = await MeshAsync(service, """ "grpcService":{"envoyGrpc":{"clusterName":"authz","authority":"authz.example"},"timeout":"2s"} """);

        using var request = new HttpRequestMessage(HttpMethod.Get, Beta + "admin?q=1") { Headers = { { "x-a", "1" } } };
        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("/admin grpc ", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("added", response.Headers.GetValues("x-answer").Single());
        var attributes = asked.Single();
        Assert.Equal("spiffe://cluster.local/ns/demo/sa/alpha", attributes.Source.Principal);
        Assert.Equal("spiffe://cluster.local/ns/demo/sa/beta", attributes.Destination.Principal);
        Assert.Equal(("GET", "/admin?q=1", "beta.demo:8000", "1"), (attributes.Request.Http.Method, attributes.Request.Http.Path, attributes.Request.Http.Host, attributes.Request.Http.Headers["x-a"]));
    }

    [Fact]
    public async Task A_gRPC_service_denies_with_what_it_says()
    {
        await using var service = await GrpcAsync(_ => new CheckResponse
        {
            Status = new Google.Rpc.Status { Code = 7 },
            DeniedResponse = new DeniedHttpResponse { Status = new Envoy.Type.V3.HttpStatus { Code = Envoy.Type.V3.StatusCode.PaymentRequired }, Body = "pay" },
        });
        await using var mesh = await MeshAsync(service, """ "grpcService":{"envoyGrpc":{"clusterName":"authz"},"timeout":"2s"} """);

        using var response = await mesh.Client().GetAsync(Beta + "admin", Cancel);

        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        Assert.Equal("pay", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData(true, "welcome")]
    [InlineData(false, "")]
    public async Task A_gRPC_service_judges_TCP_connections(bool allows, string received)
    {
        var asked = new ConcurrentQueue<AttributeContext>();
        await using var service = await GrpcAsync(request =>
        {
            asked.Enqueue(request.Attributes);
            return new CheckResponse { Status = new Google.Rpc.Status { Code = allows ? 0 : 7 } };
        });
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "clusters")
            {
                service.AddTo(resources, "authz");
            }

            if (kind == "listeners")
            {
                foreach (var chain in resources.SelectMany(listener => listener!["filterChains"]!.AsArray()).Where(chain => chain!["name"]?.GetValue<string>() == "0.0.0.0_3306"))
                {
                    chain!["filters"]!.AsArray().Insert(0, System.Text.Json.Nodes.JsonNode.Parse("""
                        {"name":"envoy.filters.network.ext_authz","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.ext_authz.v3.ExtAuthz","statPrefix":"tcp.","transportApiVersion":"V3",
                        "filterEnabledMetadata":{"filter":"envoy.filters.network.rbac","path":[{"key":"istio_ext_authz_shadow_effective_policy_id"}],"value":{"stringMatch":{"prefix":"istio-ext-authz-ext"} } },
                        "grpcService":{"envoyGrpc":{"clusterName":"authz"},"timeout":"2s"} } }
                        """));
                    chain["filters"]!.AsArray().Insert(0, System.Text.Json.Nodes.JsonNode.Parse("""
                        {"name":"envoy.filters.network.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC","statPrefix":"tcp.","shadowRulesStatPrefix":"istio_ext_authz_","shadowRules":{"action":"DENY",
                        "policies":{"istio-ext-authz-ext-ns[demo]-policy[p]-rule[0]":{"permissions":[{"any":true}],"principals":[{"any":true}]} } } } }
                        """));
                }
            }
        });
        mesh.ServeTcp(mesh.BetaApp, 3306, stream => stream.WriteAsync("welcome"u8.ToArray()).AsTask());
        await using var connection = await mesh.ConnectAsync("db.demo:3306", Cancel);

        var bytes = new byte[7];
        var read = 0;
        try
        {
            read = await connection.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, Cancel);
        }
        catch (IOException)
        {
            // A reset.
        }

        Assert.Equal(received, System.Text.Encoding.ASCII.GetString(bytes, 0, read));
        Assert.Equal("spiffe://cluster.local/ns/demo/sa/alpha", asked.Single().Source.Principal);
        Assert.Equal(3306u, asked.Single().Destination.Address.SocketAddress.PortValue);
    }

    [Fact]
    public async Task A_route_may_be_exempt()
    {
        await using var service = await TestService.StartAsync(context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        await using var mesh = await MeshAsync(
            service,
            """ "httpService":{"serverUri":{"cluster":"authz","timeout":"2s","uri":"http://authz.example"} } """,
            """{"envoy.filters.http.ext_authz":{"@type":"type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute","disabled":true} }""");

        Assert.Equal(HttpStatusCode.OK, (await mesh.Client().GetAsync(Beta + "admin", Cancel)).StatusCode);
    }

    private static async Task<string> SendAsync(TestMesh mesh, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta + path) { Headers = { { "x-a", "1" }, { "x-c", "2" } } };
        using var response = await mesh.Client().SendAsync(request, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static Task<TestService> GrpcAsync(Func<CheckRequest, CheckResponse> check) => TestService.StartAsync(
        async context =>
        {
            var request = await GrpcFraming.ReadAsync(context.Request.BodyReader, CheckRequest.Parser, 1 << 20, context.RequestAborted);
            context.Response.ContentType = "application/grpc";
            await GrpcFraming.WriteAsync(context.Response.BodyWriter, check(request!), context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
        },
        isHttp2: true);

    private static Task<TestMesh> HttpAsync(TestService service, string more = "", string timeout = "2s") => MeshAsync(service, $$"""
        "allowedHeaders":{"patterns":[{"exact":"x-a","ignoreCase":true}]},"httpService":{"authorizationResponse":{"allowedUpstreamHeaders":{"patterns":[{"exact":"x-b","ignoreCase":true}]} },
        "serverUri":{"cluster":"authz","timeout":"{{timeout}}","uri":"http://authz.example"} }{{more}}
        """);

    private static Task<TestMesh> MeshAsync(TestService service, string config, string? perRoute = null) => TestMesh.StartAsync(
        context => context.Response.WriteAsync($"{context.Request.Path} {context.Request.Headers["x-b"]} {context.Request.Headers["x-other"]}"),
        Cancel,
        (kind, resources) =>
        {
            if (kind == "clusters")
            {
                service.AddTo(resources, "authz");
            }

            if (kind == "listeners")
            {
                foreach (var manager in ResourceEdits.InboundManagers(resources).Where(_ => perRoute is not null))
                {
                    manager["routeConfig"]!["virtualHosts"]![0]!["routes"]![0]!["typedPerFilterConfig"] = System.Text.Json.Nodes.JsonNode.Parse(perRoute!);
                }

                ResourceEdits.Insert(ResourceEdits.InboundManagers(resources), $$"""
                    {"name":"envoy.filters.http.ext_authz","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz","transportApiVersion":"V3",
                    "filterEnabledMetadata":{"filter":"envoy.filters.http.rbac","path":[{"key":"istio_ext_authz_shadow_effective_policy_id"}],"value":{"stringMatch":{"prefix":"istio-ext-authz-ext"} } },{{config}} } }
                    """);
                ResourceEdits.Insert(ResourceEdits.InboundManagers(resources), Shadow);
            }
        });
}
