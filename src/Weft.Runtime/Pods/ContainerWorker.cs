using System.Globalization;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Containers;
using Weft.Runtime.Controllers;
using Weft.Runtime.Logs;

namespace Weft.Runtime.Pods;

/// <summary>
/// Runs one container of a pod again and again as its restart policy says, with back-off, until it has ended for good or is
/// stopped. Its <see cref="Status"/> is always the present one; <paramref name="changed"/> is called after each change of it.
/// </summary>
internal sealed class ContainerWorker(PodScope scope, Container container, ContainerKind kind, ContainerStatus initial, Action changed)
{
    private const string Component = "kubelet";

    private readonly PodServices _services = scope.Services;
    private readonly RestartBackOff _backOff = new(scope.Services.FirstRestartDelay, scope.Services.LongestRestartDelay);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ContainerStatus _status = initial;
    private ContainerRun? _present;

    public Container Container { get; } = container;

    public ContainerStatus Status => Volatile.Read(ref _status);

    /// <summary>The run that goes on now; null when the container does not run.</summary>
    public ContainerRun? Present => Volatile.Read(ref _present);

    /// <summary>Ends when the container has been started and its startup probe, if it has one, has succeeded.</summary>
    public Task Started => _started.Task;

    /// <summary>Whether the container has ended with success, for good.</summary>
    public bool HasSucceeded => Status.State?.Terminated is { ExitCode: 0 };

    private string RestartPolicy => kind switch
    {
        ContainerKind.Sidecar => "Always",
        // An init container has done its work when it has succeeded; Always means: until then.
        ContainerKind.Init => scope.Pod.Spec.RestartPolicy == "Never" ? "Never" : "OnFailure",
        _ => scope.Pod.Spec.RestartPolicy ?? "Always",
    };

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var began = _services.Time.GetUtcNow();
            var delay = await TryStartAsync(stop) switch
            {
                { } running => await AwaitEndAsync(running, stop) is var exitCode && !stop.IsCancellationRequested && ShouldRestart(exitCode)
                    ? _backOff.AfterRunOf(_services.Time.GetUtcNow() - began)
                    : (TimeSpan?)null,
                null => _backOff.AfterFailedStart(),
            };
            if (delay is not { } pause)
                return;
            await BackOffAsync(pause, stop);
        }
    }

    private bool ShouldRestart(int exitCode) => RestartPolicy == "Always" || (RestartPolicy == "OnFailure" && exitCode != 0);

    private async Task BackOffAsync(TimeSpan pause, CancellationToken stop)
    {
        if (pause > TimeSpan.Zero && Status.State?.Terminated is { } ended)
        {
            var subject = $"failed container={Container.Name} pod={PodText}";
            Change(Status with
            {
                State = Waiting("CrashLoopBackOff", $"back-off {Text(pause)} restarting {subject}"),
                LastState = new ContainerState { Terminated = ended },
            });
            Record(EventDraft.Warning("BackOff", $"Back-off restarting failed container {Container.Name} in pod {PodText}"));
        }

        try
        {
            await Task.Delay(pause, _services.Time, stop);
        }
        catch (OperationCanceledException)
        {
            // Stopped while waiting: the loop ends.
        }
    }

    /// <summary>Null when the container could not be started; its status says why.</summary>
    private async Task<ContainerRun?> TryStartAsync(CancellationToken stop)
    {
        var image = Container.Image ?? "";
        if (_services.Images.Find(image) is not { } launcher)
        {
            ImageUnknown(image);
            return null;
        }

        try
        {
            return await StartAsync(launcher, image, stop);
        }
        catch (ContainerConfigException failure)
        {
            StartFailed("CreateContainerConfigError", failure.Message);
        }
        catch (ContainerStartException failure)
        {
            StartFailed("RunContainerError", failure.Message);
        }
        catch (KubernetesApiException failure)
        {
            StartFailed("CreateContainerConfigError", failure.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while starting.
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A launcher that throws anything else has a bug; the pod must not take the node along.
            StartFailed("CreateContainerError", $"{failure.GetType().Name}: {failure.Message}");
        }

        return null;
    }

    private async Task<ContainerRun> StartAsync(IContainerLauncher launcher, string image, CancellationToken stop)
    {
        var before = Status;
        var run = before.ContainerID is null ? 0 : before.RestartCount + 1;
        var pod = scope.Placed;
        var log = new ContainerLogId(pod.Metadata.Namespace ?? "", pod.Metadata.Name, pod.Metadata.Uid ?? "", Container.Name, run);
        var context = await ContainerContexts.OfAsync(scope, Container, log, run, stop);
        Record(EventDraft.Normal("Pulled", $"Container image \"{image}\" already present on machine"));
        Record(EventDraft.Normal("Created", $"Created container: {Container.Name}"));
        IRunningContainer running;
        try
        {
            running = await launcher.StartAsync(context, stop);
        }
        catch
        {
            _services.Logs.Close(log);
            throw;
        }

        Change(before with
        {
            Image = image,
            ImageID = image,
            ContainerID = $"weft://{Guid.NewGuid():N}",
            RestartCount = run,
            LastState = before.State?.Terminated is { } ended ? new ContainerState { Terminated = ended } : before.LastState,
            State = new ContainerState { Running = new ContainerStateRunning { StartedAt = _services.Time.GetUtcNow() } },
            Started = Container.StartupProbe is null,
            Ready = Container.StartupProbe is null && Container.ReadinessProbe is null,
        });
        Record(EventDraft.Normal("Started", $"Started container {Container.Name}"));
        if (Container.StartupProbe is null)
            _started.TrySetResult();
        var begun = new ContainerRun(context, running, log);
        Volatile.Write(ref _present, begun);
        return begun;
    }

    /// <summary>Probes the run until it ends, by itself or because it is unhealthy or stopped; returns the exit code.</summary>
    private async Task<int> AwaitEndAsync(ContainerRun run, CancellationToken stop)
    {
        var (_, running, log) = run;
        using var probing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var probes = new ContainerProbes(this, running, scope, Record).RunAsync(probing.Token);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), stopped))
            await Task.WhenAny(running.Completion, probes, stopped.Task);
        Volatile.Write(ref _present, null);
        await probing.CancelAsync();
        await probes;
        var exitCode = await EndAsync(running, log);
        _services.Logs.Close(log);
        return exitCode;
    }

    private async Task<int> EndAsync(IRunningContainer running, ContainerLogId log)
    {
        if (!running.Completion.IsCompleted)
            await TryAsync(() => running.StopAsync(scope.Grace), log);
        var exitCode = await ExitCodeAsync(running, log);
        await TryAsync(() => running.DisposeAsync().AsTask(), log);
        var present = Status;
        Change(present with
        {
            Ready = false,
            Started = false,
            State = new ContainerState
            {
                Terminated = new ContainerStateTerminated
                {
                    ExitCode = exitCode,
                    Reason = exitCode == 0 ? "Completed" : "Error",
                    StartedAt = present.State?.Running?.StartedAt,
                    FinishedAt = _services.Time.GetUtcNow(),
                    ContainerID = present.ContainerID,
                },
            },
        });
        return exitCode;
    }

    /// <summary>137 (killed) for one that does not even end after it was stopped by force; its remains are not waited for.</summary>
    private async Task<int> ExitCodeAsync(IRunningContainer running, ContainerLogId log)
    {
        try
        {
            return await running.Completion.WaitAsync(TimeSpan.FromSeconds(2), _services.Time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return 137;
        }
        catch (Exception failure)
        {
            _services.Logs.Open(log).Write(ContainerStream.Stderr, failure.ToString().ReplaceLineEndings(" "));
            return 1;
        }
    }

    /// <summary>A container that fails while it is being ended has ended all the same; its log says so.</summary>
    private async Task TryAsync(Func<Task> end, ContainerLogId log)
    {
        try
        {
            await end();
        }
        catch (Exception failure)
        {
            _services.Logs.Open(log).Write(ContainerStream.Stderr, failure.ToString().ReplaceLineEndings(" "));
        }
    }

    private void ImageUnknown(string image)
    {
        var explanation = _services.Images.Explain(image);
        Record(EventDraft.Warning("Failed", explanation));
        Record(EventDraft.Normal("BackOff", $"Back-off pulling image \"{image}\""));
        Change(Status with { Ready = false, Started = false, State = Waiting("ImagePullBackOff", explanation) });
    }

    private void StartFailed(string reason, string message)
    {
        Record(EventDraft.Warning("Failed", $"Error: {message}"));
        var present = Status;
        Change(present with
        {
            Ready = false,
            Started = false,
            State = Waiting(reason, message),
            LastState = present.State?.Terminated is { } ended ? new ContainerState { Terminated = ended } : present.LastState,
        });
    }

    /// <summary>Called by the probes of the present run.</summary>
    internal void NoteStarted()
    {
        Change(Status with { Started = true, Ready = Container.ReadinessProbe is null });
        _started.TrySetResult();
    }

    internal void NoteReady(bool ready)
    {
        if (Status.Ready != ready)
            Change(Status with { Ready = ready });
    }

    private void Change(ContainerStatus status)
    {
        Volatile.Write(ref _status, status);
        changed();
    }

    private void Record(EventDraft draft) => _services.Events.Record(
        scope.Pod, draft, Component, $"spec.{(kind == ContainerKind.Main ? "containers" : "initContainers")}{{{Container.Name}}}");

    private string PodText => $"{scope.Pod.Metadata.Name}_{scope.Pod.Metadata.Namespace}({scope.Pod.Metadata.Uid})";

    private static ContainerState Waiting(string reason, string message) =>
        new() { Waiting = new ContainerStateWaiting { Reason = reason, Message = message } };

    /// <summary>As Go writes durations of whole seconds: 10s, 2m40s.</summary>
    private static string Text(TimeSpan pause) => pause.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)pause.TotalMinutes}m{pause.Seconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{pause.TotalSeconds:0.###}s");
}
