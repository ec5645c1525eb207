using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>What controllers read from a pod's status, each as Kubernetes defines it.</summary>
internal static class PodFacts
{
    public static bool IsTerminating(Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    public static bool HasEnded(Pod pod) => pod.Status.Phase is PodPhase.Succeeded or PodPhase.Failed;

    /// <summary>Counts towards a workload's replicas.</summary>
    public static bool IsActive(Pod pod) => !HasEnded(pod) && !IsTerminating(pod);

    public static bool IsReady(Pod pod) => ReadyCondition(pod) is { Status: "True" };

    /// <summary>Ready, and has been so for the given time.</summary>
    public static bool IsAvailable(Pod pod, int minReadySeconds, DateTimeOffset now) => AvailableIn(pod, minReadySeconds, now) == TimeSpan.Zero;

    /// <summary>How long until a ready pod counts as available; zero when it does, null when it is not ready.</summary>
    public static TimeSpan? AvailableIn(Pod pod, int minReadySeconds, DateTimeOffset now)
    {
        if (ReadyCondition(pod) is not { Status: "True" } ready)
            return null;
        if (minReadySeconds == 0 || ready.LastTransitionTime is not { } since)
            return TimeSpan.Zero;
        var left = since + TimeSpan.FromSeconds(minReadySeconds) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static Condition? ReadyCondition(Pod pod) => pod.Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready");
}

internal static class PodPhase
{
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
    public const string Failed = "Failed";
}
