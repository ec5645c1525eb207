using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

/// <summary>Pages, revisions and what both have to do with each other.</summary>
public sealed class ListTests
{
    private const string Maps = "/api/v1/namespaces/lists/configmaps";

    [Fact]
    public async Task Later_pages_show_the_revision_of_the_first()
    {
        await using var server = await StartAsync(5);
        var (_, first) = await server.SendAsync("GET", $"{Maps}?limit=2");
        Assert.Equal(["c0", "c1"], Names(first));
        Assert.Equal(4, first["metadata"]!["remainingItemCount"]!.GetValue<int>());
        await server.SendAsync("DELETE", $"{Maps}/c3");
        await server.SendAsync("POST", Maps, """{"metadata":{"name":"c2b"}}""");
        await server.SendAsync("PATCH", $"{Maps}/c2", """{"data":{"i":"changed"}}""", "application/merge-patch+json");
        var (_, second) = await server.SendAsync("GET", $"{Maps}?limit=2&continue={first["metadata"]!["continue"]}");
        Assert.Equal(["c2", "c3"], Names(second));
        Assert.Equal("2", second["items"]![0]!["data"]!["i"]!.ToString());
        Assert.Equal(first["metadata"]!["resourceVersion"]!.ToString(), second["metadata"]!["resourceVersion"]!.ToString());
        var (_, last) = await server.SendAsync("GET", $"{Maps}?continue={second["metadata"]!["continue"]}");
        Assert.Equal(["c4", "kube-root-ca.crt"], Names(last));
        Assert.Null(last["metadata"]!["continue"]);
        Assert.Null(last["metadata"]!["remainingItemCount"]);
    }

    [Fact]
    public async Task A_list_of_an_exact_revision_shows_what_was_then()
    {
        await using var server = await StartAsync(2);
        var (_, before) = await server.SendAsync("GET", Maps);
        await server.SendAsync("DELETE", $"{Maps}/c0");
        await server.SendAsync("POST", Maps, """{"metadata":{"name":"new"}}""");
        var version = before["metadata"]!["resourceVersion"];
        var (_, exact) = await server.SendAsync("GET", $"{Maps}?resourceVersion={version}&resourceVersionMatch=Exact");
        Assert.Equal(Names(before), Names(exact));
        Assert.Equal(version!.ToString(), exact["metadata"]!["resourceVersion"]!.ToString());
        var (_, paged) = await server.SendAsync("GET", $"{Maps}?resourceVersion={version}&limit=1");
        Assert.Equal(["c0"], Names(paged));
        var (_, newer) = await server.SendAsync("GET", $"{Maps}?resourceVersion={version}&resourceVersionMatch=NotOlderThan&limit=1");
        Assert.Equal(["c1"], Names(newer));
        var (code, ahead) = await server.SendAsync("GET", $"{Maps}?resourceVersion=99999");
        Assert.Equal(504, code);
        Assert.Equal("ResourceVersionTooLarge", ahead["details"]!["causes"]![0]!["reason"]!.ToString());
    }

    [Fact]
    public async Task A_token_of_a_revision_that_is_no_longer_kept_is_gone_with_one_for_the_rest()
    {
        var folder = Directory.CreateTempSubdirectory("weft-lists-");
        string token;
        await using (var server = await StartAsync(3, folder.FullName))
        {
            var (_, first) = await server.SendAsync("GET", $"{Maps}?limit=1");
            token = first["metadata"]!["continue"]!.ToString();
            await server.SendAsync("POST", Maps, """{"metadata":{"name":"c0b"}}""");
        }

        await using (var restarted = await RunningServer.StartAsync(folder: folder.FullName))
        {
            var (code, gone) = await restarted.SendAsync("GET", $"{Maps}?limit=9&continue={token}");
            Assert.Equal(410, code);
            Assert.Equal("Expired", gone["reason"]!.ToString());
            Assert.StartsWith("The provided continue parameter is too old to display a consistent list result.", gone["message"]!.ToString(), StringComparison.Ordinal);
            var (_, rest) = await restarted.SendAsync("GET", $"{Maps}?limit=9&continue={gone["metadata"]!["continue"]}");
            Assert.Equal(["c0b", "c1", "c2", "kube-root-ca.crt"], Names(rest));
            Assert.Equal(410, (await restarted.SendAsync("GET", $"{Maps}?resourceVersion=1&resourceVersionMatch=Exact")).Code);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Of_the_cache_a_list_comes_whole_and_selectors_hide_the_count_of_the_rest()
    {
        await using var server = await StartAsync(3);
        var (_, whole) = await server.SendAsync("GET", $"{Maps}?limit=1&resourceVersion=0");
        Assert.Equal(4, Names(whole).Length);
        var (_, selected) = await server.SendAsync("GET", $"{Maps}?limit=1&labelSelector=app=a");
        Assert.Equal(["c0"], Names(selected));
        Assert.NotNull(selected["metadata"]!["continue"]);
        Assert.Null(selected["metadata"]!["remainingItemCount"]);
    }

    [Theory]
    [InlineData("resourceVersionMatch=Exact", "resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("resourceVersion=0&resourceVersionMatch=Exact", "is forbidden for resourceVersion \\\"0\\\"")]
    [InlineData("resourceVersion=1&resourceVersionMatch=Nope", "Unsupported value: \\\"Nope\\\"")]
    [InlineData("resourceVersionMatch=Nope", "resourceVersionMatch is forbidden unless resourceVersion is provided, resourceVersionMatch: Unsupported value")]
    [InlineData("sendInitialEvents=true", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list")]
    [InlineData("watch=true&sendInitialEvents=true", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData("watch=true&sendInitialEvents=true&resourceVersionMatch=Exact", "to NotOlderThan, resourceVersionMatch: Unsupported value: \\\"Exact\\\"")]
    [InlineData("watch=true&resourceVersionMatch=NotOlderThan", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    [InlineData("resourceVersion=x", "Invalid value: \\\"x\\\"")]
    [InlineData("limit=1&continue=bm9wZQ", "continue key is not valid")]
    [InlineData("labelSelector=a%20in%20(", "unable to parse requirement")]
    [InlineData("fieldSelector=spec.nope=1", "is not a known field selector: only \\\"metadata.name\\\", \\\"metadata.namespace\\\"")]
    public async Task Wrong_questions_are_refused_with_the_reason(string query, string message)
    {
        await using var server = await StartAsync(1);
        var (code, status) = await server.SendAsync("GET", $"{Maps}?{query}");
        Assert.InRange(code, 400, 422);
        Assert.Contains(message, status.ToJsonString().Replace("\\u0022", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string[] Names(JsonObject list) => [.. list["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.ToString())];

    private static async Task<RunningServer> StartAsync(int count, string? folder = null)
    {
        var server = await RunningServer.StartAsync(folder: folder);
        await server.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"lists"}}""");
        for (var i = 0; i < count; i++) await server.SendAsync("POST", Maps, $$$"""{"metadata":{"name":"c{{{i}}}","labels":{"app":"a"}},"data":{"i":"{{{i}}}"}}""");
        return server;
    }
}
