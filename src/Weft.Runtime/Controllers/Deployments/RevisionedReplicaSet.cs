using System.Collections.Immutable;
using System.Globalization;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Deployments;

/// <summary>The ReplicaSet of a Deployment's template: makes it, and keeps its bookkeeping up to date.</summary>
internal static class RevisionedReplicaSet
{
    /// <summary>Annotations of the Deployment that are not handed on to its ReplicaSets.</summary>
    private static readonly ImmutableHashSet<string> OwnAnnotations =
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        DeploymentFacts.RevisionAnnotation,
        DeploymentFacts.RevisionHistoryAnnotation,
        DeploymentFacts.DesiredReplicasAnnotation,
        DeploymentFacts.MaxReplicasAnnotation,
        "deprecated.deployment.rollback.to",
    ];

    /// <summary>The oldest of the Deployment's ReplicaSets with its present template; null when there is none.</summary>
    public static ReplicaSet? Find(Deployment deployment, IEnumerable<ReplicaSet> owned) =>
        owned.Where(candidate => TemplateHash.AreEqual(candidate.Spec.Template, deployment.Spec.Template))
            .OrderBy(candidate => candidate.Metadata.CreationTimestamp)
            .ThenBy(candidate => candidate.Metadata.Name, StringComparer.Ordinal)
            .FirstOrDefault();

    public static ReplicaSet New(Deployment deployment, long revision)
    {
        var hash = TemplateHash.Of(deployment.Spec.Template, deployment.Status.CollisionCount);
        var template = deployment.Spec.Template;
        var labels = template.Metadata.Labels.SetItem(TemplateHash.PodTemplateHashLabel, hash);
        var selector = deployment.Spec.Selector ?? new LabelSelector();
        return new ReplicaSet
        {
            Metadata = new ObjectMeta
            {
                Name = $"{deployment.Metadata.Name}-{hash}",
                Namespace = deployment.Metadata.Namespace,
                Labels = labels,
                Annotations = Annotations(deployment, [], revision),
                OwnerReferences = Ownership.By(deployment, "apps/v1", "Deployment"),
            },
            Spec = new ReplicaSetSpec
            {
                Replicas = 0,
                MinReadySeconds = deployment.Spec.MinReadySeconds,
                Selector = selector with { MatchLabels = selector.MatchLabels.SetItem(TemplateHash.PodTemplateHashLabel, hash) },
                Template = template with { Metadata = template.Metadata with { Labels = labels } },
            },
        };
    }

    /// <summary>The same ReplicaSet as the newest revision: a rollback gives an older one a new number.</summary>
    public static ReplicaSet AsNewest(Deployment deployment, ReplicaSet replicaSet, long revision)
    {
        var former = DeploymentFacts.Revision(replicaSet);
        var annotations = Annotations(deployment, replicaSet.Metadata.Annotations, Math.Max(former, revision));
        if (former > 0 && former < revision)
            annotations = annotations.SetItem(DeploymentFacts.RevisionHistoryAnnotation, History(replicaSet, former));
        return replicaSet with
        {
            Metadata = replicaSet.Metadata with { Annotations = annotations },
            Spec = replicaSet.Spec with { MinReadySeconds = deployment.Spec.MinReadySeconds },
        };
    }

    /// <summary>The ReplicaSet with another size and with the Deployment's size noted, from which a scaling is told.</summary>
    public static ReplicaSet Sized(Deployment deployment, ReplicaSet replicaSet, int replicas) => replicaSet with
    {
        Metadata = replicaSet.Metadata with { Annotations = WithSize(deployment, replicaSet.Metadata.Annotations) },
        Spec = replicaSet.Spec with { Replicas = replicas },
    };

    private static ImmutableDictionary<string, string> Annotations(
        Deployment deployment, ImmutableDictionary<string, string> present, long revision)
    {
        var handedOn = deployment.Metadata.Annotations.Where(annotation => !OwnAnnotations.Contains(annotation.Key));
        return WithSize(deployment, present.SetItems(handedOn))
            .SetItem(DeploymentFacts.RevisionAnnotation, revision.ToString(CultureInfo.InvariantCulture));
    }

    private static ImmutableDictionary<string, string> WithSize(Deployment deployment, ImmutableDictionary<string, string> annotations)
    {
        var replicas = DeploymentFacts.Replicas(deployment);
        var most = replicas + DeploymentFacts.MaxSurge(deployment);
        return annotations
            .SetItem(DeploymentFacts.DesiredReplicasAnnotation, replicas.ToString(CultureInfo.InvariantCulture))
            .SetItem(DeploymentFacts.MaxReplicasAnnotation, most.ToString(CultureInfo.InvariantCulture));
    }

    private static string History(ReplicaSet replicaSet, long former)
    {
        var number = former.ToString(CultureInfo.InvariantCulture);
        return replicaSet.Metadata.Annotations.TryGetValue(DeploymentFacts.RevisionHistoryAnnotation, out var history) && history.Length > 0
            ? $"{history},{number}"
            : number;
    }
}
