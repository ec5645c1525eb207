using Weft.Kubernetes.Objects;
using Weft.Runtime.Support;

namespace Weft.Runtime.RecordedCommands;

public sealed class RecordedCommandTests
{
    /// <summary>The second node of the recording: there, cordoned and drained, but nothing runs on it here.</summary>
    private const string SecondNode = """{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-b","labels":{"node-role.kubernetes.io/worker":""}}}""";

    [Fact]
    public async Task Kubectl_prints_what_it_prints_against_the_recorded_server()
    {
        await using var cluster = await TestCluster.StartAsync(120);
        await cluster.StartNodeAsync(options => options with { NodeName = "node-a", Launchers = [new AnyImageLauncher()] });
        var shell = new CommandShell(cluster);
        await shell.PrepareAsync();
        await shell.RunAsync(new RecordedCommand { Id = "", Command = "kubectl create -f - && kubectl create ns demo", Stdin = SecondNode });
        var expected = RecordedCommand.Deviations();
        var failures = new List<string>();
        foreach (var command in RecordedCommand.Load())
        {
            await SettleAsync(cluster);
            var output = await shell.RunAsync(command);
            if (expected.Remove(command.Id, out var reason) && reason.StartsWith("chance", StringComparison.Ordinal))
                continue;
            var difference = command.ExitCode is null ? "" : Difference(command, output);
            if (reason is not null && difference.Length == 0)
                failures.Add($"{command.Id} matches now: take it off command-deviations.txt");
            else if (reason is null && difference.Length > 0)
                failures.Add($"{command.Id} | {command.Command}\n{difference}");
        }

        failures.AddRange(expected.Keys.Select(id => $"{id}: no such command"));
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>The recorder took his time: what was rolled out was there before the next command.</summary>
    private static async Task SettleAsync(TestCluster cluster)
    {
        foreach (var deployment in (await cluster.Client.ListAsync(KubeResources.Deployments, "shop", TestContext.Current.CancellationToken)).Items.Where(d => !d.Spec.Paused))
            await cluster.EventuallyAsync(KubeResources.Deployments, deployment.Metadata.Name, d => d is null || IsRolledOut(d), "shop");
    }

    private static bool IsRolledOut(Deployment deployment) =>
        deployment.Status.ObservedGeneration == deployment.Metadata.Generation
        && deployment.Status.UpdatedReplicas == deployment.Spec.Replicas
        && deployment.Status.Replicas == deployment.Spec.Replicas
        && deployment.Status.AvailableReplicas == deployment.Spec.Replicas
        && deployment.Status.TerminatingReplicas == 0;

    private static string Difference(RecordedCommand command, CommandOutput output)
    {
        var parts = new (string Name, string Recorded, string Ours)[]
        {
            ("exit", command.ExitCode!.Value.ToString(), output.ExitCode),
            ("stdout", CommandText.Normalize(command.Stdout), CommandText.Normalize(output.Stdout)),
            ("stderr", CommandText.Normalize(command.Stderr), CommandText.Normalize(output.Stderr)),
        };
        return string.Join('\n', parts.Where(part => part.Recorded != part.Ours).Select(part => $"{part.Name} recorded:\n{part.Recorded}\n{part.Name} ours:\n{part.Ours}"));
    }
}
