using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>Stamps pods from the template of the workload that controls them.</summary>
internal static class PodFactory
{
    /// <summary>A pod whose name the API server completes, as those of ReplicaSets, DaemonSets and Jobs.</summary>
    public static Pod Generated(IKubeObject owner, string apiVersion, string kind, PodTemplateSpec template)
    {
        var pod = Stamp(owner, apiVersion, kind, template);
        return pod with { Metadata = pod.Metadata with { GenerateName = owner.Metadata.Name + "-" } };
    }

    /// <summary>A pod with a fixed name, as those of StatefulSets.</summary>
    public static Pod Named(IKubeObject owner, string apiVersion, string kind, PodTemplateSpec template, string name)
    {
        var pod = Stamp(owner, apiVersion, kind, template);
        return pod with { Metadata = pod.Metadata with { Name = name } };
    }

    private static Pod Stamp(IKubeObject owner, string apiVersion, string kind, PodTemplateSpec template) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = owner.Metadata.Namespace,
            Labels = template.Metadata.Labels,
            Annotations = template.Metadata.Annotations,
            Finalizers = template.Metadata.Finalizers,
            OwnerReferences = Ownership.By(owner, apiVersion, kind),
        },
        Spec = template.Spec,
    };
}
