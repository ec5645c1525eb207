using System.Diagnostics;
using System.Net;
using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook;

/// <summary>Against the real redis-cli and redis-server, where they are installed (Debian: redis-tools, redis-server); skipped elsewhere.</summary>
public sealed class ForeignRedisTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_cli_talks_to_master_and_replica()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/redis-cli"), "redis-cli is not installed");
        await using var world = new DemoWorld();
        _ = world.Start("redis-master", "k8s.gcr.io/redis:e2e");
        _ = world.Start("redis-slave", "gcr.io/google_samples/gb-redisslave:v3");
        await RedisTests.CallAsync(world, "redis-master", "PING");

        Assert.Equal("PONG\n", await CliAsync(world, "redis-master", "PING"));
        Assert.Equal("OK\n", await CliAsync(world, "redis-master", "SET", "messages", "hello, world"));
        Assert.Equal("hello, world\n", await CliAsync(world, "redis-master", "GET", "messages"));
        await RedisTests.UntilAsync(async () => await CliAsync(world, "redis-slave", "GET", "messages") == "hello, world\n");
        Assert.Contains("connected_slaves:1", await CliAsync(world, "redis-master", "INFO", "replication"), StringComparison.Ordinal);
        Assert.Contains("master_link_status:up", await CliAsync(world, "redis-slave", "INFO", "replication"), StringComparison.Ordinal);
        Assert.StartsWith("slave\nredis-master\n6379\nconnected\n", await CliAsync(world, "redis-slave", "ROLE"), StringComparison.Ordinal);
        Assert.StartsWith("READONLY", await CliAsync(world, "redis-slave", "SET", "messages", "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_server_replicates_from_our_master()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/redis-server"), "redis-server is not installed");
        await using var world = new DemoWorld();
        _ = world.Start("redis-master", "k8s.gcr.io/redis:e2e");
        await RedisTests.CallAsync(world, "redis-master", "SET", "before", new string('b', 20_000));
        await using var real = RealRedis.Start(world, "real", "--replicaof", world.AddressOf("redis-master").ToString(), "6379");

        await RedisTests.UntilAsync(async () => await RedisTests.CallAsync(world, "real", "STRLEN", "before") == "20000");
        await RedisTests.CallAsync(world, "redis-master", "SET", "after", "later");
        await RedisTests.UntilAsync(async () => await RedisTests.CallAsync(world, "real", "GET", "after") == "later");

        Assert.Contains("master_link_status:up", await RedisTests.CallAsync(world, "real", "INFO", "replication"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_replica_replicates_from_a_real_server()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/redis-server"), "redis-server is not installed");
        await using var world = new DemoWorld();
        await using var real = RealRedis.Start(world, "redis-master");
        await RedisTests.CallAsync(world, "redis-master", "SET", "compressed", new string('c', 20_000));
        await RedisTests.CallAsync(world, "redis-master", "SET", "number", "123456");
        await RedisTests.CallAsync(world, "redis-master", "SET", "short-lived", "x", "EX", "1000");
        _ = world.Start("redis-slave", "gcr.io/google_samples/gb-redisslave:v3");

        await RedisTests.UntilAsync(async () => await RedisTests.CallAsync(world, "redis-slave", "STRLEN", "compressed") == "20000");
        Assert.Equal("123456", await RedisTests.CallAsync(world, "redis-slave", "GET", "number"));
        await RedisTests.CallAsync(world, "redis-master", "SET", "after", "later", "EX", "1000");
        await RedisTests.CallAsync(world, "redis-master", "EXPIRE", "short-lived", "0");
        await RedisTests.UntilAsync(async () => await RedisTests.CallAsync(world, "redis-slave", "GET", "after") == "later");
        await RedisTests.UntilAsync(async () => await RedisTests.CallAsync(world, "redis-slave", "EXISTS", "short-lived") == "0");

        Assert.DoesNotContain(world.Log, line => line.Contains("not known here", StringComparison.Ordinal));
        await RedisTests.UntilAsync(async () => (await RedisTests.CallAsync(world, "redis-master", "INFO", "replication"))!.Contains("state=online", StringComparison.Ordinal));
    }

    private static async Task<string> CliAsync(DemoWorld world, string host, params string[] words)
    {
        var start = new ProcessStartInfo("/usr/bin/redis-cli", ["-h", world.AddressOf(host).ToString(), .. words]) { RedirectStandardOutput = true };
        using var cli = Process.Start(start)!;
        var output = await cli.StandardOutput.ReadToEndAsync(Cancellation);
        await cli.WaitForExitAsync(Cancellation);
        return output;
    }

    private sealed class RealRedis(Process process, DirectoryInfo folder) : IAsyncDisposable
    {
        public static RealRedis Start(DemoWorld world, string host, params string[] arguments)
        {
            IPAddress address = DemoWorld.NextAddress();
            world.Name(host, address);
            var folder = Directory.CreateTempSubdirectory("weft-redis-");
            var start = new ProcessStartInfo(
                "/usr/bin/redis-server",
                ["--bind", address.ToString(), "--port", "6379", "--dir", folder.FullName, "--save", "", "--protected-mode", "no", "--repl-diskless-sync", "no", .. arguments])
            {
                RedirectStandardOutput = true,
            };
            var process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            return new RealRedis(process, folder);
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            folder.Delete(recursive: true);
        }
    }
}
