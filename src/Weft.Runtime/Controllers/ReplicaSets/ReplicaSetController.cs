using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.ReplicaSets;

/// <summary>Keeps as many pods of each ReplicaSet as it asks for.</summary>
internal sealed class ReplicaSetController(Cluster cluster, EventRecorder events, TimeProvider time, ILogger logger)
{
    private readonly PodControl _pods = new(cluster, events, "replicaset-controller");

    public Task RunAsync(CancellationToken cancellationToken) =>
        new Reconciler("ReplicaSet", ReconcileAsync, time, logger)
            .On(cluster.ReplicaSets)
            .OnOwned(cluster.Pods, "ReplicaSet")
            .RunAsync(cancellationToken);

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        if (cluster.ReplicaSets.Find(name) is not { } set)
            return null;
        var owned = cluster.Pods.InNamespace(name.Namespace).Where(pod => Ownership.IsControlledBy(pod, set)).ToImmutableArray();
        var plan = ReplicaSetPlanner.Plan(set, owned, time.GetUtcNow());
        var failure = await ChangePodsAsync(set, plan, cancellationToken);
        await WriteStatusAsync(set, plan, failure, cancellationToken);
        return failure is null ? plan.LookAgainAfter : throw failure;
    }

    private async Task<KubernetesApiException?> ChangePodsAsync(ReplicaSet set, ReplicaSetPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < plan.Create; i++)
                await _pods.CreateAsync(set, PodFactory.Generated(set, "apps/v1", "ReplicaSet", set.Spec.Template), cancellationToken);
            foreach (var pod in plan.Delete)
                await _pods.DeleteAsync(set, pod, cancellationToken);
            return null;
        }
        catch (KubernetesApiException failure)
        {
            return failure;
        }
    }

    private async Task WriteStatusAsync(ReplicaSet set, ReplicaSetPlan plan, KubernetesApiException? failure, CancellationToken cancellationToken)
    {
        var status = plan.Status with { Conditions = FailureConditions(plan, failure) };
        if (StatusComparison.AreEqual(set.Status, status))
            return;
        cluster.ReplicaSets.NoteWritten(
            await cluster.Client.ReplaceStatusAsync(KubeResources.ReplicaSets, set.Metadata.Namespace, set with { Status = status }, cancellationToken));
    }

    private ImmutableArray<Condition> FailureConditions(ReplicaSetPlan plan, KubernetesApiException? failure)
    {
        if (failure is null)
            return plan.Status.Conditions.RemoveAll(condition => condition.Type == "ReplicaFailure");
        var reason = plan.Create > 0 ? "FailedCreate" : "FailedDelete";
        return Conditions.Set(
            plan.Status.Conditions,
            new Condition { Type = "ReplicaFailure", Status = "True", Reason = reason, Message = failure.Message },
            time.GetUtcNow());
    }
}
