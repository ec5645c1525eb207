using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Storage;

public sealed class PersistenceTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task What_was_answered_is_on_disk_while_the_server_still_runs()
    {
        await using var server = await RunningServer.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => server.SendAsync("POST", Maps, $$$"""{"metadata":{"name":"m{{{i}}}"}}""")));
        // The files as a kill would leave them: no close, no checkpoint.
        var copy = Directory.CreateTempSubdirectory("weft-crash-");
        foreach (var file in Directory.GetFiles(server.Folder, "objects.db*")) File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        await using (var recovered = await RunningServer.StartAsync(folder: copy.FullName))
        {
            var (_, list) = await recovered.SendAsync("GET", Maps);
            Assert.Equal(40, list["items"]!.AsArray().Count(i => i!["metadata"]!["name"]!.ToString().StartsWith('m')));
        }

        copy.Delete(recursive: true);
    }

    [Fact]
    public async Task A_restart_keeps_objects_identities_and_tokens()
    {
        var folder = Directory.CreateTempSubdirectory("weft-api-");
        string uid, token;
        await using (var first = await RunningServer.StartAsync(folder: folder.FullName))
        {
            var (_, created) = await first.SendAsync("POST", Maps, """{"metadata":{"name":"kept"},"data":{"a":"b"}}""");
            uid = created["metadata"]!["uid"]!.ToString();
            var (_, issued) = await first.SendAsync("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", """{"spec":{"audiences":["istio-ca"]}}""");
            token = issued["status"]!["token"]!.ToString();
        }

        await using (var second = await RunningServer.StartAsync(folder: folder.FullName))
        {
            var (_, read) = await second.SendAsync("GET", $"{Maps}/kept");
            Assert.Equal(uid, read["metadata"]!["uid"]!.ToString());
            var (_, review) = await second.SendAsync("POST", "/apis/authentication.k8s.io/v1/tokenreviews", new JsonObject { ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray("istio-ca") } }.ToJsonString());
            Assert.True(review["status"]!["authenticated"]!.GetValue<bool>());
            Assert.Equal("system:serviceaccount:default:default", review["status"]!["user"]!["username"]!.ToString());
        }

        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public async Task A_damaged_state_file_is_named_and_left_as_it_is(double kept)
    {
        var folder = Directory.CreateTempSubdirectory("weft-api-");
        await using (await RunningServer.StartAsync(folder: folder.FullName))
        {
        }

        var file = Path.Combine(folder.FullName, "objects.db");
        var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var damaged = whole[..(int)(whole.Length * kept)];
        await File.WriteAllBytesAsync(file, damaged, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<StateDamagedException>(() => RunningServer.StartAsync(folder: folder.FullName));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_kubeconfig()
    {
        await using var server = await RunningServer.StartAsync();
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.Host.KubeconfigPath));
    }
}
