using System.Net;
using System.Net.Sockets;

namespace Weft.EndToEnd;

/// <summary>Starting, stopping and starting again; and what can go wrong there.</summary>
public sealed class StartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_start_keeps_the_objects_and_ctrl_c_leaves_nothing_behind()
    {
        using var state = new TemporaryFolder();
        await using (var first = await WeftProcess.StartAsync(state.Path, 2000, Cancellation))
        {
            (await Shell.KubectlAsync(first, Cancellation, "create", "configmap", "kept", "--from-literal=answer=42")).Succeeded();
            Assert.Equal(0, await first.InterruptAsync(Cancellation));
            using var probe = new TcpListener(IPAddress.Loopback, first.Console.Port);
            probe.Start();
        }

        await using var second = await WeftProcess.StartAsync(state.Path, 2000, Cancellation);
        Assert.Equal("42", (await Shell.KubectlAsync(second, Cancellation, "get", "configmap", "kept", "-o", "jsonpath={.data.answer}")).Succeeded());
        await second.KillAsync(Cancellation);

        await using var third = await WeftProcess.StartAsync(state.Path, 2000, Cancellation);
        Assert.Equal("42", (await Shell.KubectlAsync(third, Cancellation, "get", "configmap", "kept", "-o", "jsonpath={.data.answer}")).Succeeded());
    }

    [Fact]
    public async Task What_was_answered_just_before_a_kill_is_there_afterwards()
    {
        using var state = new TemporaryFolder();
        await using (var first = await WeftProcess.StartAsync(state.Path, 2500, Cancellation))
        {
            (await Shell.KubectlAsync(first, Cancellation, "create", "configmap", "answered", "--from-literal=answer=42")).Succeeded();
            await first.KillAsync(Cancellation);
        }

        await using var second = await WeftProcess.StartAsync(state.Path, 2500, Cancellation);
        Assert.Equal("42", (await Shell.KubectlAsync(second, Cancellation, "get", "configmap", "answered", "-o", "jsonpath={.data.answer}")).Succeeded());
    }

    [Fact]
    public async Task Without_the_mesh_the_demo_runs_plain_as_its_tutorial_begins()
    {
        using var state = new TemporaryFolder();
        await using var weft = await WeftProcess.StartAsync(state.Path, 2600, Cancellation, "travels", "--no-demo-mesh");

        (await Shell.KubectlAsync(weft, Cancellation, "wait", "deployment", "--all", "-n", "travel-agency", "--for=condition=Available", "--timeout=90s")).Succeeded();

        var containers = (await Shell.KubectlAsync(weft, Cancellation, "get", "pods", "-n", "travel-agency", "-o", "jsonpath={.items[*].spec.containers[*].name}")).Succeeded();
        Assert.DoesNotContain("istio-proxy", containers, StringComparison.Ordinal);
        var labels = (await Shell.KubectlAsync(weft, Cancellation, "get", "namespace", "travel-agency", "--show-labels")).Succeeded();
        Assert.DoesNotContain("istio-injection", labels, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_way_out()
    {
        using var state = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, output) = await WeftProcess.FailAsync(state.Path, port - 20001, Cancellation);

        Assert.Equal(69, exitCode);
        Assert.Contains($"port {port} (console)", output, StringComparison.Ordinal);
        Assert.Contains("--port-offset", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_scenario_is_an_error_that_names_the_known_ones()
    {
        using var state = new TemporaryFolder();

        var (exitCode, output) = await WeftProcess.FailAsync(state.Path, 2100, Cancellation, "atlantis");

        Assert.Equal(64, exitCode);
        Assert.Contains("unknown scenario 'atlantis'", output, StringComparison.Ordinal);
        Assert.Contains("travels", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_folder_cut_in_half_is_named_and_left_as_it_is()
    {
        using var state = new TemporaryFolder();
        await using (var first = await WeftProcess.StartAsync(state.Path, 2200, Cancellation))
        {
            await first.InterruptAsync(Cancellation);
        }

        var database = Path.Combine(state.Path, "objects.db");
        File.Delete(database + "-wal");
        File.Delete(database + "-shm");
        using (var file = File.OpenWrite(database))
        {
            file.SetLength(file.Length / 2);
        }

        var before = await File.ReadAllBytesAsync(database, Cancellation);
        var (exitCode, output) = await WeftProcess.FailAsync(state.Path, 2200, Cancellation);

        Assert.Equal(65, exitCode);
        Assert.Contains("objects.db", output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(database, Cancellation));
    }

    [Fact]
    public async Task One_state_folder_serves_one_weft_at_a_time()
    {
        using var state = new TemporaryFolder();
        await using var first = await WeftProcess.StartAsync(state.Path, 2300, Cancellation);

        var (exitCode, output) = await WeftProcess.FailAsync(state.Path, 2400, Cancellation);

        Assert.Equal(69, exitCode);
        Assert.Contains("in use by another weft", output, StringComparison.Ordinal);
    }
}
