using Weft.Kubernetes.Objects;

namespace Weft.Istio.Mesh;

/// <summary>The workload a pod belongs to: its controller, a ReplicaSet or Job standing for the Deployment or CronJob that names it.</summary>
public readonly record struct WorkloadOwner(string ApiVersion, string Kind, string Name)
{
    private const string TemplateHashLabel = "pod-template-hash";

    public static WorkloadOwner Of(ObjectMeta pod)
    {
        var controller = pod.OwnerReferences.FirstOrDefault(owner => owner.Controller == true) ?? pod.OwnerReferences.FirstOrDefault();
        return controller switch
        {
            null => new("v1", "Pod", pod.Name.Length > 0 ? pod.Name : (pod.GenerateName ?? "").TrimEnd('-')),
            { Kind: "ReplicaSet" } => OfReplicaSet(controller, pod),
            { Kind: "Job" } => OfJob(controller),
            _ => new(controller.ApiVersion, controller.Kind, controller.Name),
        };
    }

    private static WorkloadOwner OfReplicaSet(OwnerReference replicaSet, ObjectMeta pod) =>
        pod.Labels.TryGetValue(TemplateHashLabel, out var hash) && replicaSet.Name.EndsWith($"-{hash}", StringComparison.Ordinal)
            ? new("apps/v1", "Deployment", replicaSet.Name[..^(hash.Length + 1)])
            : new(replicaSet.ApiVersion, replicaSet.Kind, replicaSet.Name);

    /// <summary>A CronJob names its Jobs after itself and the scheduled minute (8 to 10 digits).</summary>
    private static WorkloadOwner OfJob(OwnerReference job)
    {
        var dash = job.Name.LastIndexOf('-');
        var suffix = dash < 0 ? "" : job.Name[(dash + 1)..];
        return suffix.Length is >= 8 and <= 10 && suffix.All(char.IsAsciiDigit)
            ? new("batch/v1", "CronJob", job.Name[..dash])
            : new(job.ApiVersion, job.Kind, job.Name);
    }
}
