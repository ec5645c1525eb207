using System.Net;
using System.Text.Json.Nodes;

namespace Weft.Api.Access;

/// <summary>Logins by tokens of Kubernetes, judged by an API server.</summary>
public sealed class AccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/namespaces")]
    [InlineData("/api/status")]
    [InlineData("/api/config")]
    [InlineData("/api/no/such/thing")]
    [InlineData("/api/authenticate")]
    public async Task Without_a_login_nothing_is_told(string path)
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.Client.GetAsync(path, Token)).StatusCode);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/api/healthz")]
    [InlineData("/api")]
    [InlineData("/api/auth/info")]
    public async Task What_is_open_needs_none(string path)
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Token);
        Assert.Equal(HttpStatusCode.OK, (await world.Client.GetAsync(path, Token)).StatusCode);
    }

    [Fact]
    public async Task A_token_begins_a_session_that_ends_with_the_logout()
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Token);
        using var login = await LogInAsync(world, AccessWorld.Viewer);
        Assert.Equal("viewer", (await BodyAsync(login))["username"]!.GetValue<string>());
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(AccessWorld.Viewer, cookie, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await world.Client.GetAsync("/api/status", Token)).StatusCode);
        var info = await BodyAsync(await world.Client.GetAsync("/api/auth/info", Token));
        Assert.Equal(("token", "viewer"), (info["strategy"]!.GetValue<string>(), info["sessionInfo"]!["username"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.NoContent, (await world.Client.GetAsync("/api/logout", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.Client.GetAsync("/api/status", Token)).StatusCode);
    }

    [Fact]
    public async Task A_session_is_prolonged_by_a_form_without_a_token()
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Token);
        using var login = await LogInAsync(world, AccessWorld.Viewer);
        using var prolonged = await LogInAsync(world, "");
        Assert.Equal(HttpStatusCode.OK, prolonged.StatusCode);
        Assert.Equal(NameOf(login), NameOf(prolonged));
        var (before, after) = ((await BodyAsync(login))["expiresOn"]!.GetValue<DateTimeOffset>(), (await BodyAsync(prolonged))["expiresOn"]!.GetValue<DateTimeOffset>());
        Assert.True(after > before);
        Assert.Equal(after, (await BodyAsync(await world.Client.GetAsync("/api/auth/info", Token)))["sessionInfo"]!["expiresOn"]!.GetValue<DateTimeOffset>());

        await world.Client.GetAsync("/api/logout", Token);
        using var late = await LogInAsync(world, "");
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);

        static string NameOf(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    [Theory]
    [InlineData("stranger", "token is not valid or is expired")]
    [InlineData(AccessWorld.Developer, "not enough privileges to login")]
    [InlineData("two\r\nlines: 1", "token is not valid or is expired")]
    [InlineData("", "the form has no token")]
    public async Task A_token_that_is_not_good_is_refused(string token, string why)
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Token);
        using var login = await LogInAsync(world, token);
        Assert.Equal(HttpStatusCode.Unauthorized, login.StatusCode);
        Assert.Equal(why, (await BodyAsync(login))["error"]!.GetValue<string>());
        Assert.False(login.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Token);
        using var login = await LogInAsync(world, new string('x', 100_000));
        Assert.Equal(HttpStatusCode.BadRequest, login.StatusCode);
    }

    [Fact]
    public async Task Logs_and_proxies_need_the_rights_of_the_visitor_himself()
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Header);
        foreach (var (path, right) in new[] { ("logs?container=x", "get pods/log"), ("config_dump", "create pods/portforward"), ("config_dump/clusters", "create pods/portforward") })
        {
            var refused = await world.GetAsync($"/api/namespaces/shop/pods/web/{path}", AccessWorld.Viewer);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains(right, (await BodyAsync(refused))["error"]!.GetValue<string>(), StringComparison.Ordinal);
            var asked = await world.GetAsync($"/api/namespaces/shop/pods/web/{path}", AccessWorld.Operator);
            Assert.NotEqual(HttpStatusCode.Forbidden, asked.StatusCode);
        }
    }

    [Fact]
    public async Task With_the_header_strategy_each_request_carries_its_token()
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Header);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.Client.GetAsync("/api/status", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/api/status", AccessWorld.Viewer)).StatusCode);
        Assert.Equal("viewer", (await BodyAsync(await world.GetAsync("/api/authenticate", AccessWorld.Viewer)))["username"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.GetAsync("/api/status", "stranger")).StatusCode);
    }

    [Fact]
    public async Task An_API_server_that_is_away_is_not_a_bad_token()
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Token);
        await world.StopKubernetesAsync();
        using var login = await LogInAsync(world, AccessWorld.Viewer);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, login.StatusCode);
    }

    private static async Task<HttpResponseMessage> LogInAsync(AccessWorld world, string token)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]);
        return await world.Client.PostAsync("/api/authenticate", form, Token);
    }

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
}
