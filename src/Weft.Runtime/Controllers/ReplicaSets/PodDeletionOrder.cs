using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.ReplicaSets;

/// <summary>
/// Which pods a shrinking ReplicaSet gives up first: unscheduled before scheduled, pending before running, not ready before
/// ready, lower deletion cost first, newly ready before long ready, more restarts first, newer before older.
/// </summary>
internal sealed class PodDeletionOrder : IComparer<Pod>
{
    private const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";

    private PodDeletionOrder()
    {
    }

    public static PodDeletionOrder Instance { get; } = new();

    public int Compare(Pod? x, Pod? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        return FirstDifference(
            IsScheduled(x).CompareTo(IsScheduled(y)),
            PhaseRank(x).CompareTo(PhaseRank(y)),
            PodFacts.IsReady(x).CompareTo(PodFacts.IsReady(y)),
            Cost(x).CompareTo(Cost(y)),
            ReadySince(y).CompareTo(ReadySince(x)),
            Restarts(y).CompareTo(Restarts(x)),
            Created(y).CompareTo(Created(x)),
            string.CompareOrdinal(x.Metadata.Name, y.Metadata.Name));
    }

    private static int FirstDifference(params ReadOnlySpan<int> differences)
    {
        foreach (var difference in differences)
        {
            if (difference != 0)
                return difference;
        }

        return 0;
    }

    private static bool IsScheduled(Pod pod) => !string.IsNullOrEmpty(pod.Spec.NodeName);

    private static int PhaseRank(Pod pod) => pod.Status.Phase switch
    {
        PodPhase.Running => 2,
        "Unknown" => 1,
        _ => 0,
    };

    private static int Cost(Pod pod) =>
        int.TryParse(pod.Metadata.Annotations.GetValueOrDefault(DeletionCost), CultureInfo.InvariantCulture, out var cost) ? cost : 0;

    private static DateTimeOffset ReadySince(Pod pod) =>
        PodFacts.IsReady(pod) ? Conditions.Find(pod.Status.Conditions, "Ready")?.LastTransitionTime ?? default : default;

    private static int Restarts(Pod pod) => pod.Status.ContainerStatuses.Sum(container => container.RestartCount);

    private static DateTimeOffset Created(Pod pod) => pod.Metadata.CreationTimestamp ?? default;
}
