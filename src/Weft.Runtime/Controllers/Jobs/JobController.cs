using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Jobs;

/// <summary>Runs each Job's pods to its end.</summary>
internal sealed class JobController(Cluster cluster, EventRecorder events, TimeProvider time, ILogger logger)
{
    private const string Name = "job-controller";

    private readonly PodControl _pods = new(cluster, events, Name);

    public Task RunAsync(CancellationToken cancellationToken) =>
        new Reconciler("Job", ReconcileAsync, time, logger)
            .On(cluster.Jobs)
            .OnOwned(cluster.Pods, "Job")
            .RunAsync(cancellationToken);

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        if (cluster.Jobs.Find(name) is not { } job)
            return null;
        var owned = cluster.Pods.InNamespace(name.Namespace).Where(pod => Ownership.IsControlledBy(pod, job)).ToImmutableArray();
        var plan = JobPlanner.Plan(job, owned, time.GetUtcNow());
        if (plan.IsExpired)
        {
            await cluster.Client.DeleteAsync(KubeResources.Jobs, name.Namespace, name.Name, new DeleteOptions { Uid = job.Metadata.Uid, PropagationPolicy = "Background" }, cancellationToken);
            return null;
        }

        for (var i = 0; i < plan.Create; i++)
            await _pods.CreateAsync(job, PodOf(job), cancellationToken);
        foreach (var pod in plan.Delete)
            await _pods.DeleteAsync(job, pod, cancellationToken);
        if (plan.Event is { } draft)
            events.Record(job, draft, Name);
        if (!StatusComparison.AreEqual(job.Status, plan.Status))
            cluster.Jobs.NoteWritten(await cluster.Client.ReplaceStatusAsync(KubeResources.Jobs, name.Namespace, job with { Status = plan.Status }, cancellationToken));
        return plan.LookAgainAfter;
    }

    /// <summary>The labels by which kubectl finds a Job's pods; the API server adds them to the template of a new Job, older ones may lack them.</summary>
    private static Pod PodOf(Job job)
    {
        var pod = PodFactory.Generated(job, "batch/v1", "Job", job.Spec.Template);
        var labels = pod.Metadata.Labels
            .SetItem("batch.kubernetes.io/job-name", job.Metadata.Name).SetItem("job-name", job.Metadata.Name)
            .SetItem("batch.kubernetes.io/controller-uid", job.Metadata.Uid ?? "").SetItem("controller-uid", job.Metadata.Uid ?? "");
        return pod with { Metadata = pod.Metadata with { Labels = labels } };
    }
}
