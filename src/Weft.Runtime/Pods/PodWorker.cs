using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers;
using Weft.Runtime.Network;

namespace Weft.Runtime.Pods;

/// <summary>Why a pod's containers are stopped.</summary>
internal enum PodEnd
{
    /// <summary>Its deletion was asked for: stop the containers, then remove the object.</summary>
    Deleted,

    /// <summary>The object has gone already.</summary>
    Gone,

    /// <summary>The node stops; the pod stays and is recovered by the next one.</summary>
    NodeStops,
}

/// <summary>One pod on this node, from its first sight to its end: its address, its containers in their order, its status.</summary>
internal sealed partial class PodWorker
{
    /// <summary>The container that injection adds.</summary>
    public const string SidecarName = "istio-proxy";

    private readonly PodServices _services;
    private readonly PodScope _scope;
    private readonly PodStatusWriter _status;
    private readonly ImmutableArray<ContainerWorker> _init;
    private readonly ImmutableArray<ContainerWorker> _main;
    private readonly TaskCompletionSource<PodEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger;

    public PodWorker(PodServices services, Pod pod)
    {
        _services = services;
        _logger = services.Logger;
        Uid = pod.Metadata.Uid ?? "";
        _scope = new PodScope(services, pod, NetworkOf(services, pod));
        var waiting = pod.Spec.InitContainers.IsEmpty ? "ContainerCreating" : "PodInitializing";
        _init = [.. pod.Spec.InitContainers.Select(container => Worker(
            container, container.RestartPolicy == "Always" ? ContainerKind.Sidecar : ContainerKind.Init, pod.Status.InitContainerStatuses, "PodInitializing"))];
        _main = [.. pod.Spec.Containers.Select(container => Worker(container, ContainerKind.Main, pod.Status.ContainerStatuses, waiting))];
        var startTime = pod.Status.StartTime ?? services.Time.GetUtcNow();
        _status = new PodStatusWriter(_scope, () => new PodFindings
        {
            Init = [.. _init.Select(worker => worker.Status)],
            Main = [.. _main.Select(worker => worker.Status)],
            PodIP = _scope.Network.PodAddress.ToString(),
            HostIP = services.NodeAddress.ToString(),
            StartTime = startTime,
        });
        _status.Touch();
        Completion = Task.Run(RunAsync);
    }

    public string Uid { get; }

    /// <summary>Ends when nothing of the pod is left on the node. Never faults.</summary>
    public Task Completion { get; }

    /// <summary>The present run of a container; null when it does not run, or there is none of this name.</summary>
    public ContainerRun? Running(string container) => _main.Concat(_init).FirstOrDefault(worker => worker.Container.Name == container)?.Present;

    /// <summary>A newer version of the pod was seen.</summary>
    public void Update(Pod pod)
    {
        _scope.Pod = pod;
        if (pod.Metadata.DeletionTimestamp is not null)
            End(PodEnd.Deleted, TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? pod.Spec.TerminationGracePeriodSeconds ?? 30));
        else
            _status.Touch();
    }

    public void End(PodEnd end, TimeSpan grace)
    {
        _scope.Grace = grace;
        _end.TrySetResult(end);
    }

    private static PodNetwork NetworkOf(PodServices services, Pod pod)
    {
        var wanted = IPAddress.TryParse(pod.Status.PodIP, out var parsed) ? parsed : null;
        var address = services.Addresses.Acquire(pod.Metadata.Uid ?? "", wanted);
        if (!HasSidecar(pod.Spec))
            return new PodNetwork(address, address, new DirectDialer(address, services.Names.For(pod.Metadata.Namespace ?? "default")));
        var application = NetworkBlock.ApplicationAddress(address);
        return new PodNetwork(address, application, new SidecarDialer(new IPEndPoint(address, SidecarDialer.OutboundPort), application, services.Time));
    }

    /// <summary>A proxy with nothing beside it is a gateway: it is the application itself.</summary>
    private static bool HasSidecar(PodSpec spec) =>
        spec.Containers.Concat(spec.InitContainers).Any(container => container.Name == SidecarName) && spec.Containers.Any(container => container.Name != SidecarName);

    private ContainerWorker Worker(Container container, ContainerKind kind, ImmutableArray<ContainerStatus> recorded, string waiting)
    {
        var before = recorded.FirstOrDefault(status => status.Name == container.Name);
        return new ContainerWorker(_scope, container, kind, RecoveredStatus.Of(container, before, waiting, _services.Time.GetUtcNow()), Touch);
    }

    private void Touch() => _status.Touch();

    private async Task RunAsync()
    {
        try
        {
            using var stop = new CancellationTokenSource();
            using var writing = new CancellationTokenSource();
            var statuses = _status.RunAsync(writing.Token);
            var containers = RunContainersAsync(stop.Token);
            var end = await _end.Task;
            if (end == PodEnd.Deleted)
                RecordKilling();
            await stop.CancelAsync();
            await containers;
            await writing.CancelAsync();
            await statuses;
            await FinishAsync(end);
        }
        catch (Exception failure)
        {
            // The outermost loop of a pod: its failure must not take the node along.
            LogPodFailed(failure, _scope.Pod.Metadata.Namespace, _scope.Pod.Metadata.Name);
        }
        finally
        {
            _services.Addresses.Release(Uid, _scope.Network.PodAddress);
        }
    }

    /// <summary>Init containers one after the other, sidecars among them staying; then all others together; at the end the sidecars.</summary>
    private async Task RunContainersAsync(CancellationToken stop)
    {
        using var sidecarStop = new CancellationTokenSource();
        var sidecars = new List<Task>();
        try
        {
            foreach (var worker in _init)
            {
                if (worker.Container.RestartPolicy == "Always")
                {
                    sidecars.Add(worker.RunAsync(sidecarStop.Token));
                    await Task.WhenAny(worker.Started, Task.Delay(Timeout.InfiniteTimeSpan, _services.Time, stop));
                }
                else
                {
                    await worker.RunAsync(stop);
                    if (!worker.HasSucceeded)
                        return;
                }

                if (stop.IsCancellationRequested)
                    return;
            }

            await Task.WhenAll(_main.Select(worker => IsDone(worker) ? Task.CompletedTask : worker.RunAsync(stop)));
        }
        finally
        {
            await sidecarStop.CancelAsync();
            await Task.WhenAll(sidecars);
        }
    }

    /// <summary>A recovered container that had ended for good stays so.</summary>
    private bool IsDone(ContainerWorker worker) => worker.Status.State?.Terminated is { } ended
        && (_scope.Pod.Spec.RestartPolicy == "Never" || (_scope.Pod.Spec.RestartPolicy == "OnFailure" && ended.ExitCode == 0));

    private void RecordKilling()
    {
        foreach (var worker in _main.Concat(_init).Where(worker => worker.Status.State?.Running is not null))
            _services.Events.Record(_scope.Pod, EventDraft.Normal("Killing", $"Stopping container {worker.Container.Name}"), "kubelet");
    }

    private async Task FinishAsync(PodEnd end)
    {
        var pod = _scope.Pod;
        if (end == PodEnd.Deleted)
        {
            await _status.WriteLastAsync();
            await PodRemoval.RemoveAsync(_services, pod);
        }

        if (end != PodEnd.NodeStops)
            _services.Logs.RemovePod(pod.Metadata.Namespace ?? "", pod.Metadata.Name, Uid);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {Namespace}/{Pod} failed on this node")]
    private partial void LogPodFailed(Exception failure, string? @namespace, string pod);
}
