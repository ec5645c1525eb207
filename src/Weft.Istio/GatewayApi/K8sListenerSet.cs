using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.GatewayApi;

/// <summary>The Gateway API's ListenerSet: listeners for a Gateway that lets them join.</summary>
public sealed record K8sListenerSet : IKubeObject
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "ListenerSet"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sListenerSetSpec Spec { get => field ?? new(); init; }
}

public sealed record K8sListenerSetSpec
{
    public K8sParentReference ParentRef { get => field ?? new(); init; }

    public ImmutableArray<K8sListener> Listeners { get => field.OrEmpty(); init; }
}
