using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.DaemonSets;

/// <summary>What to do for a DaemonSet now.</summary>
internal sealed record DaemonSetPlan
{
    /// <summary>The pod to create, null when the node has one or is waiting for an old one to go.</summary>
    public Pod? Create { get; init; }

    public ImmutableArray<Pod> Delete { get; init; } = [];

    public required DaemonSetStatus Status { get; init; }

    public TimeSpan? LookAgainAfter { get; init; }
}

/// <summary>Decides for a DaemonSet on the one node there is: one pod, of the present template unless updates are by hand. Pure.</summary>
internal static class DaemonSetPlanner
{
    private const string HashLabel = "controller-revision-hash";
    private const string GenerationLabel = "pod-template-generation";

    public static DaemonSetPlan Plan(DaemonSet set, ImmutableArray<Pod> pods, string nodeName, DateTimeOffset now)
    {
        var hash = TemplateHash.Of(set.Spec.Template, set.Status.CollisionCount);
        var runsHere = set.Spec.Template.Spec.NodeSelector.IsEmpty
            || set.Spec.Template.Spec.NodeSelector.All(wanted => wanted is { Key: "kubernetes.io/hostname" or "kubernetes.io/os" });
        var active = pods.Where(PodFacts.IsActive).OrderBy(pod => pod.Metadata.CreationTimestamp).ToImmutableArray();
        var isUpdatedByHand = set.Spec.UpdateStrategy.Type == "OnDelete";
        var outdated = isUpdatedByHand ? [] : active.Where(pod => pod.Metadata.Labels.GetValueOrDefault(HashLabel) != hash).ToImmutableArray();
        var ended = pods.Where(pod => PodFacts.HasEnded(pod) && !PodFacts.IsTerminating(pod));
        ImmutableArray<Pod> surplus = runsHere ? [.. outdated, .. active.Except(outdated).Skip(1), .. ended] : [.. active, .. ended];
        return new DaemonSetPlan
        {
            Create = runsHere && set.Metadata.DeletionTimestamp is null && pods.IsEmpty ? PodOf(set, hash, nodeName) : null,
            Delete = set.Metadata.DeletionTimestamp is null ? surplus : [],
            Status = StatusOf(set, active, hash, runsHere ? 1 : 0, now),
            LookAgainAfter = ReplicaSets.ReplicaSetPlanner.NextAvailability(active, set.Spec.MinReadySeconds, now),
        };
    }

    private static Pod PodOf(DaemonSet set, string hash, string nodeName)
    {
        var pod = PodFactory.Generated(set, "apps/v1", "DaemonSet", set.Spec.Template);
        var labels = pod.Metadata.Labels
            .SetItem(HashLabel, hash)
            .SetItem(GenerationLabel, set.Metadata.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return pod with { Metadata = pod.Metadata with { Labels = labels }, Spec = pod.Spec with { NodeName = nodeName } };
    }

    private static DaemonSetStatus StatusOf(DaemonSet set, ImmutableArray<Pod> active, string hash, int wanted, DateTimeOffset now)
    {
        var available = active.Count(pod => PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now));
        return new DaemonSetStatus
        {
            DesiredNumberScheduled = wanted,
            CurrentNumberScheduled = Math.Min(active.Length, wanted),
            NumberMisscheduled = wanted == 0 ? active.Length : 0,
            NumberReady = Math.Min(active.Count(PodFacts.IsReady), wanted),
            NumberAvailable = Math.Min(available, wanted),
            NumberUnavailable = Math.Max(0, wanted - available),
            UpdatedNumberScheduled = Math.Min(active.Count(pod => pod.Metadata.Labels.GetValueOrDefault(HashLabel) == hash), wanted),
            ObservedGeneration = set.Metadata.Generation,
            CollisionCount = set.Status.CollisionCount,
            Conditions = set.Status.Conditions,
        };
    }
}
