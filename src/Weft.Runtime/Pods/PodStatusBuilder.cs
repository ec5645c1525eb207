using System.Collections.Immutable;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers;

namespace Weft.Runtime.Pods;

/// <summary>What is known on the node about a pod.</summary>
internal sealed record PodFindings
{
    public required ImmutableArray<ContainerStatus> Init { get; init; }

    public required ImmutableArray<ContainerStatus> Main { get; init; }

    public required string PodIP { get; init; }

    public required string HostIP { get; init; }

    public required DateTimeOffset StartTime { get; init; }
}

/// <summary>The status of a pod from what its node knows, as the kubelet words it. Pure.</summary>
internal static class PodStatusBuilder
{
    private static readonly ImmutableHashSet<string> OwnConditions =
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

    public static PodStatus Build(Pod pod, PodFindings findings, PodStatus before, DateTimeOffset now)
    {
        var phase = Phase(pod, findings);
        var conditions = ForeignConditions(pod)
            .AddRange(Wanted(pod, findings, phase).Select(condition => Timed(condition, before, now)));
        return before with
        {
            Phase = phase,
            Conditions = conditions,
            HostIP = findings.HostIP,
            HostIPs = [new HostIP { Ip = findings.HostIP }],
            PodIP = findings.PodIP,
            PodIPs = [new PodIP { Ip = findings.PodIP }],
            StartTime = findings.StartTime,
            InitContainerStatuses = findings.Init,
            ContainerStatuses = findings.Main,
            QosClass = pod.Status.QosClass ?? "BestEffort",
        };
    }

    internal static string Phase(Pod pod, PodFindings findings)
    {
        var policy = pod.Spec.RestartPolicy ?? "Always";
        if (!IsInitialized(pod, findings))
            return policy == "Never" && Ordinary(pod, findings).Any(status => status.State?.Terminated is { ExitCode: not 0 }) ? PodPhase.Failed : PodPhase.Pending;

        var ends = findings.Main.Select(EndOf).ToArray();
        if (findings.Main.Any(status => status.State?.Running is null && EndOf(status) is null))
            return PodPhase.Pending;
        if (policy == "Always" || findings.Main.Any(status => status.State?.Running is not null))
            return PodPhase.Running;
        if (ends.All(end => end is { ExitCode: 0 }))
            return PodPhase.Succeeded;
        return policy == "Never" ? PodPhase.Failed : PodPhase.Running;
    }

    private static bool IsInitialized(Pod pod, PodFindings findings) =>
        Ordinary(pod, findings).All(status => status.State?.Terminated is { ExitCode: 0 })
        && Sidecars(pod, findings).All(status => status.Started == true || EndOf(status) is not null);

    private static IEnumerable<ContainerStatus> Ordinary(Pod pod, PodFindings findings) => findings.Init.Where(status => !IsSidecar(pod, status));

    private static IEnumerable<ContainerStatus> Sidecars(Pod pod, PodFindings findings) => findings.Init.Where(status => IsSidecar(pod, status));

    private static bool IsSidecar(Pod pod, ContainerStatus status) =>
        pod.Spec.InitContainers.Any(container => container.Name == status.Name && container.RestartPolicy == "Always");

    /// <summary>The end of a container that does not run now and has run; null for one that never ran or runs.</summary>
    private static ContainerStateTerminated? EndOf(ContainerStatus status) =>
        status.State?.Running is not null ? null : status.State?.Terminated ?? status.LastState?.Terminated;

    private static IEnumerable<Condition> Wanted(Pod pod, PodFindings findings, string phase)
    {
        var ended = phase is PodPhase.Succeeded or PodPhase.Failed;
        yield return True("PodReadyToStartContainers", !ended);
        yield return Initialized(pod, findings, phase);
        var unready = Sidecars(pod, findings).Concat(findings.Main).Where(status => !status.Ready).Select(status => status.Name).ToArray();
        var containersReady = Ready("ContainersReady", phase, ended, unready);
        var gates = pod.Spec.ReadinessGates.Where(gate => Conditions.Find(pod.Status.Conditions, gate.ConditionType) is not { Status: "True" }).ToArray();
        yield return containersReady.Status == "True" && gates.Length > 0
            ? new Condition
            {
                Type = "Ready",
                Status = "False",
                Reason = "ReadinessGatesNotReady",
                Message = string.Join(", ", gates.Select(gate => $"corresponding condition of pod readiness gate \"{gate.ConditionType}\" does not exist or is not true.")),
            }
            : containersReady with { Type = "Ready" };
        yield return containersReady;
        yield return True("PodScheduled", true);
    }

    private static Condition Initialized(Pod pod, PodFindings findings, string phase)
    {
        if (phase == PodPhase.Succeeded)
            return True("Initialized", true) with { Reason = "PodCompleted" };
        if (IsInitialized(pod, findings))
            return True("Initialized", true);
        var incomplete = findings.Init.Where(status => IsSidecar(pod, status) ? status.Started != true : status.State?.Terminated is not { ExitCode: 0 });
        return new Condition
        {
            Type = "Initialized",
            Status = "False",
            Reason = "ContainersNotInitialized",
            Message = $"containers with incomplete status: [{string.Join(' ', incomplete.Select(status => status.Name))}]",
        };
    }

    private static Condition Ready(string type, string phase, bool ended, string[] unready)
    {
        if (ended)
            return new Condition { Type = type, Status = "False", Reason = phase == PodPhase.Succeeded ? "PodCompleted" : "PodFailed" };
        return unready.Length == 0
            ? True(type, true)
            : new Condition
            {
                Type = type,
                Status = "False",
                Reason = "ContainersNotReady",
                Message = $"containers with unready status: [{string.Join(' ', unready)}]",
            };
    }

    private static Condition True(string type, bool value) => new() { Type = type, Status = value ? "True" : "False" };

    /// <summary>The transition time stays while the status does.</summary>
    private static Condition Timed(Condition condition, PodStatus before, DateTimeOffset now) =>
        Conditions.Find(before.Conditions, condition.Type) is { } present && present.Status == condition.Status
            ? condition with { LastTransitionTime = present.LastTransitionTime }
            : condition with { LastTransitionTime = now };

    /// <summary>Conditions that others have set, as readiness gates.</summary>
    private static ImmutableArray<Condition> ForeignConditions(Pod pod) =>
        pod.Status.Conditions.RemoveAll(condition => OwnConditions.Contains(condition.Type));
}
