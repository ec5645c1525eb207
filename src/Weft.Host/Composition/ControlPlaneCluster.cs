using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Host.Composition;

/// <summary>What Istio calls the cluster in its metrics: the environment variable <c>CLUSTER_ID</c> of istiod, as its Deployment states it.</summary>
internal static class ControlPlaneCluster
{
    /// <summary>Istio's own name of a cluster whose installation gives none.</summary>
    public const string DefaultName = "Kubernetes";

    public static async Task<string> ReadNameAsync(KubeClient kube, string istioNamespace, CancellationToken cancellationToken)
    {
        var istiods = await kube.ListAsync(KubeResources.Deployments, istioNamespace, new ListOptions { LabelSelector = "app=istiod" }, cancellationToken);
        return istiods.Items
            .SelectMany(istiod => istiod.Spec.Template.Spec.Containers)
            .SelectMany(container => container.Env)
            .FirstOrDefault(variable => variable is { Name: "CLUSTER_ID", Value.Length: > 0 })?.Value ?? DefaultName;
    }
}
