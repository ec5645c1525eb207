using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.StatefulSets;

/// <summary>What to do for a StatefulSet now.</summary>
internal sealed record StatefulSetPlan
{
    public ImmutableArray<Pod> Create { get; init; } = [];

    public ImmutableArray<Pod> Delete { get; init; } = [];

    public required StatefulSetStatus Status { get; init; }

    public TimeSpan? LookAgainAfter { get; init; }
}

/// <summary>
/// Decides for a StatefulSet: pods with fixed names, made upwards and taken down downwards, each only when its predecessors are
/// available (unless the pods are managed in parallel), updated from the highest ordinal down to the partition. Pure.
/// </summary>
internal static class StatefulSetPlanner
{
    public const string RevisionLabel = "controller-revision-hash";
    private const string NameLabel = "statefulset.kubernetes.io/pod-name";
    private const string IndexLabel = "apps.kubernetes.io/pod-index";

    public static StatefulSetPlan Plan(StatefulSet set, ImmutableArray<Pod> pods, DateTimeOffset now)
    {
        var revision = $"{set.Metadata.Name}-{TemplateHash.Of(set.Spec.Template, set.Status.CollisionCount)}";
        var byOrdinal = pods.Where(pod => Ordinal(set, pod) is not null).ToDictionary(pod => Ordinal(set, pod)!.Value);
        var (create, delete) = set.Metadata.DeletionTimestamp is null ? Step(set, byOrdinal, revision, now) : ([], []);
        var active = pods.Where(PodFacts.IsActive).ToImmutableArray();
        return new StatefulSetPlan
        {
            Create = create,
            Delete = delete,
            Status = StatusOf(set, pods, active, revision, now),
            LookAgainAfter = ReplicaSets.ReplicaSetPlanner.NextAvailability(active, set.Spec.MinReadySeconds, now),
        };
    }

    private static (ImmutableArray<Pod> Create, ImmutableArray<Pod> Delete) Step(
        StatefulSet set, Dictionary<int, Pod> pods, string revision, DateTimeOffset now)
    {
        var replicas = set.Spec.Replicas ?? 1;
        var isParallel = set.Spec.PodManagementPolicy == "Parallel";
        var create = ImmutableArray.CreateBuilder<Pod>();
        for (var ordinal = 0; ordinal < replicas; ordinal++)
        {
            if (!pods.TryGetValue(ordinal, out var pod))
                create.Add(PodOf(set, ordinal, revision));
            else if (PodFacts.HasEnded(pod) && !PodFacts.IsTerminating(pod))
                return (create.DrainToImmutable(), [pod]);
            else if (isParallel || IsHealthy(set, pod, now))
                continue;
            if (!isParallel)
                return (create.DrainToImmutable(), []);
        }

        if (create.Count > 0)
            return (create.DrainToImmutable(), []);
        var surplus = pods.Where(item => item.Key >= replicas).OrderByDescending(item => item.Key).Select(item => item.Value).ToArray();
        if (surplus.Length > 0)
            return ([], [.. (isParallel ? surplus : surplus.Take(1)).Where(pod => !PodFacts.IsTerminating(pod))]);
        return ([], Outdated(set, pods, revision, replicas, now));
    }

    /// <summary>The highest outdated pod, when all above it are healthy again.</summary>
    private static ImmutableArray<Pod> Outdated(StatefulSet set, Dictionary<int, Pod> pods, string revision, int replicas, DateTimeOffset now)
    {
        if (set.Spec.UpdateStrategy.Type == "OnDelete")
            return [];
        var partition = set.Spec.UpdateStrategy.RollingUpdate?.Partition ?? 0;
        for (var ordinal = replicas - 1; ordinal >= partition; ordinal--)
        {
            var pod = pods[ordinal];
            if (pod.Metadata.Labels.GetValueOrDefault(RevisionLabel) != revision)
                return PodFacts.IsTerminating(pod) ? [] : [pod];
            if (!IsHealthy(set, pod, now))
                return [];
        }

        return [];
    }

    private static bool IsHealthy(StatefulSet set, Pod pod, DateTimeOffset now) =>
        PodFacts.IsActive(pod) && PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now);

    private static int? Ordinal(StatefulSet set, Pod pod) =>
        pod.Metadata.Name.StartsWith(set.Metadata.Name + "-", StringComparison.Ordinal)
        && int.TryParse(pod.Metadata.Name.AsSpan(set.Metadata.Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal
            : null;

    private static Pod PodOf(StatefulSet set, int ordinal, string revision)
    {
        var number = ordinal.ToString(CultureInfo.InvariantCulture);
        var name = $"{set.Metadata.Name}-{number}";
        var pod = PodFactory.Named(set, "apps/v1", "StatefulSet", set.Spec.Template, name);
        return pod with
        {
            Metadata = pod.Metadata with
            {
                Labels = pod.Metadata.Labels.SetItem(RevisionLabel, revision).SetItem(NameLabel, name).SetItem(IndexLabel, number),
            },
            Spec = pod.Spec with { Hostname = name, Subdomain = set.Spec.ServiceName },
        };
    }

    private static StatefulSetStatus StatusOf(StatefulSet set, ImmutableArray<Pod> pods, ImmutableArray<Pod> active, string revision, DateTimeOffset now)
    {
        var updated = active.Count(pod => pod.Metadata.Labels.GetValueOrDefault(RevisionLabel) == revision);
        var isComplete = updated == pods.Length && updated == (set.Spec.Replicas ?? 1) && active.All(PodFacts.IsReady);
        var current = isComplete ? revision : set.Status.CurrentRevision ?? revision;
        return new StatefulSetStatus
        {
            ObservedGeneration = set.Metadata.Generation,
            Replicas = pods.Length,
            ReadyReplicas = active.Count(PodFacts.IsReady),
            AvailableReplicas = active.Count(pod => PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now)),
            CurrentRevision = current,
            UpdateRevision = revision,
            CurrentReplicas = active.Count(pod => pod.Metadata.Labels.GetValueOrDefault(RevisionLabel) == current),
            UpdatedReplicas = updated,
            CollisionCount = set.Status.CollisionCount ?? 0,
            Conditions = set.Status.Conditions,
        };
    }
}
