using Weft.Kubernetes.Objects;
using Weft.Runtime.Containers;
using Weft.Runtime.Controllers;

namespace Weft.Runtime.Pods;

/// <summary>The probes of one run of a container: first startup, then liveness and readiness side by side.</summary>
internal sealed class ContainerProbes(ContainerWorker worker, IRunningContainer running, PodScope scope, Action<EventDraft> record)
{
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = scope.Services.Time;
    private readonly ProbeTarget _target = new(
        worker.Container, scope.Network.PodAddress, scope.Services.ProbeHttp, running as ICommandExecution);

    /// <summary>Ends when the container has proved unhealthy and is to be stopped, or with the token; never throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ProbeAsync(worker.Container, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task ProbeAsync(Container container, CancellationToken cancellationToken)
    {
        if (container.StartupProbe is { } startup)
        {
            if (!await SucceedsAsync(startup, cancellationToken))
            {
                Unhealthy("startup");
                return;
            }

            worker.NoteStarted();
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readiness = container.ReadinessProbe is { } ready ? FollowReadinessAsync(ready, both.Token) : null;
        if (container.LivenessProbe is { } liveness)
            await FailsAsync(liveness, cancellationToken);
        else
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        await both.CancelAsync();
        await (readiness ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Unhealthy("liveness");
    }

    /// <summary>True on the first success in full, false on failures in full.</summary>
    private async Task<bool> SucceedsAsync(Probe probe, CancellationToken cancellationToken)
    {
        var tally = new ProbeTally(probe, initially: false);
        await DelayAsync(probe.InitialDelaySeconds, cancellationToken);
        while (true)
        {
            if (tally.Count(await AskAsync(probe, "Startup", cancellationToken)))
                return false;
            if (tally.Verdict)
                return true;
            await PeriodAsync(probe, cancellationToken);
        }
    }

    private async Task FailsAsync(Probe probe, CancellationToken cancellationToken)
    {
        var tally = new ProbeTally(probe, initially: true);
        await DelayAsync(probe.InitialDelaySeconds, cancellationToken);
        while (!tally.Count(await AskAsync(probe, "Liveness", cancellationToken)))
            await PeriodAsync(probe, cancellationToken);
    }

    private async Task FollowReadinessAsync(Probe probe, CancellationToken cancellationToken)
    {
        var tally = new ProbeTally(probe, initially: false);
        await DelayAsync(probe.InitialDelaySeconds, cancellationToken);
        while (true)
        {
            tally.Count(await AskAsync(probe, "Readiness", cancellationToken));
            worker.NoteReady(tally.Verdict);
            await PeriodAsync(probe, cancellationToken);
        }
    }

    private async Task<bool> AskAsync(Probe probe, string kind, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(probe.TimeoutSeconds > 0 ? probe.TimeoutSeconds : 1);
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        ProbeResult result;
        try
        {
            result = await _target.AskAsync(probe, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = ProbeResult.Bad($"no answer within {limit.TotalSeconds:0}s");
        }

        if (!result.Success)
            record(EventDraft.Warning("Unhealthy", $"{kind} probe failed: {result.Problem}"));
        return result.Success;
    }

    private void Unhealthy(string kind) =>
        record(EventDraft.Normal("Killing", $"Container {worker.Container.Name} failed {kind} probe, will be restarted"));

    private Task PeriodAsync(Probe probe, CancellationToken cancellationToken) =>
        Task.Delay(probe.PeriodSeconds > 0 ? TimeSpan.FromSeconds(probe.PeriodSeconds) : DefaultPeriod, _time, cancellationToken);

    private Task DelayAsync(int seconds, CancellationToken cancellationToken) =>
        seconds > 0 ? Task.Delay(TimeSpan.FromSeconds(seconds), _time, cancellationToken) : Task.CompletedTask;
}
