using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>Who controls an object, by its owner references.</summary>
internal static class Ownership
{
    public static OwnerReference? ControllerOf(IKubeObject @object) =>
        @object.Metadata.OwnerReferences.FirstOrDefault(owner => owner.Controller == true);

    public static bool IsControlledBy(IKubeObject @object, IKubeObject owner) =>
        owner.Metadata.Uid is { } uid && ControllerOf(@object)?.Uid == uid;

    public static ImmutableArray<OwnerReference> By(IKubeObject owner, string apiVersion, string kind) =>
    [
        new OwnerReference
        {
            ApiVersion = apiVersion,
            Kind = kind,
            Name = owner.Metadata.Name,
            Uid = owner.Metadata.Uid ?? "",
            Controller = true,
            BlockOwnerDeletion = true,
        },
    ];
}
