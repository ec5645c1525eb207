using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Deployments;

/// <summary>Decides the next step of a Deployment from the Deployment, its ReplicaSets and whether old pods still run. Pure.</summary>
internal static class DeploymentPlanner
{
    public static DeploymentPlan Plan(Deployment deployment, ImmutableArray<ReplicaSet> owned, Func<ReplicaSet, bool> hasRunningPods, DateTimeOffset now)
    {
        var newest = RevisionedReplicaSet.Find(deployment, owned);
        var older = owned.Where(set => set != newest).ToImmutableArray();
        if (deployment.Metadata.DeletionTimestamp is not null)
            return Finish(deployment, newest, older, [], null, now);

        var revision = older.Select(DeploymentFacts.Revision).DefaultIfEmpty(0).Max() + 1;
        if (deployment.Spec.Paused || IsBeingScaled(deployment, owned))
            return Finish(deployment, newest, older, ReplicaSetScaling.Scale(deployment, newest, older), newest is null ? null : AsNewest(newest), now);
        return DeploymentFacts.IsRecreate(deployment) ? Recreate() : Roll();

        ReplicaSet AsNewest(ReplicaSet set) => RevisionedReplicaSet.AsNewest(deployment, set, revision);

        DeploymentPlan Recreate()
        {
            var inUse = older.Where(set => DeploymentFacts.Replicas(set) > 0).Select(set => (set, 0)).ToImmutableArray();
            if (inUse.Length > 0 || older.Any(hasRunningPods))
                return Finish(deployment, newest, older, inUse, newest is null ? null : AsNewest(newest), now);
            return Roll();
        }

        DeploymentPlan Roll() => newest is null
            ? Create(deployment, older, revision, now)
            : Finish(deployment, newest, older, ReplicaSetScaling.RollingStep(deployment, newest, older), AsNewest(newest), now);
    }

    /// <summary>The Deployment's size differs from the one noted on its ReplicaSets in use.</summary>
    private static bool IsBeingScaled(Deployment deployment, ImmutableArray<ReplicaSet> owned) =>
        owned.Any(set => DeploymentFacts.Replicas(set) > 0
            && DeploymentFacts.Number(set, DeploymentFacts.DesiredReplicasAnnotation) is { } noted
            && noted != DeploymentFacts.Replicas(deployment));

    private static DeploymentPlan Create(Deployment deployment, ImmutableArray<ReplicaSet> older, long revision, DateTimeOffset now)
    {
        var empty = RevisionedReplicaSet.New(deployment, revision);
        var created = RevisionedReplicaSet.Sized(deployment, empty, ReplicaSetScaling.NewestSize(deployment, empty, older));
        var step = DeploymentStatusCalculator.Step("NewReplicaSetCreated", $"Created new replica set \"{created.Metadata.Name}\"");
        var status = DeploymentStatusCalculator.For(deployment, created, older, step, now);
        return new DeploymentPlan
        {
            Create = created,
            Revision = ChangedRevision(deployment, created),
            Status = status,
            Events = DeploymentFacts.Replicas(created) > 0 ? [ScalingEvent(created, 0, DeploymentFacts.Replicas(created))] : [],
            LookAgainAfter = DeploymentStatusCalculator.UntilDeadline(deployment, status, now),
        };
    }

    private static DeploymentPlan Finish(
        Deployment deployment,
        ReplicaSet? newest,
        ImmutableArray<ReplicaSet> older,
        ImmutableArray<(ReplicaSet Set, int Replicas)> sizes,
        ReplicaSet? newestAnnotated,
        DateTimeOffset now)
    {
        var step = newest is not null && !DeploymentStatusCalculator.HasProgressing(deployment)
            ? DeploymentStatusCalculator.Step("FoundNewReplicaSet", $"Found new replica set \"{newest.Metadata.Name}\"")
            : null;
        var status = DeploymentStatusCalculator.For(deployment, newest, older, step, now);
        return new DeploymentPlan
        {
            Replace = Replacements(deployment, newest, newestAnnotated, sizes),
            Delete = DeploymentStatusCalculator.IsComplete(deployment, status) ? BeyondHistory(deployment, older) : [],
            Revision = newestAnnotated is null ? null : ChangedRevision(deployment, newestAnnotated),
            Status = status,
            Events = [.. sizes.Select(size => ScalingEvent(size.Set, DeploymentFacts.Replicas(size.Set), size.Replicas))],
            LookAgainAfter = DeploymentStatusCalculator.UntilDeadline(deployment, status, now),
        };
    }

    private static ImmutableArray<ReplicaSet> Replacements(
        Deployment deployment, ReplicaSet? newest, ReplicaSet? newestAnnotated, ImmutableArray<(ReplicaSet Set, int Replicas)> sizes)
    {
        var changed = ImmutableArray.CreateBuilder<ReplicaSet>();
        foreach (var (set, replicas) in sizes)
            changed.Add(RevisionedReplicaSet.Sized(deployment, set == newest && newestAnnotated is not null ? newestAnnotated : set, replicas));
        if (newest is not null && newestAnnotated is not null && sizes.All(size => size.Set != newest) && Differ(newest, newestAnnotated))
            changed.Add(newestAnnotated);
        return changed.DrainToImmutable();
    }

    private static bool Differ(ReplicaSet left, ReplicaSet right) =>
        left.Spec.MinReadySeconds != right.Spec.MinReadySeconds
        || left.Metadata.Annotations.Count != right.Metadata.Annotations.Count
        || right.Metadata.Annotations.Any(annotation => left.Metadata.Annotations.GetValueOrDefault(annotation.Key) != annotation.Value);

    private static string? ChangedRevision(Deployment deployment, ReplicaSet newest)
    {
        var revision = DeploymentFacts.Revision(newest);
        return DeploymentFacts.Revision(deployment) == revision ? null : revision.ToString(CultureInfo.InvariantCulture);
    }

    private static ImmutableArray<ReplicaSet> BeyondHistory(Deployment deployment, ImmutableArray<ReplicaSet> older)
    {
        var unused = older.Where(set => DeploymentFacts.Replicas(set) == 0 && set.Status.Replicas == 0
            && set.Metadata.DeletionTimestamp is null && set.Status.ObservedGeneration >= set.Metadata.Generation).ToArray();
        return [.. unused.OrderBy(DeploymentFacts.Revision).Take(Math.Max(0, unused.Length - DeploymentFacts.RevisionHistoryLimit(deployment)))];
    }

    private static EventDraft ScalingEvent(ReplicaSet set, int from, int to) =>
        EventDraft.Normal("ScalingReplicaSet", $"Scaled {(to > from ? "up" : "down")} replica set {set.Metadata.Name} from {from} to {to}");
}
