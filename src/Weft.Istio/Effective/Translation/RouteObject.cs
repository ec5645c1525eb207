using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Effective.Translation;

/// <summary>A VirtualService that stands for routes of the Gateway API.</summary>
internal static class RouteObject
{
    /// <param name="source">The oldest of the routes.</param>
    public static VirtualService Of(string name, IK8sRoute source, VirtualServiceSpec spec) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = name,
            Namespace = source.Metadata.Namespace,
            CreationTimestamp = source.Metadata.CreationTimestamp,
            Annotations = ImmutableDictionary<string, string>.Empty.Add(RouteSemantics.Annotation, RouteSemantics.Gateway),
        },
        Spec = spec,
    };
}
