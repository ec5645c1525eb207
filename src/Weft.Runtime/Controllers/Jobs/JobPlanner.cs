using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Jobs;

/// <summary>What to do for a Job now.</summary>
internal sealed record JobPlan
{
    /// <summary>How many pods to create.</summary>
    public int Create { get; init; }

    public ImmutableArray<Pod> Delete { get; init; } = [];

    public required JobStatus Status { get; init; }

    public EventDraft? Event { get; init; }

    /// <summary>The Job itself is to be deleted: it ended long enough ago.</summary>
    public bool IsExpired { get; init; }

    public TimeSpan? LookAgainAfter { get; init; }
}

/// <summary>Decides for a Job: as many successes as asked for, within the limits of failures and time. Pure. Indexed Jobs are not told apart.</summary>
internal static class JobPlanner
{
    private const int DefaultBackoffLimit = 6;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(10);

    public static JobPlan Plan(Job job, ImmutableArray<Pod> pods, DateTimeOffset now)
    {
        var active = pods.Where(PodFacts.IsActive).ToImmutableArray();
        var succeeded = pods.Count(pod => pod.Status.Phase == PodPhase.Succeeded);
        var failed = pods.Count(pod => pod.Status.Phase == PodPhase.Failed);
        var status = job.Status with
        {
            Active = active.Length,
            Ready = active.Count(PodFacts.IsReady),
            Terminating = pods.Count(pod => PodFacts.IsTerminating(pod) && !PodFacts.HasEnded(pod)),
            Succeeded = succeeded,
            Failed = failed,
            StartTime = job.Status.StartTime ?? (job.Spec.Suspend == true ? null : now),
        };
        if (IsFinished(job))
            return Finished(job, active, status, now);
        if (job.Metadata.DeletionTimestamp is not null)
            return new JobPlan { Status = status };
        if (job.Spec.Suspend == true)
            return new JobPlan { Delete = active, Status = status };
        if (Failure(job, failed, status, now) is { } failure)
            return End(status, active, now, "Failed", failure.Reason, failure.Message, EventDraft.Warning(failure.Reason, failure.Message));
        if (IsComplete(job, active.Length, succeeded))
            return End(status, active, now, "Complete", "CompletionsReached", "Reached expected number of succeeded pods", EventDraft.Normal("Completed", "Job completed"));
        return Running(job, pods, active, status, succeeded, failed, now);
    }

    public static bool IsFinished(Job job) => job.Status.Conditions.Any(condition => condition is { Type: "Complete" or "Failed", Status: "True" });

    private static bool IsComplete(Job job, int active, int succeeded) =>
        job.Spec.Completions is { } wanted ? succeeded >= wanted : succeeded > 0 && active == 0;

    private static (string Reason, string Message)? Failure(Job job, int failed, JobStatus status, DateTimeOffset now)
    {
        if (failed > (job.Spec.BackoffLimit ?? DefaultBackoffLimit))
            return ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        return job.Spec.ActiveDeadlineSeconds is { } seconds && status.StartTime is { } start && now - start >= TimeSpan.FromSeconds(seconds)
            ? ("DeadlineExceeded", "Job was active longer than specified deadline")
            : null;
    }

    private static JobPlan End(
        JobStatus status, ImmutableArray<Pod> active, DateTimeOffset now, string type, string reason, string message, EventDraft draft)
    {
        var condition = new Condition { Type = type, Status = "True", Reason = reason, Message = message, LastProbeTime = now, LastTransitionTime = now };
        // Kubernetes says first that it will end so, then that it has.
        var first = condition with { Type = type == "Complete" ? "SuccessCriteriaMet" : "FailureTarget" };
        return new JobPlan
        {
            Delete = active,
            Status = status with
            {
                Active = 0,
                Ready = 0,
                Conditions = status.Conditions.Add(first).Add(condition),
                CompletionTime = type == "Complete" ? now : status.CompletionTime,
            },
            Event = draft,
        };
    }

    private static JobPlan Finished(Job job, ImmutableArray<Pod> active, JobStatus status, DateTimeOffset now)
    {
        // Pods of a finished Job may be deleted by hand; what was counted stays counted.
        var kept = status with { Active = 0, Ready = 0, Succeeded = job.Status.Succeeded, Failed = job.Status.Failed };
        var ended = job.Status.CompletionTime ?? job.Status.Conditions.Max(condition => condition.LastTransitionTime);
        TimeSpan? left = job.Spec.TtlSecondsAfterFinished is { } seconds && ended is { } since ? since + TimeSpan.FromSeconds(seconds) - now : null;
        return new JobPlan { Delete = active, Status = kept, IsExpired = left <= TimeSpan.Zero, LookAgainAfter = left > TimeSpan.Zero ? left : null };
    }

    private static JobPlan Running(
        Job job, ImmutableArray<Pod> pods, ImmutableArray<Pod> active, JobStatus status, int succeeded, int failed, DateTimeOffset now)
    {
        var parallelism = job.Spec.Parallelism ?? 1;
        var left = job.Spec.Completions is { } wanted ? wanted - succeeded : succeeded > 0 ? active.Length : parallelism;
        var missing = Math.Min(parallelism, left) - active.Length;
        var wait = failed == 0 ? TimeSpan.Zero : UntilRetry(pods, failed, now);
        TimeSpan? untilDeadline = job.Spec.ActiveDeadlineSeconds is { } seconds ? status.StartTime + TimeSpan.FromSeconds(seconds) - now : null;
        return new JobPlan
        {
            Create = wait > TimeSpan.Zero ? 0 : Math.Max(0, missing),
            Delete = missing < 0 ? [.. active.OrderByDescending(pod => pod.Metadata.CreationTimestamp).Take(-missing)] : [],
            Status = status with { Active = active.Length + (wait > TimeSpan.Zero ? 0 : Math.Max(0, missing)) },
            LookAgainAfter = wait > TimeSpan.Zero && !(untilDeadline < wait) ? wait : untilDeadline,
        };
    }

    /// <summary>After each failure in a row the next pod waits twice as long.</summary>
    private static TimeSpan UntilRetry(ImmutableArray<Pod> pods, int failed, DateTimeOffset now)
    {
        var delay = FirstRetry * Math.Pow(2, Math.Min(failed - 1, 10));
        var last = pods.Where(pod => pod.Status.Phase == PodPhase.Failed).Max(EndOf) ?? now;
        return last + (delay < LongestRetry ? delay : LongestRetry) - now;
    }

    private static DateTimeOffset? EndOf(Pod pod) =>
        pod.Status.ContainerStatuses.Max(status => status.State?.Terminated?.FinishedAt) ?? pod.Metadata.CreationTimestamp;
}
