using System.Net;
using System.Text;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class BadInputTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_body_beyond_three_mebibytes_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("POST", Maps, $$$"""{"metadata":{"name":"big"},"data":{"a":"{{{new string('x', 3 * 1024 * 1024)}}}"}}""");
        Assert.Equal(413, code);
        Assert.Equal("RequestEntityTooLarge", status["reason"]!.ToString());
    }

    [Theory]
    [InlineData("application/json", "{\"metadata\":")]
    [InlineData("application/json", "\u0001\u0002")]
    [InlineData("application/json", "null")]
    [InlineData("application/yaml", "a: [b")]
    [InlineData("application/yaml", "- just\n- a list")]
    [InlineData("application/yaml", "a: &x [*x]")]
    public async Task Garbage_is_a_bad_request(string type, string body)
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("POST", Maps, body, type);
        Assert.Equal(400, code);
        Assert.Equal("BadRequest", status["reason"]!.ToString());
    }

    [Fact]
    public async Task Invalid_utf8_is_a_bad_request()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var type in new[] { "application/json", "application/yaml" })
        {
            using var content = new ByteArrayContent([.. Encoding.ASCII.GetBytes("{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\""), 0xff, 0xfe, .. Encoding.ASCII.GetBytes("\"}}")]);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var response = await server.Client.PostAsync(new Uri(Maps, UriKind.Relative), content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Deep_nesting_is_a_bad_request()
    {
        await using var server = await RunningServer.StartAsync();
        var (code, _) = await server.SendAsync("POST", Maps, new string('[', 100_000));
        Assert.Equal(400, code);
    }

    [Theory]
    [InlineData("application/json-patch+json", "{}")]
    [InlineData("application/json-patch+json", "[{\"op\":\"remove\",\"path\":\"/nope/x\"}]")]
    [InlineData("application/json-patch+json", "[{\"op\":\"copy\",\"path\":\"/a\"}]")]
    [InlineData("application/json-patch+json", "[{\"op\":\"replace\",\"path\":\"/data/0/1\",\"value\":1}]")]
    [InlineData("application/merge-patch+json", "[]")]
    [InlineData("application/merge-patch+json", "{\"data\":[]}")]
    [InlineData("application/strategic-merge-patch+json", "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":\"nope\"}}")]
    [InlineData("application/apply-patch+yaml", "a: [")]
    public async Task A_bad_patch_is_the_callers_error(string type, string patch)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Maps, """{"metadata":{"name":"a"},"data":{"x":"y"}}""");
        var (code, _) = await server.SendAsync("PATCH", $"{Maps}/a?fieldManager=t", patch, type);
        Assert.InRange(code, 400, 499);
    }

    [Fact]
    public async Task Without_a_credential_only_health_and_version_answer()
    {
        await using var server = await RunningServer.StartAsync();
        using var anonymous = server.CreateClient(null);
        Assert.Equal("ok", await anonymous.GetStringAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken));
        using var refused = await anonymous.GetAsync(new Uri("/api/v1/secrets", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/pods");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer a.b.c");
        using var bad = await anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, bad.StatusCode);
    }

    [Fact]
    public async Task Pages_of_a_list_hold_every_object_once()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 7; i++) await server.SendAsync("POST", Maps, $$$"""{"metadata":{"name":"p{{{i}}}"}}""");
        var names = new List<string>();
        var token = "";
        do
        {
            var (_, page) = await server.SendAsync("GET", $"{Maps}?limit=3&continue={token}");
            names.AddRange(page["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.ToString()));
            token = page["metadata"]!["continue"]?.ToString() ?? "";
        }
        while (token.Length > 0);
        Assert.Equal(8, names.Count);
        Assert.Equal(8, names.Distinct().Count());
        var (code, _) = await server.SendAsync("GET", $"{Maps}?limit=3&continue=garbage");
        Assert.Equal(400, code);
    }
}
