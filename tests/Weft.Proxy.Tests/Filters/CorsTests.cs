using System.Net;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Filters;

public sealed class CorsTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_preflight_of_an_allowed_origin_is_answered_by_the_proxy()
    {
        await using var mesh = await StartAsync();

        using var response = await SendAsync(mesh, "https://good.example", isPreflight: true);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("https://good.example", Header(response, "access-control-allow-origin"));
        Assert.Equal("true", Header(response, "access-control-allow-credentials"));
        Assert.Equal("GET,POST", Header(response, "access-control-allow-methods"));
        Assert.Equal("x-a,x-b", Header(response, "access-control-allow-headers"));
        Assert.Equal("600", Header(response, "access-control-max-age"));
        Assert.Equal("", await response.Content.ReadAsStringAsync(Cancel));
        Assert.False(response.Headers.Contains("x-app"));
    }

    [Fact]
    public async Task A_request_of_an_allowed_origin_goes_upstream_and_its_response_is_marked()
    {
        await using var mesh = await StartAsync();

        using var response = await SendAsync(mesh, "https://good.example", isPreflight: false);

        Assert.Equal("yes", Header(response, "x-app"));
        Assert.Equal("https://good.example", Header(response, "access-control-allow-origin"));
        Assert.Equal("x-e", Header(response, "access-control-expose-headers"));
        Assert.False(response.Headers.Contains("access-control-allow-methods"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task The_preflight_of_another_origin_gets_no_permission(bool forwards, bool reachesApplication)
    {
        await using var mesh = await StartAsync($",\"forwardNotMatchingPreflights\":{(forwards ? "true" : "false")}");

        using var response = await SendAsync(mesh, "https://bad.example", isPreflight: true);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(reachesApplication, response.Headers.Contains("x-app"));
        Assert.False(response.Headers.Contains("access-control-allow-origin"));
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private static async Task<HttpResponseMessage> SendAsync(TestMesh mesh, string origin, bool isPreflight)
    {
        using var request = new HttpRequestMessage(isPreflight ? HttpMethod.Options : HttpMethod.Get, Beta) { Headers = { { "origin", origin } } };
        if (isPreflight)
        {
            request.Headers.Add("access-control-request-method", "POST");
        }

        return await mesh.Client().SendAsync(request, Cancel);
    }

    private static Task<TestMesh> StartAsync(string more = "") => TestMesh.StartAsync(
        context =>
        {
            context.Response.Headers["x-app"] = "yes";
            return Task.CompletedTask;
        },
        Cancel,
        (kind, resources) =>
        {
            if (kind == "routes")
            {
                ResourceEdits.SetRoute(resources, "typedPerFilterConfig", $$"""
                    {"envoy.filters.http.cors":{"@type":"type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy","allowOriginStringMatch":[{"prefix":"https://good."}],
                    "allowMethods":"GET,POST","allowHeaders":"x-a,x-b","exposeHeaders":"x-e","maxAge":"600","allowCredentials":true,"filterEnabled":{"defaultValue":{"numerator":100} }{{more}} } }
                    """);
            }
        });
}
