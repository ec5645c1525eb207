using System.Net.Sockets;
using System.Text.Json.Nodes;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Listeners;

public sealed class DrainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_of_a_removed_listener_are_closed_after_the_drain_time_and_others_stay()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, listenerDrain: "0.2s");
        mesh.ServeTcp(mesh.BetaApp, 3306, EchoAsync);
        await using var connection = await mesh.ConnectAsync($"{IstioResources.DbVip}:3306", Cancel);
        await AskAsync(connection);

        mesh.Publish((kind, resources) => Remove(kind, resources, "0.0.0.0_8000"));
        await UntilGoneAsync(mesh, "0.0.0.0_8000");
        await AskAsync(connection);
        mesh.Publish((kind, resources) => Remove(kind, resources, $"{IstioResources.DbVip}_3306"));

        Assert.Equal(0, await ReadAsync(connection));
    }

    private static void Remove(string kind, JsonArray resources, string name)
    {
        if (kind == "listeners")
        {
            resources.Remove(resources.First(listener => listener!["name"]!.GetValue<string>() == name));
        }
    }

    private static Task UntilGoneAsync(TestMesh mesh, string listener) => TestMesh.UntilAsync(
        async () =>
        {
            using var admin = new HttpClient();
            return !(await admin.GetStringAsync($"http://{mesh.AlphaAddress}:15000/listeners", Cancel)).Contains(listener);
        },
        Cancel);

    private static async Task EchoAsync(NetworkStream stream)
    {
        while (await ReadAsync(stream) > 0)
        {
            await stream.WriteAsync(new byte[1], Cancel);
        }
    }

    private static async Task AskAsync(NetworkStream connection)
    {
        await connection.WriteAsync(new byte[1], Cancel);
        Assert.Equal(1, await ReadAsync(connection));
    }

    // A reset is an end too.
    private static async Task<int> ReadAsync(NetworkStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            return await stream.ReadAsync(new byte[1], limit.Token);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
