using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Controllers;

public sealed class GarbageCollectionTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Background_deletion_takes_the_dependents_after_the_owner()
    {
        await using var server = await RunningServer.StartAsync();
        await OwnerAndDependentAsync(server);
        using var watch = await WatchedMaps.StartAsync(server, Maps);
        var (_, answer) = await DeleteAsync(server, "Background");
        Assert.Equal("Success", answer["status"]!.ToString());
        await watch.UntilAsync("DELETED", "owner");
        await watch.UntilAsync("DELETED", "dependent");
        Assert.Equal(404, (await server.SendAsync("GET", $"{Maps}/dependent")).Code);
    }

    [Fact]
    public async Task Foreground_deletion_keeps_the_owner_until_its_blocking_dependents_went()
    {
        await using var server = await RunningServer.StartAsync();
        await OwnerAndDependentAsync(server, "\"finalizers\":[\"example.com/hold\"],");
        using var watch = await WatchedMaps.StartAsync(server, Maps);
        var (_, answer) = await DeleteAsync(server, "Foreground");
        Assert.Equal("foregroundDeletion", answer["metadata"]!["finalizers"]![0]!.ToString());
        await watch.UntilAsync("MODIFIED", "dependent", item => item["metadata"]!["deletionTimestamp"] is not null);
        Assert.Equal(200, (await server.SendAsync("GET", $"{Maps}/owner")).Code);
        await server.SendAsync("PATCH", $"{Maps}/dependent", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await watch.UntilAsync("DELETED", "dependent");
        await watch.UntilAsync("DELETED", "owner");
    }

    [Fact]
    public async Task Orphaning_deletion_leaves_the_dependents_without_their_owner()
    {
        await using var server = await RunningServer.StartAsync();
        await OwnerAndDependentAsync(server);
        using var watch = await WatchedMaps.StartAsync(server, Maps);
        await DeleteAsync(server, "Orphan");
        await watch.UntilAsync("DELETED", "owner");
        var (code, dependent) = await server.SendAsync("GET", $"{Maps}/dependent");
        Assert.Equal(200, code);
        Assert.Null(dependent["metadata"]!["ownerReferences"]);
        Assert.Null(dependent["metadata"]!["deletionTimestamp"]);
    }

    [Fact]
    public async Task A_dependent_with_a_second_owner_only_loses_the_reference_to_the_first()
    {
        await using var server = await RunningServer.StartAsync();
        var (_, other) = await server.SendAsync("POST", Maps, """{"metadata":{"name":"other"}}""");
        await OwnerAndDependentAsync(server, "", $$""",{"apiVersion":"v1","kind":"ConfigMap","name":"other","uid":"{{other["metadata"]!["uid"]}}"}""");
        using var watch = await WatchedMaps.StartAsync(server, Maps);
        await DeleteAsync(server, "Background");
        await watch.UntilAsync("MODIFIED", "dependent", item => item["metadata"]!["ownerReferences"]!.AsArray() is [{ } only] && only["name"]!.ToString() == "other");
    }

    private static async Task OwnerAndDependentAsync(RunningServer server, string metadata = "", string owners = "")
    {
        var (_, owner) = await server.SendAsync("POST", Maps, """{"metadata":{"name":"owner"}}""");
        var (code, _) = await server.SendAsync(
            "POST",
            Maps,
            $$$"""{"metadata":{"name":"dependent",{{{metadata}}}"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{{owner["metadata"]!["uid"]}}}","blockOwnerDeletion":true}{{{owners}}}]}}""");
        Assert.Equal(201, code);
    }

    private static Task<(int Code, JsonObject Body)> DeleteAsync(RunningServer server, string policy) =>
        server.SendAsync("DELETE", $"{Maps}/owner", $$"""{"propagationPolicy":"{{policy}}"}""");

    /// <summary>The changes of the ConfigMaps, read in order.</summary>
    private sealed class WatchedMaps(HttpResponseMessage response, StreamReader lines) : IDisposable
    {
        public static async Task<WatchedMaps> StartAsync(RunningServer server, string path)
        {
            var response = await server.Client.GetAsync($"{path}?watch=true", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            return new WatchedMaps(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        }

        public async Task UntilAsync(string type, string name, Func<JsonNode, bool>? asked = null)
        {
            while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                var change = JsonNode.Parse(line)!;
                var item = change["object"]!;
                if (change["type"]!.ToString() == type && item["metadata"]!["name"]!.ToString() == name && asked?.Invoke(item) != false) return;
            }

            Assert.Fail($"the watch ended before {type} {name}");
        }

        public void Dispose()
        {
            lines.Dispose();
            response.Dispose();
        }
    }
}
