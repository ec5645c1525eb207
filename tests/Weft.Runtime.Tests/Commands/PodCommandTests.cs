using System.Text;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Containers;
using Weft.Runtime.Support;

namespace Weft.Runtime.Commands;

public sealed class PodCommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_inside_weft_knows_a_table_of_commands()
    {
        await using var cluster = await TestCluster.StartAsync(140);
        var node = await cluster.StartNodeAsync();
        var pod = await StartAsync(cluster, "web", Make.Template("web", container: main => main with { Env = [new EnvVar { Name = "COLOUR", Value = "blue" }] }));

        Assert.Equal((0, "blue\n", ""), await RunAsync(node, "printenv", "COLOUR"));
        Assert.Equal((1, "", ""), await RunAsync(node, "printenv", "NOTHING"));
        Assert.Contains("\nHOSTNAME=web\n", (await RunAsync(node, "/usr/bin/env")).Output, StringComparison.Ordinal);
        Assert.Equal((0, "web\n", ""), await RunAsync(node, "hostname"));
        Assert.Equal((0, $"{pod.Status.PodIP}\n", ""), await RunAsync(node, "hostname", "-i"));
        Assert.Equal((0, "the blue one\nweb\n", ""), await RunAsync(node, "sh", "-c", "echo \"the $COLOUR one\" && hostname"));
        Assert.Equal((0, "shown\n", ""), await RunAsync(node, "sh", "-c", "printenv NOTHING && echo hidden; echo shown"));
    }

    [Fact]
    public async Task An_unknown_command_is_127_and_names_the_known_ones()
    {
        await using var cluster = await TestCluster.StartAsync(141);
        var node = await cluster.StartNodeAsync();
        await StartAsync(cluster, "web", Make.Template("web"));

        var (code, output, error) = await RunAsync(node, "rm", "-rf", "/");

        Assert.Equal((127, ""), (code, output));
        Assert.StartsWith("exec: \"rm\": executable file not found in $PATH", error, StringComparison.Ordinal);
        Assert.Contains("curl", error, StringComparison.Ordinal);
        Assert.Equal(126, (await RunAsync(node, "sh")).Code);
        Assert.Equal(2, (await RunAsync(node, "sh", "-c", "echo a | tee b")).Code);
    }

    [Fact]
    public async Task Localhost_is_the_pod_and_names_are_those_of_its_namespace()
    {
        await using var cluster = await TestCluster.StartAsync(142);
        var node = await cluster.StartNodeAsync();
        await StartAsync(cluster, "web", Make.Template("web"));
        await cluster.CreateAsync(KubeResources.Services, Make.Service("shop", "web", 80, 8000, "127.142.128.9"));
        await Eventually.TrueAsync(async () => (await RunAsync(node, "curl", "-s", "http://shop/")).Code == 0, () => "shop is not served");

        Assert.Equal((0, "200", ""), await RunAsync(node, "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "localhost:8000/health"));
        var head = await RunAsync(node, "curl", "-sI", "http://shop.default.svc.cluster.local");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head.Output, StringComparison.Ordinal);
        var verbose = await RunAsync(node, "curl", "-v", "http://localhost:8000/");
        Assert.Contains("> GET / HTTP/1.1\n", verbose.Error, StringComparison.Ordinal);
        Assert.Contains("< HTTP/1.1 200 OK", verbose.Error, StringComparison.Ordinal);
        cluster.Launcher.Running["web/main"].IsReady = false;
        Assert.Equal(22, (await RunAsync(node, "curl", "-sf", "http://shop/")).Code);
    }

    [Fact]
    public async Task Curl_fails_with_curls_codes()
    {
        await using var cluster = await TestCluster.StartAsync(143);
        var node = await cluster.StartNodeAsync();
        await StartAsync(cluster, "web", Make.Template("web"));

        Assert.Equal((7, ""), await FailureAsync(node, "-s", "http://localhost:9"));
        var (code, _, error) = await RunAsync(node, "curl", "-sS", "http://no-such-host.invalid/");
        Assert.Equal((6, "curl: (6) Could not resolve host: no-such-host.invalid\n"), (code, error));
        Assert.Equal((28, ""), await FailureAsync(node, "-s", "-m", "0.2", "https://localhost:8000/"));
        Assert.Equal((3, "curl: (3) URL rejected: Malformed input to a URL function: http://\n"), await FailureAsync(node, "http://"));
        Assert.Equal("000", (await RunAsync(node, "curl", "-s", "-w", "%{http_code}", "http://localhost:9")).Output);
    }

    [Fact]
    public async Task The_proxys_pages_are_asked_by_pilot_agent()
    {
        await using var cluster = await TestCluster.StartAsync(144);
        var node = await cluster.StartNodeAsync();
        await StartAsync(cluster, "web", Make.Template("web", port: 15000));

        Assert.Equal((0, "", ""), await RunAsync(node, "pilot-agent", "request", "GET", "/ready"));
        cluster.Launcher.Running["web/main"].IsReady = false;
        var (code, _, error) = await RunAsync(node, "pilot-agent", "request", "GET", "ready");
        Assert.Equal((1, "Error: received unsuccessful status code 503:"), (code, error.TrimEnd()));
        Assert.Equal(1, (await RunAsync(node, "pilot-agent", "request", "GET", "http://other/x")).Code);
        Assert.Equal(1, (await RunAsync(node, "pilot-agent", "wait")).Code);
    }

    [Fact]
    public async Task A_local_process_runs_programs_of_the_machine_with_what_is_typed()
    {
        await using var cluster = await TestCluster.StartAsync(145);
        var node = await cluster.StartNodeAsync();
        await StartAsync(cluster, "job", Make.Template("job", "weft.local/sleep", container: main => main with { Args = ["600"], Env = [new EnvVar { Name = "COLOUR", Value = "blue" }] }));

        Assert.Equal((3, "blue typed\n", "warned\n"), await RunTypedAsync(node, "job", "typed\n", "sh", "-c", "read -r word; echo $COLOUR $word; echo warned >&2; exit 3"));
        Assert.Equal(127, (await RunTypedAsync(node, "job", "", "no-such-program")).Code);
        Assert.Equal(6, (await RunTypedAsync(node, "job", "", "curl", "-s", "http://no-such-host.invalid/")).Code);
    }

    [Fact]
    public async Task Attach_shows_the_output_until_the_container_ends_and_gives_its_code()
    {
        await using var cluster = await TestCluster.StartAsync(146);
        var node = await cluster.StartNodeAsync();
        await StartAsync(cluster, "web", Make.Template("web"), spec => spec with { RestartPolicy = "Never" });
        var container = cluster.Launcher.Running["web/main"];
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var attached = node.Commands.RunAsync(Request("web"), new CommandStreams(Stream.Null, output, error), Token);

        container.Context.Log.Write(ContainerStream.Stdout, "said");
        container.Context.Log.Write(ContainerStream.Stderr, "warned");
        container.End(4);

        Assert.Equal(4, await attached);
        Assert.Equal(("said\n", "warned\n"), (Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray())));
        await Assert.ThrowsAsync<CommandRefusedException>(() => node.Commands.RunAsync(Request("web", "env"), CommandStreams.Nobody, Token));
    }

    [Fact]
    public async Task A_command_that_nobody_waits_for_ends()
    {
        await using var cluster = await TestCluster.StartAsync(147);
        var node = await cluster.StartNodeAsync();
        await StartAsync(cluster, "job", Make.Template("job", "weft.local/sleep", container: main => main with { Args = ["600"] }));
        using var leave = new CancellationTokenSource();

        var running = node.Commands.RunAsync(Request("job", "sleep", "600"), CommandStreams.Nobody, leave.Token);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task<Pod> StartAsync(TestCluster cluster, string name, PodTemplateSpec template, Func<PodSpec, PodSpec>? spec = null)
    {
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod(name, template, spec));
        return (await cluster.EventuallyAsync(KubeResources.Pods, name, pod => pod?.Status.Phase == "Running"))!;
    }

    private static PodCommandRequest Request(string pod, params string[] command) => new() { Namespace = "default", Pod = pod, Container = "main", Command = command };

    private static Task<(int Code, string Output, string Error)> RunAsync(EmbeddedNode node, params string[] command) => RunTypedAsync(node, "web", "", command);

    private static async Task<(int Code, string Error)> FailureAsync(EmbeddedNode node, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(node, ["curl", .. arguments]);
        return (code, error);
    }

    private static async Task<(int Code, string Output, string Error)> RunTypedAsync(EmbeddedNode node, string pod, string typed, params string[] command)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(typed));
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await node.Commands.RunAsync(Request(pod, command), new CommandStreams(input, output, error), Token);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
