using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.StatefulSets;

/// <summary>Keeps the numbered pods of each StatefulSet. Volume claims are not made: there is no storage.</summary>
internal sealed class StatefulSetController(Cluster cluster, EventRecorder events, TimeProvider time, ILogger logger)
{
    private readonly PodControl _pods = new(cluster, events, "statefulset-controller");

    public Task RunAsync(CancellationToken cancellationToken) =>
        new Reconciler("StatefulSet", ReconcileAsync, time, logger)
            .On(cluster.StatefulSets)
            .OnOwned(cluster.Pods, "StatefulSet")
            .RunAsync(cancellationToken);

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        if (cluster.StatefulSets.Find(name) is not { } set)
            return null;
        var owned = cluster.Pods.InNamespace(name.Namespace).Where(pod => Ownership.IsControlledBy(pod, set)).ToImmutableArray();
        var plan = StatefulSetPlanner.Plan(set, owned, time.GetUtcNow());
        foreach (var pod in plan.Delete)
            await _pods.DeleteAsync(set, pod, cancellationToken);
        foreach (var pod in plan.Create)
            await _pods.CreateAsync(set, pod, cancellationToken);
        if (!StatusComparison.AreEqual(set.Status, plan.Status))
            cluster.StatefulSets.NoteWritten(await cluster.Client.ReplaceStatusAsync(KubeResources.StatefulSets, name.Namespace, set with { Status = plan.Status }, cancellationToken));
        return plan.LookAgainAfter;
    }
}
