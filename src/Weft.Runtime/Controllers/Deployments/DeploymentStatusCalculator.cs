using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Deployments;

/// <summary>The status of a Deployment from those of its ReplicaSets, as <c>kubectl rollout status</c> and <c>kubectl wait</c> read it.</summary>
internal static class DeploymentStatusCalculator
{
    private const string Available = "Available";
    private const string Progressing = "Progressing";
    private const string ReplicaFailure = "ReplicaFailure";
    private const string NewReplicaSetAvailable = "NewReplicaSetAvailable";
    private const string ProgressDeadlineExceeded = "ProgressDeadlineExceeded";
    private const string DeploymentPaused = "DeploymentPaused";

    /// <summary>The status now. <paramref name="step"/> is a condition that the planning itself brought about, as "created a ReplicaSet".</summary>
    public static DeploymentStatus For(Deployment deployment, ReplicaSet? newest, ImmutableArray<ReplicaSet> older, Condition? step, DateTimeOffset now)
    {
        ImmutableArray<ReplicaSet> all = newest is null ? older : [.. older, newest];
        var available = all.Sum(set => set.Status.AvailableReplicas);
        var status = new DeploymentStatus
        {
            ObservedGeneration = deployment.Metadata.Generation,
            Replicas = all.Sum(set => set.Status.Replicas),
            UpdatedReplicas = newest?.Status.Replicas ?? 0,
            ReadyReplicas = all.Sum(set => set.Status.ReadyReplicas),
            AvailableReplicas = available,
            UnavailableReplicas = Math.Max(0, all.Sum(DeploymentFacts.Replicas) - available),
            TerminatingReplicas = Terminating(all),
            CollisionCount = deployment.Status.CollisionCount,
            Conditions = deployment.Status.Conditions,
        };
        var conditions = Conditions.Set(status.Conditions, AvailableCondition(deployment, available), now);
        if (step is not null)
            conditions = Conditions.Set(conditions, step, now);
        conditions = ProgressOf(deployment, status with { Conditions = conditions }, newest, now);
        return status with { Conditions = FailureOf(conditions, all, newest, now) };
    }

    /// <summary>Whether all that was asked for is there and nothing else.</summary>
    public static bool IsComplete(Deployment deployment, DeploymentStatus status) =>
        status.UpdatedReplicas == DeploymentFacts.Replicas(deployment)
        && status.Replicas == DeploymentFacts.Replicas(deployment)
        && status.AvailableReplicas == DeploymentFacts.Replicas(deployment)
        && status.ObservedGeneration >= deployment.Metadata.Generation;

    /// <summary>How long until the deadline passes if nothing happens; null when nothing is being waited for.</summary>
    public static TimeSpan? UntilDeadline(Deployment deployment, DeploymentStatus status, DateTimeOffset now)
    {
        var progress = Conditions.Find(status.Conditions, Progressing);
        if (DeploymentFacts.ProgressDeadline(deployment) is not { } deadline || progress?.LastUpdateTime is not { } since)
            return null;
        if (progress.Reason is NewReplicaSetAvailable or ProgressDeadlineExceeded || deployment.Spec.Paused)
            return null;
        var left = since + deadline - now;
        return left > TimeSpan.Zero ? left + TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(1);
    }

    public static Condition Step(string reason, string message) =>
        new() { Type = Progressing, Status = "True", Reason = reason, Message = message };

    public static bool HasProgressing(Deployment deployment) => Conditions.Find(deployment.Status.Conditions, Progressing) is not null;

    /// <summary>Unknown until every ReplicaSet has counted its own.</summary>
    private static int? Terminating(ImmutableArray<ReplicaSet> all) =>
        all.All(set => set.Status.TerminatingReplicas is not null) ? all.Sum(set => set.Status.TerminatingReplicas) : null;

    private static Condition AvailableCondition(Deployment deployment, int available) =>
        available >= DeploymentFacts.Replicas(deployment) - DeploymentFacts.MaxUnavailable(deployment)
            ? new Condition { Type = Available, Status = "True", Reason = "MinimumReplicasAvailable", Message = "Deployment has minimum availability." }
            : new Condition { Type = Available, Status = "False", Reason = "MinimumReplicasUnavailable", Message = "Deployment does not have minimum availability." };

    private static Condition Unknown(string reason, string message) => Step(reason, message) with { Status = "Unknown" };

    private static ImmutableArray<Condition> ProgressOf(Deployment deployment, DeploymentStatus status, ReplicaSet? newest, DateTimeOffset now)
    {
        var conditions = status.Conditions;
        if (DeploymentFacts.ProgressDeadline(deployment) is not { } deadline)
            return conditions.RemoveAll(condition => condition.Type == Progressing);

        var present = Conditions.Find(conditions, Progressing);
        if (deployment.Spec.Paused)
            return Conditions.Set(conditions, Unknown(DeploymentPaused, "Deployment is paused"), now);
        if (present?.Reason == DeploymentPaused)
            return Conditions.Set(conditions, Unknown("DeploymentResumed", "Deployment is resumed"), now);
        if (status.Replicas == status.UpdatedReplicas && present?.Reason == NewReplicaSetAvailable)
            return conditions;

        var what = newest is null ? $"Deployment \"{deployment.Metadata.Name}\"" : $"ReplicaSet \"{newest.Metadata.Name}\"";
        if (IsComplete(deployment, status))
            return Conditions.Set(conditions, Step(NewReplicaSetAvailable, $"{what} has successfully progressed."), now);
        if (HasProgressed(deployment.Status, status))
            return Conditions.Renew(conditions, Step("ReplicaSetUpdated", $"{what} is progressing."), now);
        return HasTimedOut(present, deadline, now)
            ? Conditions.Set(conditions, Step(ProgressDeadlineExceeded, $"{what} has timed out progressing.") with { Status = "False" }, now)
            : conditions;
    }

    private static bool HasProgressed(DeploymentStatus before, DeploymentStatus now) =>
        now.UpdatedReplicas > before.UpdatedReplicas
        || now.Replicas - now.UpdatedReplicas < before.Replicas - before.UpdatedReplicas
        || now.ReadyReplicas > before.ReadyReplicas
        || now.AvailableReplicas > before.AvailableReplicas;

    private static bool HasTimedOut(Condition? progress, TimeSpan deadline, DateTimeOffset now) => progress switch
    {
        null or { Reason: NewReplicaSetAvailable } => false,
        { Reason: ProgressDeadlineExceeded } => true,
        { LastUpdateTime: { } since } => since + deadline < now,
        _ => false,
    };

    private static ImmutableArray<Condition> FailureOf(
        ImmutableArray<Condition> conditions, ImmutableArray<ReplicaSet> all, ReplicaSet? newest, DateTimeOffset now)
    {
        var failing = newest is not null && Conditions.Find(newest.Status.Conditions, ReplicaFailure) is { } ofNewest
            ? ofNewest
            : all.Select(set => Conditions.Find(set.Status.Conditions, ReplicaFailure)).FirstOrDefault(condition => condition is not null);
        return failing is null
            ? conditions.RemoveAll(condition => condition.Type == ReplicaFailure)
            : Conditions.Set(conditions, new Condition { Type = ReplicaFailure, Status = failing.Status, Reason = failing.Reason, Message = failing.Message }, now);
    }
}
