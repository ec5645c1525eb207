using Weft.Runtime.Containers;

namespace Weft.Runtime.Logs;

public sealed class ContainerLogTests : IDisposable
{
    private static readonly ContainerLogId Id = new("shop", "web-1", "uid-1", "main", 0);
    private readonly string _folder = Directory.CreateTempSubdirectory("weft-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_line_is_stored_as_the_container_runtime_interface_has_it()
    {
        var line = new LogLine(new DateTimeOffset(2026, 11, 21, 1, 2, 3, TimeSpan.Zero).AddTicks(1234567), ContainerStream.Stderr, "a b");
        var stored = System.Text.Encoding.UTF8.GetString(line.Encode());
        Assert.Equal("2026-11-21T01:02:03.123456700Z stderr F a b\n", stored);
        Assert.True(LogLine.TryParse(stored.TrimEnd('\n'), out var read));
        Assert.Equal(line, read);
        Assert.False(LogLine.TryParse("2026-11-21T01:02:03Z cut", out _));
    }

    [Fact]
    public async Task A_full_file_is_rotated_and_readers_still_see_every_kept_line_in_order()
    {
        var store = new ContainerLogStore(_folder, TimeProvider.System, rotateAt: 1000);
        var log = store.Open(Id);
        for (var i = 0; i < 25; i++)
            log.Write(ContainerStream.Stdout, $"line {i}");
        var lines = await ReadAsync(store, new PodLogQuery { Namespace = "shop", Pod = "web-1", Container = "main" });
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"line {i}"), lines);
        Assert.Equal(2, Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Length);
        store.Close(Id);
    }

    [Fact]
    public async Task A_follower_gets_lines_across_a_rotation_and_ends_with_the_run()
    {
        var store = new ContainerLogStore(_folder, TimeProvider.System, rotateAt: 500);
        var log = store.Open(Id);
        log.Write(ContainerStream.Stdout, "first");
        var following = ReadAsync(store, new PodLogQuery { Namespace = "shop", Pod = "web-1", Container = "main", Follow = true });
        for (var i = 0; i < 9; i++)
        {
            log.Write(ContainerStream.Stdout, $"line {i}");
            await Task.Yield();
        }

        store.Close(Id);
        Assert.Equal("line 8", (await following)[^1]);
    }

    [Fact]
    public async Task Only_the_last_lines_and_those_since_a_moment_are_given()
    {
        var store = new ContainerLogStore(_folder, TimeProvider.System);
        var log = store.Open(Id);
        log.Write(ContainerStream.Stdout, "old");
        var moment = TimeProvider.System.GetUtcNow().AddTicks(1);
        log.Write(ContainerStream.Stdout, "new");
        log.Write(ContainerStream.Stderr, "newer");
        store.Close(Id);
        var query = new PodLogQuery { Namespace = "shop", Pod = "web-1", Container = "main" };
        Assert.Equal(["newer"], await ReadAsync(store, query with { TailLines = 1 }));
        Assert.Equal([], await ReadAsync(store, query with { TailLines = 0 }));
        Assert.Equal(["new", "newer"], await ReadAsync(store, query with { Since = moment }));
    }

    [Fact]
    public void Only_the_last_two_runs_are_kept()
    {
        var store = new ContainerLogStore(_folder, TimeProvider.System);
        for (var run = 0; run < 4; run++)
        {
            store.Open(Id with { Run = run }).Write(ContainerStream.Stdout, "x");
            store.Close(Id with { Run = run });
        }

        Assert.Equal([2, 3], store.Runs("shop", "web-1", "uid-1", "main"));
    }

    [Fact]
    public void A_container_that_never_ran_has_no_log() =>
        Assert.Throws<LogNotFoundException>(() => new PodLogs(new ContainerLogStore(_folder, TimeProvider.System))
            .ReadAsync(new PodLogQuery { Namespace = "shop", Pod = "web-1", Container = "main" }, TestContext.Current.CancellationToken));

    private static async Task<List<string>> ReadAsync(ContainerLogStore store, PodLogQuery query)
    {
        var lines = new List<string>();
        await foreach (var line in new PodLogs(store).ReadAsync(query, TestContext.Current.CancellationToken))
            lines.Add(line.Text);
        return lines;
    }
}
