using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>With which status a container begins on this node.</summary>
internal static class RecoveredStatus
{
    /// <summary>
    /// Waiting, for one that never ran. One that ran under an earlier process of Weft has ended with it: exit code 255 and reason
    /// Unknown, as the kubelet says after a restart of the machine, unless it had ended before.
    /// </summary>
    public static ContainerStatus Of(Container container, ContainerStatus? before, string waitingReason, DateTimeOffset now)
    {
        if (before?.ContainerID is null)
        {
            return new ContainerStatus
            {
                Name = container.Name,
                Image = container.Image ?? "",
                Started = false,
                State = new ContainerState { Waiting = new ContainerStateWaiting { Reason = waitingReason } },
            };
        }

        var ended = before.State?.Terminated ?? before.LastState?.Terminated;
        if (before.State?.Running is { } running)
        {
            ended = new ContainerStateTerminated
            {
                ExitCode = 255,
                Reason = "Unknown",
                StartedAt = running.StartedAt,
                FinishedAt = now,
                ContainerID = before.ContainerID,
            };
        }

        return before with { Ready = false, Started = false, State = new ContainerState { Terminated = ended ?? new ContainerStateTerminated { ExitCode = 255, Reason = "Unknown" } } };
    }
}
