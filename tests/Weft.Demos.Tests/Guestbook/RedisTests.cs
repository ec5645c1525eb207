using System.Text;
using Weft.Demos.Guestbook.Redis;
using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook;

public sealed class RedisTests
{
    private const string Master = "k8s.gcr.io/redis:e2e";
    private const string Replica = "gcr.io/google_samples/gb-redisslave:v3";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_are_kept_and_counted()
    {
        await using var world = new DemoWorld();
        _ = world.Start("redis-master", Master);

        Assert.Equal("PONG", await CallAsync(world, "redis-master", "PING"));
        Assert.Equal("OK", await CallAsync(world, "redis-master", "SET", "a", "1"));
        Assert.Null(await CallAsync(world, "redis-master", "SET", "a", "2", "NX"));
        Assert.Equal("2", await CallAsync(world, "redis-master", "INCR", "a"));
        Assert.Equal("4", await CallAsync(world, "redis-master", "APPEND", "a", "345"));
        Assert.Equal("2345", await CallAsync(world, "redis-master", "GET", "a"));
        Assert.Null(await CallAsync(world, "redis-master", "GET", "b"));
        Assert.Equal("1", await CallAsync(world, "redis-master", "DEL", "a", "b"));
        Assert.Equal("ERR wrong number of arguments for 'get' command", await CallAsync(world, "redis-master", "GET"));
        Assert.StartsWith("ERR unknown command 'LPUSH'", await CallAsync(world, "redis-master", "LPUSH", "a", "b"), StringComparison.Ordinal);
        Assert.StartsWith("ERR this demo's SET", await CallAsync(world, "redis-master", "SET", "a", "b", "EX", "5"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_replicas_follow_their_master_and_take_no_writes()
    {
        await using var world = new DemoWorld();
        _ = world.Start("redis-master", Master);
        Assert.Equal("OK", await CallAsync(world, "redis-master", "SET", "before", "they came"));
        _ = world.Start("slave-1", Replica);
        _ = world.Start("slave-2", Replica);

        await UntilAsync(async () => await CallAsync(world, "slave-1", "GET", "before") == "they came" && await CallAsync(world, "slave-2", "GET", "before") == "they came");
        Assert.Equal("OK", await CallAsync(world, "redis-master", "SET", "after", "they came"));
        await UntilAsync(async () => await CallAsync(world, "slave-1", "GET", "after") == "they came" && await CallAsync(world, "slave-2", "GET", "after") == "they came");

        Assert.StartsWith("READONLY", await CallAsync(world, "slave-1", "SET", "after", "all"), StringComparison.Ordinal);
        var master = await CallAsync(world, "redis-master", "INFO", "replication");
        Assert.Contains("role:master\r\nconnected_slaves:2\r\nslave0:ip=", master, StringComparison.Ordinal);
        var replica = await CallAsync(world, "slave-1", "INFO", "replication");
        Assert.Contains("role:slave\r\nmaster_host:redis-master\r\nmaster_port:6379\r\nmaster_link_status:up\r\n", replica, StringComparison.Ordinal);
        Assert.Equal(Offset(master), Offset(replica));
    }

    [Fact]
    public async Task A_replica_whose_master_is_away_keeps_its_values_and_joins_again()
    {
        await using var world = new DemoWorld { Time = new FastTime(20) };
        _ = world.Start("redis-master", Master);
        _ = world.Start("redis-slave", Replica);
        await CallAsync(world, "redis-master", "SET", "a", "1");
        await UntilAsync(async () => await CallAsync(world, "redis-slave", "GET", "a") == "1");

        await world.StopAsync("redis-master");
        await UntilAsync(async () => (await CallAsync(world, "redis-slave", "INFO"))!.Contains("master_link_status:down", StringComparison.Ordinal));
        Assert.Equal("1", await CallAsync(world, "redis-slave", "GET", "a"));

        _ = world.Start("redis-master", Master);
        await CallAsync(world, "redis-master", "SET", "a", "2");
        await UntilAsync(async () => await CallAsync(world, "redis-slave", "GET", "a") == "2");
    }

    [Fact]
    public async Task A_server_survives_garbage()
    {
        await using var world = new DemoWorld();
        _ = world.Start("redis-master", Master);
        var random = new Random(3);
        for (var i = 0; i < 100; i++)
        {
            var garbage = new byte[random.Next(1, 400)];
            random.NextBytes(garbage);
            garbage[0] = i % 2 == 0 ? (byte)'*' : garbage[0];
            await using var connection = await world.DialAsync("redis-master", 6379, Cancellation);
            await connection.WriteAsync(garbage, Cancellation);
        }

        await using var broken = await world.DialAsync("redis-master", 6379, Cancellation);
        await broken.WriteAsync("*1\r\n$x\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(broken);
        Assert.Equal("-ERR Protocol error: invalid bulk length\r\n", await reader.ReadToEndAsync(Cancellation));
        Assert.Equal("PONG", await CallAsync(world, "redis-master", "PING"));
    }

    [Fact]
    public async Task A_replica_that_falls_too_far_behind_is_let_go()
    {
        var state = new RedisState(isReplica: false);
        var feed = state.Join(null).Feed;
        for (var i = 0; i < 5000; i++)
        {
            state.Execute("SET", RedisCommands.Find("SET")!, [[1], [2], [3]]);
        }

        var changes = 0;
        await foreach (var _ in feed.Changes.ReadAllAsync(Cancellation))
        {
            changes++;
        }

        Assert.Equal(4096, changes);
    }

    internal static async Task<string?> CallAsync(DemoWorld world, string host, params string[] words)
    {
        await using var connection = await world.DialAsync(host, 6379, Cancellation);
        await connection.WriteAsync(Resp.Command(words), Cancellation);
        var (_, content) = await new RespReader(connection).ReadReplyAsync(Cancellation);
        return content is null ? null : Encoding.UTF8.GetString(content);
    }

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    private static string Offset(string? information) => information!.Split("master_repl_offset:")[1].Trim();
}
