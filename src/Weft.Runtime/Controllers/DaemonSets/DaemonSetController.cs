using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.DaemonSets;

/// <summary>Keeps one pod of each DaemonSet on the node.</summary>
internal sealed class DaemonSetController(Cluster cluster, EventRecorder events, string nodeName, TimeProvider time, ILogger logger)
{
    private readonly PodControl _pods = new(cluster, events, "daemonset-controller");

    public Task RunAsync(CancellationToken cancellationToken) =>
        new Reconciler("DaemonSet", ReconcileAsync, time, logger)
            .On(cluster.DaemonSets)
            .OnOwned(cluster.Pods, "DaemonSet")
            .RunAsync(cancellationToken);

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        if (cluster.DaemonSets.Find(name) is not { } set)
            return null;
        var owned = cluster.Pods.InNamespace(name.Namespace).Where(pod => Ownership.IsControlledBy(pod, set)).ToImmutableArray();
        var plan = DaemonSetPlanner.Plan(set, owned, nodeName, time.GetUtcNow());
        foreach (var pod in plan.Delete)
            await _pods.DeleteAsync(set, pod, cancellationToken);
        if (plan.Create is { } created)
            await _pods.CreateAsync(set, created, cancellationToken);
        if (!StatusComparison.AreEqual(set.Status, plan.Status))
            cluster.DaemonSets.NoteWritten(await cluster.Client.ReplaceStatusAsync(KubeResources.DaemonSets, name.Namespace, set with { Status = plan.Status }, cancellationToken));
        return plan.LookAgainAfter;
    }
}
