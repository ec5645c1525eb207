using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>An object of configuration that acts on something, by kind and name.</summary>
public sealed record ConfigReference(GroupVersionKind Kind, string Namespace, string Name)
{
    public static ConfigReference To(GroupVersionKind kind, UntypedObject item) => new(kind, item.Metadata.Namespace ?? "", item.Metadata.Name);
}
