using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Deployments;

/// <summary>Keeps each Deployment's ReplicaSets as its <see cref="DeploymentPlanner"/> wants them.</summary>
internal sealed class DeploymentController(Cluster cluster, EventRecorder events, TimeProvider time, ILogger logger)
{
    private const string Name = "deployment-controller";

    public Task RunAsync(CancellationToken cancellationToken) =>
        new Reconciler("Deployment", ReconcileAsync, time, logger)
            .On(cluster.Deployments)
            .OnOwned(cluster.ReplicaSets, "Deployment")
            .On(cluster.Pods, OwnersOfGonePods)
            .RunAsync(cancellationToken);

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        if (cluster.Deployments.Find(name) is not { } deployment || deployment.Spec.Selector is null)
            return null;
        var owned = cluster.ReplicaSets.InNamespace(name.Namespace).Where(set => Ownership.IsControlledBy(set, deployment)).ToImmutableArray();
        var plan = DeploymentPlanner.Plan(deployment, owned, HasRunningPods, time.GetUtcNow());
        await ApplyAsync(deployment, plan, cancellationToken);
        return plan.LookAgainAfter;
    }

    private async Task ApplyAsync(Deployment deployment, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var client = cluster.Client;
        var @namespace = deployment.Metadata.Namespace;
        if (plan.Create is { } created && !await TryCreateAsync(deployment, created, cancellationToken))
            return;
        foreach (var set in plan.Replace)
            cluster.ReplicaSets.NoteWritten(await client.ReplaceAsync(KubeResources.ReplicaSets, @namespace, set, cancellationToken));
        foreach (var set in plan.Delete)
        {
            await client.DeleteAsync(KubeResources.ReplicaSets, @namespace, set.Metadata.Name, new DeleteOptions { Uid = set.Metadata.Uid }, cancellationToken);
            cluster.ReplicaSets.NoteDeleted(set);
        }

        foreach (var draft in plan.Events)
            events.Record(deployment, draft, Name);
        if (plan.Revision is { } revision)
            deployment = await PatchRevisionAsync(deployment, revision, cancellationToken);
        if (plan.Status is { } status && !StatusComparison.AreEqual(deployment.Status, status))
            cluster.Deployments.NoteWritten(await client.ReplaceStatusAsync(KubeResources.Deployments, @namespace, deployment with { Status = status }, cancellationToken));
    }

    /// <summary>False when a ReplicaSet of that name with another template is in the way: the next round uses another name.</summary>
    private async Task<bool> TryCreateAsync(Deployment deployment, ReplicaSet wanted, CancellationToken cancellationToken)
    {
        try
        {
            cluster.ReplicaSets.NoteWritten(await cluster.Client.CreateAsync(KubeResources.ReplicaSets, deployment.Metadata.Namespace, wanted, cancellationToken));
            return true;
        }
        catch (KubernetesApiException conflict) when (conflict.IsAlreadyExists)
        {
            var present = await cluster.Client.GetAsync(KubeResources.ReplicaSets, deployment.Metadata.Namespace, wanted.Metadata.Name, cancellationToken);
            if (present is not null && Ownership.IsControlledBy(present, deployment) && TemplateHash.AreEqual(present.Spec.Template, deployment.Spec.Template))
            {
                cluster.ReplicaSets.NoteWritten(present);
                return true;
            }

            var status = deployment.Status with { CollisionCount = (deployment.Status.CollisionCount ?? 0) + 1 };
            cluster.Deployments.NoteWritten(await cluster.Client.ReplaceStatusAsync(
                KubeResources.Deployments, deployment.Metadata.Namespace, deployment with { Status = status }, cancellationToken));
            return false;
        }
    }

    /// <summary>Written with the status: an annotation in the object itself would be a new generation.</summary>
    private async Task<Deployment> PatchRevisionAsync(Deployment deployment, string revision, CancellationToken cancellationToken)
    {
        var patch = KubePatch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [DeploymentFacts.RevisionAnnotation] = revision } },
        }) with { Subresource = "status" };
        var patched = await cluster.Client.PatchAsync(KubeResources.Deployments, deployment.Metadata.Namespace, deployment.Metadata.Name, patch, cancellationToken);
        cluster.Deployments.NoteWritten(patched);
        return patched;
    }

    private bool HasRunningPods(ReplicaSet set) =>
        cluster.Pods.InNamespace(set.Metadata.Namespace ?? "").Any(pod => Ownership.IsControlledBy(pod, set) && !PodFacts.HasEnded(pod));

    /// <summary>A Deployment that recreates waits until the last old pod has gone.</summary>
    private IEnumerable<NamespacedName> OwnersOfGonePods(Pod pod)
    {
        if (pod.Metadata.DeletionTimestamp is null || Ownership.ControllerOf(pod) is not { Kind: "ReplicaSet" } owner)
            return [];
        var set = cluster.ReplicaSets.Find(new NamespacedName(pod.Metadata.Namespace ?? "", owner.Name));
        return set is not null && Ownership.ControllerOf(set) is { Kind: "Deployment" } deployment
            ? [new NamespacedName(pod.Metadata.Namespace ?? "", deployment.Name)]
            : [];
    }
}
