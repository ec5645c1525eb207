using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Containers;
using Weft.Runtime.Network;
using Weft.Runtime.Support;

namespace Weft.Runtime.Images;

public sealed class ProcessLauncherTests
{
    [Fact]
    public async Task A_command_runs_with_its_environment_and_its_output_is_logged()
    {
        var log = new ListLog();
        await using var running = await StartAsync(log, "echo $GREETING; echo problem >&2; exit 4", ("GREETING", "hello"));
        Assert.Equal(4, await running.Completion);
        Assert.Equal(["Stderr problem", "Stdout hello"], log.Lines.Order());
    }

    [Fact]
    public async Task A_process_is_asked_to_end_and_may_finish()
    {
        var log = new ListLog();
        await using var running = await StartAsync(log, "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
        await log.WaitForAsync("Stdout up");
        await running.StopAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, await running.Completion);
        Assert.Contains("Stdout bye", log.Lines);
    }

    [Fact]
    public async Task A_process_that_does_not_end_is_killed_with_all_its_children()
    {
        var log = new ListLog();
        await using var running = await StartAsync(log, "trap '' TERM; sleep 1234 & echo $!; wait; sleep 1234");
        var line = await log.WaitForAsync("Stdout ");
        await running.StopAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal(137, await running.Completion);
        await EndedAsync(line[7..]);
    }

    [Fact]
    public async Task Nothing_is_left_when_the_main_process_ends_but_its_children_do_not()
    {
        var log = new ListLog();
        await using var running = await StartAsync(log, "sleep 1234 & echo $!; exit 0");
        Assert.Equal(0, await running.Completion);
        await EndedAsync((await log.WaitForAsync("Stdout "))[7..]);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_cannot_be_started()
    {
        var launcher = new ProcessLauncher(ImageMap.Empty, TimeProvider.System);
        var context = Context(new ListLog(), "weft.local/no-such-program", [], []);
        var failure = await Assert.ThrowsAsync<ContainerStartException>(() => launcher.StartAsync(context, TestContext.Current.CancellationToken).AsTask());
        Assert.Contains("no-such-program", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_behind_a_sidecar_are_told_its_proxy()
    {
        var meshed = new PodNetwork(IPAddress.Parse("127.7.0.2"), IPAddress.Parse("127.7.64.2"), new DirectDialer(IPAddress.Loopback, new NoNames()));
        var variables = ProcessEnvironment.For(Context(new ListLog(), "weft.local/sh", [], [], meshed));
        Assert.Equal("socks5h://127.7.0.2:15001", variables["all_proxy"]);
        Assert.Equal("http://127.7.0.2:15001", variables["HTTP_PROXY"]);
        Assert.Equal("127.7.64.2", variables["HOST"]);
        Assert.DoesNotContain("all_proxy", ProcessEnvironment.For(Context(new ListLog(), "weft.local/sh", [], [])).Keys);
    }

    [Fact]
    public void Images_are_mapped_with_and_without_their_tags()
    {
        var map = ImageMap.Parse("# comment\nhttpd = /usr/sbin/apache2 -D FOREGROUND\nmy/app:2 = run \"a b\" c\\ d\n");
        Assert.Equal(["/usr/sbin/apache2", "-D", "FOREGROUND"], map.CommandOf("httpd:2.4"));
        Assert.Equal(["run", "a b", "c d"], map.CommandOf("my/app:2"));
        Assert.Equal(["sleep"], map.CommandOf("weft.local/sleep:latest"));
        Assert.Empty(map.CommandOf("my/app:3"));
        Assert.Contains("Line 1", Assert.Throws<FormatException>(() => ImageMap.Parse("nonsense")).Message, StringComparison.Ordinal);
    }

    private static ValueTask<IRunningContainer> StartAsync(ListLog log, string script, params (string, string)[] environment) =>
        new ProcessLauncher(ImageMap.Empty, TimeProvider.System)
            .StartAsync(Context(log, "weft.local/sh", ["-c", script], environment), TestContext.Current.CancellationToken);

    private static ContainerContext Context(
        IContainerLog log, string image, ImmutableArray<string> arguments, (string, string)[] environment, PodNetwork? network = null) => new()
    {
        Pod = new Pod(),
        Container = new Container { Name = "main", Image = image },
        Environment = Make.Map(environment),
        Arguments = arguments,
        Network = network ?? new PodNetwork(IPAddress.Loopback, IPAddress.Loopback, new DirectDialer(IPAddress.Loopback, new NoNames())),
        Log = log,
        Tokens = static (_, _) => new("token"),
    };

    private static Task EndedAsync(string pid) => Eventually.TrueAsync(() => Task.FromResult(!IsRunning(int.Parse(pid, null))), () => $"process {pid} still runs");

    private static bool IsRunning(int pid)
    {
        try
        {
            // A zombie waits for its parent only.
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class NoNames : INameResolver
    {
        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<IPAddress>>([]);
    }

    private sealed class ListLog : IContainerLog
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        public void Write(ContainerStream stream, ReadOnlySpan<char> line) => _lines.Enqueue($"{stream} {line}");

        public async Task<string> WaitForAsync(string beginning)
        {
            await Eventually.TrueAsync(() => Task.FromResult(_lines.Any(line => line.StartsWith(beginning, StringComparison.Ordinal))), () => string.Join('\n', _lines));
            return _lines.First(line => line.StartsWith(beginning, StringComparison.Ordinal));
        }
    }
}
