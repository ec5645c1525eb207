using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers;

namespace Weft.Runtime.Pods;

/// <summary>
/// The kubelet of the embedded node: takes every pod without a node for its own, runs one <see cref="PodWorker"/> for each pod of
/// the node, and stops those whose pods have gone.
/// </summary>
internal sealed partial class NodeAgent(PodServices services, ILogger logger)
{
    private readonly ConcurrentDictionary<string, PodWorker> _workers = new();
    private readonly ConcurrentDictionary<string, Task> _removals = new();

    /// <summary>Runs until cancelled; the pods go on until <see cref="StopAsync"/>.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        FollowAsync(cancellationToken),
        new Reconciler("Pod", ScheduleAsync, services.Time, logger)
            .On(services.Cluster.Pods, static pod => string.IsNullOrEmpty(pod.Spec.NodeName) ? [NamespacedName.Of(pod)] : [])
            .RunAsync(cancellationToken));

    /// <summary>Stops all containers without deleting a pod. Call after <see cref="RunAsync"/> has ended.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        var workers = _workers.Values.ToArray();
        foreach (var worker in workers)
            worker.End(PodEnd.NodeStops, grace);
        await Task.WhenAll([.. workers.Select(worker => worker.Completion), .. _removals.Values]);
    }

    /// <summary>The present run of a container of a pod; null when it does not run here.</summary>
    public ContainerRun? Running(NamespacedName pod, string container) =>
        services.Cluster.Pods.Find(pod)?.Metadata.Uid is { } uid && _workers.TryGetValue(uid, out var worker) ? worker.Running(container) : null;

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        services.Logs.RemoveAllBut(services.Cluster.Pods.All().Select(pod => pod.Metadata.Uid ?? ""));
        await foreach (var changes in services.Cluster.Pods.ChangesAsync(cancellationToken))
        {
            // Pods of an earlier process come first, so that they find their addresses free.
            foreach (var change in changes.OrderByDescending(change => !string.IsNullOrEmpty(change.After?.Status.PodIP)))
                Follow(change);
        }
    }

    private void Follow(ObjectChange<Pod> change)
    {
        if (change.Before is { } before && before.Metadata.Uid != change.After?.Metadata.Uid)
            Lose(before);
        if (change.After is not { } pod || pod.Spec.NodeName != services.NodeName)
            return;
        if (_workers.TryGetValue(pod.Metadata.Uid ?? "", out var worker))
            worker.Update(pod);
        else if (PodFacts.IsTerminating(pod))
            _removals.GetOrAdd(pod.Metadata.Uid ?? "", _ => RemoveAsync(pod)); // It ended, or its deletion was asked for under an earlier process.
        else if (!PodFacts.HasEnded(pod))
            Begin(pod);
    }

    private void Begin(Pod pod)
    {
        try
        {
            var worker = new PodWorker(services, pod);
            _workers[worker.Uid] = worker;
        }
        catch (InvalidOperationException full)
        {
            services.Events.Record(pod, EventDraft.Warning("FailedCreatePodSandBox", full.Message), "kubelet");
        }
    }

    /// <summary>
    /// The object has gone. Only now its worker is forgotten: until then a late version of the pod must not begin another one.
    /// </summary>
    private void Lose(Pod pod)
    {
        _removals.TryRemove(pod.Metadata.Uid ?? "", out _);
        if (!_workers.TryGetValue(pod.Metadata.Uid ?? "", out var worker))
            return;
        worker.End(PodEnd.Gone, TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? 1));
        worker.Completion.ContinueWith(_ => _workers.TryRemove(worker.Uid, out var _), TaskScheduler.Default);
    }

    private async Task RemoveAsync(Pod pod)
    {
        try
        {
            await PodRemoval.RemoveAsync(services, pod);
            services.Logs.RemovePod(pod.Metadata.Namespace ?? "", pod.Metadata.Name, pod.Metadata.Uid ?? "");
        }
        catch (Exception failure) when (failure is KubernetesApiException or IOException)
        {
            LogRemovalFailed(failure, pod.Metadata.Namespace, pod.Metadata.Name);
        }
    }

    private async Task<TimeSpan?> ScheduleAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        if (services.Cluster.Pods.Find(name) is not { } pod || !string.IsNullOrEmpty(pod.Spec.NodeName)
            || PodFacts.IsTerminating(pod) || !pod.Spec.SchedulingGates.IsEmpty)
            return null;
        await services.Client.As(ComponentAgents.Scheduler).BindAsync(name.Namespace, name.Name, pod.Metadata.Uid ?? "", services.NodeName, cancellationToken);
        if (await services.Client.GetAsync(KubeResources.Pods, name.Namespace, name.Name, cancellationToken) is { } bound) services.Cluster.Pods.NoteWritten(bound);
        services.Events.Record(pod, EventDraft.Normal("Scheduled", $"Successfully assigned {name} to {services.NodeName}"), "default-scheduler");
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Namespace}/{Pod} could not be removed")]
    private partial void LogRemovalFailed(Exception failure, string? @namespace, string pod);
}
