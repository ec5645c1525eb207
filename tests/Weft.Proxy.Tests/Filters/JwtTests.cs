using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Filters;

public sealed class JwtTests : IDisposable
{
    private const string Beta = "http://beta.demo:8000/";
    private const string Optional = """{"requiresAny":{"requirements":[{"providerName":"origins-0"},{"allowMissing":{} }]} }""";

    private readonly TestTokens _tokens = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose() => _tokens.Dispose();

    [Theory]
    [InlineData("RS256", "rsa")]
    [InlineData("RS512", "rsa")]
    [InlineData("PS256", "rsa")]
    [InlineData("ES256", "ec")]
    [InlineData("ES384", "ec384")]
    [InlineData("HS256", "oct")]
    [InlineData("RS256", null)]
    public async Task A_token_that_verifies_passes_and_is_taken_off(string algorithm, string? kid)
    {
        await using var mesh = await StartAsync(Optional);

        using var response = await SendAsync(mesh, _tokens.Token(algorithm, kid));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("authorization=", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_token_signed_by_Ed25519_passes()
    {
        await using var mesh = await StartAsync(Optional);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(mesh, TestTokens.EdDsaToken)).StatusCode);
    }

    [Fact]
    public async Task Istio_lets_requests_without_a_token_pass()
    {
        await using var mesh = await StartAsync(Optional);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(mesh, null)).StatusCode);
    }

    public static TheoryData<string, int, string> BadTokens() => new()
    {
        { "expired", 401, "Jwt is expired" },
        { "early", 401, "Jwt not yet valid" },
        { "issuer", 401, "Jwt issuer is not configured" },
        { "audience", 403, "Audiences in Jwt are not allowed" },
        { "forged", 401, "Jwt verification fails" },
        { "key", 401, "Jwks doesn't have key to match kid or alg from Jwt" },
        { "es256k", 401, "Jwt header [alg] is not supported" },
        { "eddsa", 401, "Jwt verification fails" },
        { "parts", 401, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections" },
        { "base64", 401, "Jwt header is an invalid Base64url encoded" },
        { "json", 401, "Jwt header is an invalid JSON" },
        { "aud", 401, "Jwt payload [aud] field is not a string or string list" },
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_bad_token_is_refused_with_Envoys_words(string kind, int status, string message)
    {
        await using var mesh = await StartAsync(Optional, """,  "audiences":["mine"]""");
        var token = kind switch
        {
            "expired" => Token(claims => claims["exp"] = Now - 61),
            "early" => Token(claims => claims["nbf"] = Now + 120),
            "issuer" => Token(claims => claims["iss"] = "another"),
            "audience" => Token(claims => claims["aud"] = "yours"),
            "forged" => Token(_ => { })[..^8] + "AAAAAAAA",
            "key" => _tokens.Token(kid: "unknown", claims: Mine),
            "es256k" => _tokens.Token("ES256K", "ec", Mine),
            "eddsa" => _tokens.Token("EdDSA", "ed", Mine),
            "parts" => "a.b",
            "base64" => "!.b.c",
            "json" => "YQ.b.c",
            _ => Token(claims => claims["aud"] = 7),
        };

        using var response = await SendAsync(mesh, token);

        Assert.Equal(message, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal("Bearer realm=\"http://beta.demo:8000/\", error=\"invalid_token\"", response.Headers.GetValues("www-authenticate").Single());
    }

    [Fact]
    public async Task A_clock_that_is_a_little_off_is_forgiven()
    {
        await using var mesh = await StartAsync(Optional);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(mesh, _tokens.Token(claims: claims => (claims["exp"], claims["nbf"]) = (Now - 30, Now + 30)))).StatusCode);
    }

    [Fact]
    public async Task A_required_token_that_is_missing_is_asked_for()
    {
        await using var mesh = await StartAsync("""{"providerName":"origins-0"}""");

        using var response = await SendAsync(mesh, null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Jwt is missing", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("Bearer realm=\"http://beta.demo:8000/\"", response.Headers.GetValues("www-authenticate").Single());
    }

    [Fact]
    public async Task Tokens_come_from_where_the_provider_says_and_claims_go_where_it_says()
    {
        await using var mesh = await StartAsync(
            Optional,
            """,  "fromHeaders":[{"name":"x-jwt","valuePrefix":"JWT "}],"fromParams":["tok"],"fromCookies":["ck"],"forward":true,"forwardPayloadHeader":"x-payload","claimToHeaders":[{"headerName":"x-sub","claimName":"sub"},{"headerName":"x-deep","claimName":"a.b"}]""",
            context => context.Response.WriteAsync($"{context.Request.Headers["x-sub"]} {context.Request.Headers["x-deep"]} {context.Request.Headers["x-payload"].ToString().Length > 10}"));
        var token = _tokens.Token(claims: claims => claims["a"] = new JsonObject { ["b"] = true });

        Assert.Equal("user true True", await TextAsync(mesh, "", ("x-jwt", "JWT " + token), ("x-sub", "forged")));
        Assert.Equal("user true True", await TextAsync(mesh, "?tok=" + token));
        Assert.Equal("user true True", await TextAsync(mesh, "", ("cookie", "ck=" + token)));
        Assert.Equal("  False", await TextAsync(mesh, "", ("authorization", "Bearer " + token), ("x-sub", "forged")));
    }

    [Theory]
    [InlineData("user", "read write", 200)]
    [InlineData("user", "write", 403)]
    [InlineData("another", "read", 403)]
    public async Task Authorization_judges_by_claims(string subject, string scope, int status)
    {
        await using var mesh = await StartAsync(Optional, """,  "normalizePayloadInMetadata":{"spaceDelimitedClaims":["scope"]}""", rbac: """
            {"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","rules":{"policies":{"p":{"permissions":[{"any":true}],"principals":[{"andIds":{"ids":[
            {"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"iss"}],"value":{"stringMatch":{"exact":"https://issuer.example"} } } },
            {"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"sub"}],"value":{"stringMatch":{"exact":"user"} } } },
            {"metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"scope"}],"value":{"listMatch":{"oneOf":{"stringMatch":{"exact":"read"} } } } } } ]} }]} } } } }
            """);

        using var response = await SendAsync(mesh, _tokens.Token(claims: claims => (claims["sub"], claims["scope"]) = (subject, scope)));

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
    }

    [Fact]
    public async Task Keys_are_fetched_once_from_the_issuer_and_a_failure_is_said()
    {
        var fetched = 0;
        var isUp = false;
        await using var issuer = await TestService.StartAsync(context =>
        {
            Interlocked.Increment(ref fetched);
            context.Response.StatusCode = isUp ? 200 : 500;
            return context.Response.WriteAsync(_tokens.Jwks);
        });
        await using var mesh = await StartAsync(Optional, issuer: issuer);

        Assert.Equal("Jwks remote fetch is failed", await (await SendAsync(mesh, _tokens.Token())).Content.ReadAsStringAsync(Cancel));
        isUp = true;
        await TestMesh.UntilAsync(async () => (await SendAsync(mesh, _tokens.Token())).IsSuccessStatusCode, Cancel);
        var before = fetched;
        for (var turn = 0; turn < 5; turn++)
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(mesh, _tokens.Token())).StatusCode);
        }

        Assert.Equal(before, fetched);
    }

    [Fact]
    public async Task Claims_choose_the_route_where_the_filter_clears_its_cache()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "listeners")
            {
                foreach (var manager in ResourceEdits.InboundManagers(resources))
                {
                    ResourceEdits.Insert([manager], Filter(Optional, ""","clearRouteCache":true"""));
                    var routes = manager["routeConfig"]!["virtualHosts"]![0]!["routes"]!.AsArray();
                    routes.Insert(0, JsonNode.Parse("""
                        {"match":{"prefix":"/","dynamicMetadata":[{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},{"key":"group"}],"value":{"orMatch":{"valueMatchers":[
                        {"listMatch":{"oneOf":{"stringMatch":{"exact":"admin"} } } },{"stringMatch":{"exact":"admin"} }]} } }]},"directResponse":{"status":299,"body":{"inlineString":"admins"} } }
                        """));
                }
            }
        });

        Assert.Equal(299, (int)(await SendAsync(mesh, _tokens.Token(claims: claims => claims["group"] = new JsonArray("x", "admin")))).StatusCode);
        Assert.Equal(200, (int)(await SendAsync(mesh, _tokens.Token(claims: claims => claims["group"] = "user"))).StatusCode);
    }

    private static void Mine(JsonObject claims) => claims["aud"] = "mine";

    private string Token(Action<JsonObject> change) => _tokens.Token(claims: claims =>
    {
        Mine(claims);
        change(claims);
    });

    private static async Task<string> TextAsync(TestMesh mesh, string query, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta + query);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await mesh.Client().SendAsync(request, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestMesh mesh, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("authorization", "Bearer " + token);
        }

        return await mesh.Client().SendAsync(request, Cancel);
    }

    private string Filter(string requires, string provider, TestService? issuer = null)
    {
        var keys = issuer is null
            ? $"\"localJwks\":{{\"inlineString\":{JsonValue.Create(_tokens.Jwks)!.ToJsonString()}}}"
            : """ "remoteJwks":{"httpUri":{"uri":"http://issuer.example/keys","cluster":"issuer","timeout":"2s"},"asyncFetch":{"failedRefetchDuration":"0.010s"} } """;
        return $$"""
            {"name":"envoy.filters.http.jwt_authn","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication","bypassCorsPreflight":true,
            "providers":{"origins-0":{"issuer":"{{TestTokens.Issuer}}","payloadInMetadata":"payload",{{keys}}{{provider}} } },"rules":[{"match":{"prefix":"/"},"requires":{{requires}} }]} }
            """;
    }

    private Task<TestMesh> StartAsync(string requires, string provider = "", RequestDelegate? serve = null, string? rbac = null, TestService? issuer = null) => TestMesh.StartAsync(
        serve ?? (context => context.Response.WriteAsync($"authorization={context.Request.Headers.Authorization}")),
        Cancel,
        (kind, resources) =>
        {
            if (kind == "clusters")
            {
                issuer?.AddTo(resources, "issuer");
            }

            if (kind == "listeners")
            {
                if (rbac is not null)
                {
                    ResourceEdits.Insert(ResourceEdits.InboundManagers(resources), rbac);
                }

                ResourceEdits.Insert(ResourceEdits.InboundManagers(resources), Filter(requires, provider, issuer));
            }
        });
}
