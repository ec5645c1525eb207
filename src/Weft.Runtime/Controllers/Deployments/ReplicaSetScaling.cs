using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Deployments;

/// <summary>
/// Sizes of a Deployment's ReplicaSets, as pure arithmetic: each function returns the sizes that differ from the present ones.
/// The rules are those of Kubernetes' deployment controller (1.36).
/// </summary>
internal static class ReplicaSetScaling
{
    /// <summary>One step of a rolling update: first the new ReplicaSet grows, and only when it may not, the old ones shrink.</summary>
    public static ImmutableArray<(ReplicaSet ReplicaSet, int Replicas)> RollingStep(
        Deployment deployment, ReplicaSet newest, ImmutableArray<ReplicaSet> older)
    {
        var wanted = NewestSize(deployment, newest, older);
        return wanted != DeploymentFacts.Replicas(newest) ? [(newest, wanted)] : ShrinkOlder(deployment, newest, older);
    }

    /// <summary>The size that the new ReplicaSet may have now within the surge.</summary>
    public static int NewestSize(Deployment deployment, ReplicaSet newest, ImmutableArray<ReplicaSet> older)
    {
        var wanted = DeploymentFacts.Replicas(deployment);
        var present = DeploymentFacts.Replicas(newest);
        if (DeploymentFacts.IsRecreate(deployment) || present >= wanted)
            return wanted;
        var room = wanted + DeploymentFacts.MaxSurge(deployment) - present - Total(older);
        return room <= 0 ? present : present + Math.Min(room, wanted - present);
    }

    /// <summary>
    /// Sizes after the Deployment itself was scaled: with one ReplicaSet in use it takes all, else each in use gets its share, so
    /// that a rollout goes on with the same proportions.
    /// </summary>
    public static ImmutableArray<(ReplicaSet ReplicaSet, int Replicas)> Scale(
        Deployment deployment, ReplicaSet? newest, ImmutableArray<ReplicaSet> older)
    {
        ImmutableArray<ReplicaSet> all = newest is null ? older : [.. older, newest];
        var inUse = all.Where(set => DeploymentFacts.Replicas(set) > 0).ToImmutableArray();
        var wanted = DeploymentFacts.Replicas(deployment);
        if (inUse.Length <= 1)
        {
            var only = inUse.Length == 1 ? inUse[0] : newest ?? older.MaxBy(set => set.Metadata.CreationTimestamp);
            return only is null || DeploymentFacts.Replicas(only) == wanted ? [] : [(only, wanted)];
        }

        if (newest is not null && IsSaturated(deployment, newest))
            return [.. older.Where(set => DeploymentFacts.Replicas(set) > 0).Select(set => (set, 0))];
        return DeploymentFacts.IsRecreate(deployment) ? [] : Share(deployment, inUse);
    }

    private static bool IsSaturated(Deployment deployment, ReplicaSet newest)
    {
        var wanted = DeploymentFacts.Replicas(deployment);
        return DeploymentFacts.Replicas(newest) == wanted
            && DeploymentFacts.Number(newest, DeploymentFacts.DesiredReplicasAnnotation) == wanted
            && newest.Status.AvailableReplicas == wanted;
    }

    private static ImmutableArray<(ReplicaSet, int)> Share(Deployment deployment, ImmutableArray<ReplicaSet> inUse)
    {
        var wanted = DeploymentFacts.Replicas(deployment);
        var allowed = wanted > 0 ? wanted + DeploymentFacts.MaxSurge(deployment) : 0;
        var change = allowed - Total(inUse);
        var left = change;
        var sizes = new List<(ReplicaSet Set, int Replicas)>();
        foreach (var set in LargestFirst(inUse, newerFirst: change > 0))
        {
            var present = DeploymentFacts.Replicas(set);
            var part = left == 0 ? 0 : Part(set, present, allowed, change, left);
            left -= part;
            sizes.Add((set, present + part));
        }

        // What rounding has left over goes to the largest.
        if (left != 0)
            sizes[0] = (sizes[0].Set, Math.Max(0, sizes[0].Replicas + left));
        return [.. sizes.Where(size => size.Replicas != DeploymentFacts.Replicas(size.Set))];
    }

    private static int Part(ReplicaSet set, int present, int allowed, int change, int left)
    {
        if (allowed == 0)
            return -present;
        var before = DeploymentFacts.Number(set, DeploymentFacts.MaxReplicasAnnotation) ?? allowed;
        if (before == 0)
            return 0;
        var part = (int)Math.Round(present * (double)allowed / before, MidpointRounding.AwayFromZero) - present;
        return change > 0 ? Math.Min(part, left) : Math.Max(part, left);
    }

    private static IEnumerable<ReplicaSet> LargestFirst(ImmutableArray<ReplicaSet> sets, bool newerFirst)
    {
        var bySize = sets.OrderByDescending(DeploymentFacts.Replicas);
        return newerFirst ? bySize.ThenByDescending(set => set.Metadata.CreationTimestamp) : bySize.ThenBy(set => set.Metadata.CreationTimestamp);
    }

    private static ImmutableArray<(ReplicaSet, int)> ShrinkOlder(Deployment deployment, ReplicaSet newest, ImmutableArray<ReplicaSet> older)
    {
        if (Total(older) == 0)
            return [];
        var leastAvailable = DeploymentFacts.Replicas(deployment) - DeploymentFacts.MaxUnavailable(deployment);
        var newestUnavailable = DeploymentFacts.Replicas(newest) - newest.Status.AvailableReplicas;
        var removable = Total(older) + DeploymentFacts.Replicas(newest) - leastAvailable - newestUnavailable;
        if (removable <= 0)
            return [];

        var sizes = older.OrderBy(set => set.Metadata.CreationTimestamp).Select(set => (Set: set, Replicas: DeploymentFacts.Replicas(set))).ToArray();
        RemoveUnhealthy(sizes, removable);
        RemoveAvailable(sizes, older.Append(newest).Sum(set => set.Status.AvailableReplicas) - leastAvailable);
        return [.. sizes.Where(size => size.Replicas != DeploymentFacts.Replicas(size.Set)).Select(size => (size.Set, size.Replicas))];
    }

    /// <summary>Pods that serve nobody go first: they may be the reason for the rollout.</summary>
    private static void RemoveUnhealthy((ReplicaSet Set, int Replicas)[] sizes, int removable)
    {
        for (var i = 0; i < sizes.Length && removable > 0; i++)
        {
            var unhealthy = Math.Min(removable, Math.Max(0, sizes[i].Replicas - sizes[i].Set.Status.AvailableReplicas));
            sizes[i].Replicas -= unhealthy;
            removable -= unhealthy;
        }
    }

    private static void RemoveAvailable((ReplicaSet Set, int Replicas)[] sizes, int removable)
    {
        for (var i = 0; i < sizes.Length && removable > 0; i++)
        {
            var count = Math.Min(removable, sizes[i].Replicas);
            sizes[i].Replicas -= count;
            removable -= count;
        }
    }

    private static int Total(ImmutableArray<ReplicaSet> sets) => sets.Sum(DeploymentFacts.Replicas);
}
