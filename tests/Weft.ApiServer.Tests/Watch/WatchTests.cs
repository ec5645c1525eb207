using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Watch;

public sealed class WatchTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_watch_sends_the_present_state_then_changes_then_the_end_mark_when_asked()
    {
        await using var server = await RunningServer.StartAsync();
        await CreateAsync(server, "a", "x");
        await using var watch = await EventReader.OpenAsync(server, $"{Maps}?watch=true&labelSelector=app%3Dx&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        Assert.Equal("ADDED a", await watch.NextAsync());
        var bookmark = await watch.NextObjectAsync();
        Assert.Equal("BOOKMARK", bookmark["type"]!.ToString());
        Assert.Equal("true", bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.ToString());
        await CreateAsync(server, "b", "y");
        await PatchAsync(server, "b", """{"metadata":{"labels":{"app":"x"}}}""");
        await PatchAsync(server, "b", """{"data":{"k":"v"}}""");
        await PatchAsync(server, "b", """{"metadata":{"labels":{"app":"z"}}}""");
        await server.SendAsync("DELETE", $"{Maps}/a");
        Assert.Equal("ADDED b", await watch.NextAsync());
        Assert.Equal("MODIFIED b", await watch.NextAsync());
        Assert.Equal("DELETED b", await watch.NextAsync());
        Assert.Equal("DELETED a", await watch.NextAsync());
    }

    [Fact]
    public async Task A_watch_from_a_revision_replays_what_came_after_it()
    {
        await using var server = await RunningServer.StartAsync();
        await CreateAsync(server, "a", "x");
        var (_, list) = await server.SendAsync("GET", Maps);
        await PatchAsync(server, "a", """{"data":{"k":"v"}}""");
        await using var watch = await EventReader.OpenAsync(server, $"{Maps}?watch=true&resourceVersion={list["metadata"]!["resourceVersion"]}");
        Assert.Equal("MODIFIED a", await watch.NextAsync());
    }

    [Fact]
    public async Task A_watch_from_before_a_restart_is_told_to_list_again()
    {
        var folder = Directory.CreateTempSubdirectory("weft-api-");
        await using (var first = await RunningServer.StartAsync(folder: folder.FullName)) await CreateAsync(first, "a", "x");
        await using (var second = await RunningServer.StartAsync(folder: folder.FullName))
        {
            await using var watch = await EventReader.OpenAsync(second, $"{Maps}?watch=true&resourceVersion=1");
            var error = await watch.NextObjectAsync();
            Assert.Equal("ERROR", error["type"]!.ToString());
            Assert.Equal(410, error["object"]!["code"]!.GetValue<int>());
            Assert.Equal("Expired", error["object"]!["reason"]!.ToString());
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_table_watch_sends_columns_once_and_a_timeout_ends_the_stream()
    {
        await using var server = await RunningServer.StartAsync();
        await CreateAsync(server, "a", "x");
        await CreateAsync(server, "b", "x");
        await using var watch = await EventReader.OpenAsync(server, $"{Maps}?watch=true&timeoutSeconds=1&labelSelector=app%3Dx", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.NotNull((await watch.NextObjectAsync())["object"]!["columnDefinitions"]);
        Assert.Null((await watch.NextObjectAsync())["object"]!["columnDefinitions"]);
        Assert.Null(await watch.LineAsync());
    }

    private static Task<(int Code, JsonObject Body)> CreateAsync(RunningServer server, string name, string app) =>
        server.SendAsync("POST", Maps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = app } } }.ToJsonString());

    private static Task<(int Code, JsonObject Body)> PatchAsync(RunningServer server, string name, string patch) =>
        server.SendAsync("PATCH", $"{Maps}/{name}", patch, "application/merge-patch+json");

    private sealed class EventReader(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        public static async Task<EventReader> OpenAsync(RunningServer server, string path, string accept = "application/json")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        }

        public async Task<string?> LineAsync() => await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        public async Task<JsonObject> NextObjectAsync() => JsonNode.Parse(await LineAsync() ?? throw new InvalidOperationException("the stream ended"))!.AsObject();

        public async Task<string> NextAsync()
        {
            var item = await NextObjectAsync();
            return $"{item["type"]} {item["object"]!["metadata"]!["name"]}";
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
