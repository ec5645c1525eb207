using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Containers;
using Weft.Runtime.Logs;
using Weft.Runtime.Network;
using Weft.Runtime.Pods;

namespace Weft.Runtime.Commands;

/// <summary>
/// Runs commands in the node's containers. One that is a local process runs programs of this machine, as itself does; one inside weft knows the commands of
/// <see cref="CommandTable"/>. <c>curl</c> is always the table's, so that localhost is the pod and the sidecar sees the request.
/// </summary>
public sealed class PodCommands
{
    private readonly NodeAgent _agent;
    private readonly ClusterNames _names;
    private readonly PodLogs _logs;
    private readonly X509Certificate2Collection _externalRoots;
    private readonly TimeProvider _time;
    private readonly CommandTable _table = new();

    internal PodCommands(NodeAgent agent, ClusterNames names, PodLogs logs, X509Certificate2Collection externalRoots, TimeProvider time) =>
        (_agent, _names, _logs, _externalRoots, _time) = (agent, names, logs, externalRoots, time);

    /// <summary>Runs until the command ends, and gives its exit code; the token ends it.</summary>
    /// <exception cref="CommandRefusedException">The container does not run here.</exception>
    public Task<int> RunAsync(PodCommandRequest request, CommandStreams streams, CancellationToken cancellationToken)
    {
        var run = _agent.Running(new NamespacedName(request.Namespace, request.Pod), request.Container)
            ?? throw new CommandRefusedException($"container not found (\"{request.Container}\"): it does not run at present");
        return request.Command switch
        {
            [] => AttachAsync(run, streams, cancellationToken),
            [not "curl", ..] when run.Running is ICommandExecution process => process.ExecuteAsync(request.Command, streams, cancellationToken),
            _ => _table.RunAsync(CallOf(run, request, streams), cancellationToken),
        };
    }

    private CommandCall CallOf(ContainerRun run, PodCommandRequest request, CommandStreams streams) => new()
    {
        Name = request.Command[0],
        Arguments = [.. request.Command.Skip(1)],
        Container = run.Context,
        Network = new CommandNetwork(run.Context.Network, request.Container == PodWorker.SidecarName, _names.For(request.Namespace)),
        ExternalRoots = _externalRoots,
        Streams = streams,
        Time = _time,
    };

    /// <summary>Shows the container's output from now on, until it ends. Nobody reads what is typed.</summary>
    private async Task<int> AttachAsync(ContainerRun run, CommandStreams streams, CancellationToken cancellationToken)
    {
        var log = run.Log;
        var query = new PodLogQuery { Namespace = log.Namespace, Pod = log.Pod, PodUid = log.PodUid, Container = log.Container, Follow = true, TailLines = 0 };
        await foreach (var line in _logs.ReadAsync(query, cancellationToken))
        {
            var stream = line.Stream == ContainerStream.Stdout ? streams.Output : streams.Error;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line.Text + "\n"), cancellationToken);
        }

        var ended = run.Running.Completion;
        await ((Task)ended).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ended.IsCompletedSuccessfully ? await ended : 1;
    }
}
