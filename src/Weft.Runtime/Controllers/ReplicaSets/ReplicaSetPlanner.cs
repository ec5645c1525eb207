using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.ReplicaSets;

/// <summary>What to do for a ReplicaSet now.</summary>
internal sealed record ReplicaSetPlan
{
    /// <summary>How many pods to create.</summary>
    public int Create { get; init; }

    public ImmutableArray<Pod> Delete { get; init; } = [];

    public required ReplicaSetStatus Status { get; init; }

    /// <summary>When a ready pod becomes available without any further change.</summary>
    public TimeSpan? LookAgainAfter { get; init; }
}

/// <summary>Decides for a ReplicaSet from itself and the pods that it controls. Pure.</summary>
internal static class ReplicaSetPlanner
{
    /// <summary>Kubernetes creates at most so many pods in one round.</summary>
    private const int Burst = 500;

    public static ReplicaSetPlan Plan(ReplicaSet replicaSet, ImmutableArray<Pod> pods, DateTimeOffset now)
    {
        var active = pods.Where(PodFacts.IsActive).ToImmutableArray();
        var missing = replicaSet.Metadata.DeletionTimestamp is null ? (replicaSet.Spec.Replicas ?? 1) - active.Length : 0;
        return new ReplicaSetPlan
        {
            Create = Math.Clamp(missing, 0, Burst),
            Delete = missing < 0 ? [.. active.Order(PodDeletionOrder.Instance).Take(-missing)] : [],
            Status = StatusOf(replicaSet, pods, active, now),
            LookAgainAfter = NextAvailability(active, replicaSet.Spec.MinReadySeconds, now),
        };
    }

    /// <summary>The soonest moment at which a pod that is ready becomes available.</summary>
    internal static TimeSpan? NextAvailability(ImmutableArray<Pod> active, int minReadySeconds, DateTimeOffset now) =>
        active.Select(pod => PodFacts.AvailableIn(pod, minReadySeconds, now)).Where(left => left > TimeSpan.Zero).Min();

    private static ReplicaSetStatus StatusOf(ReplicaSet replicaSet, ImmutableArray<Pod> pods, ImmutableArray<Pod> active, DateTimeOffset now)
    {
        var templateLabels = replicaSet.Spec.Template.Metadata.Labels;
        return new ReplicaSetStatus
        {
            Replicas = active.Length,
            FullyLabeledReplicas = active.Count(pod => templateLabels.All(label => pod.Metadata.Labels.GetValueOrDefault(label.Key) == label.Value)),
            ReadyReplicas = active.Count(PodFacts.IsReady),
            AvailableReplicas = active.Count(pod => PodFacts.IsAvailable(pod, replicaSet.Spec.MinReadySeconds, now)),
            TerminatingReplicas = pods.Count(pod => PodFacts.IsTerminating(pod) && !PodFacts.HasEnded(pod)),
            ObservedGeneration = replicaSet.Metadata.Generation,
            Conditions = replicaSet.Status.Conditions,
        };
    }
}
