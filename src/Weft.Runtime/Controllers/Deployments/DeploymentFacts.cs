using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Deployments;

/// <summary>The numbers behind a Deployment's spec, with Kubernetes' defaults, and its bookkeeping on ReplicaSets.</summary>
internal static class DeploymentFacts
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    public const string RevisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicasAnnotation = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicasAnnotation = "deployment.kubernetes.io/max-replicas";

    private const int DefaultProgressDeadline = 600;
    private const int DefaultRevisionHistory = 10;
    private static readonly IntOrString Quarter = "25%";

    public static int Replicas(Deployment deployment) => deployment.Spec.Replicas ?? 1;

    public static int Replicas(ReplicaSet replicaSet) => replicaSet.Spec.Replicas ?? 1;

    public static bool IsRecreate(Deployment deployment) => deployment.Spec.Strategy.Type == "Recreate";

    public static int RevisionHistoryLimit(Deployment deployment) => deployment.Spec.RevisionHistoryLimit ?? DefaultRevisionHistory;

    /// <summary>Null when the Deployment never times out.</summary>
    public static TimeSpan? ProgressDeadline(Deployment deployment) =>
        (deployment.Spec.ProgressDeadlineSeconds ?? DefaultProgressDeadline) is var seconds and not int.MaxValue ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>How many pods may exist beyond the wanted number.</summary>
    public static int MaxSurge(Deployment deployment) => IsRecreate(deployment) ? 0 : Fenceposts(deployment).Surge;

    /// <summary>How many of the wanted pods may be unavailable.</summary>
    public static int MaxUnavailable(Deployment deployment) =>
        IsRecreate(deployment) || Replicas(deployment) == 0 ? 0 : Math.Min(Fenceposts(deployment).Unavailable, Replicas(deployment));

    public static long Revision(IKubeObject @object) => Number(@object, RevisionAnnotation) ?? 0;

    public static long? Number(IKubeObject @object, string annotation) =>
        @object.Metadata.Annotations.TryGetValue(annotation, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Both being zero would stop every rollout: then one pod may be unavailable.</summary>
    private static (int Surge, int Unavailable) Fenceposts(Deployment deployment)
    {
        var replicas = Replicas(deployment);
        var surge = (deployment.Spec.Strategy.RollingUpdate?.MaxSurge ?? Quarter).ScaledTo(replicas, roundUp: true) ?? 0;
        var unavailable = (deployment.Spec.Strategy.RollingUpdate?.MaxUnavailable ?? Quarter).ScaledTo(replicas, roundUp: false) ?? 0;
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable);
    }
}
