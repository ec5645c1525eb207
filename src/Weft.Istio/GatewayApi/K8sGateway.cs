using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.GatewayApi;

/// <summary>The Gateway API's GatewayClass: which controller serves Gateways of it.</summary>
public sealed record K8sGatewayClass : IKubeObject
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "GatewayClass"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sGatewayClassSpec Spec { get => field ?? new(); init; }
}

public sealed record K8sGatewayClassSpec
{
    public string ControllerName { get => field ?? ""; init; }
}

/// <summary>The Gateway API's Gateway: what a gateway listens on.</summary>
public sealed record K8sGateway : IKubeObject
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "Gateway"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sGatewaySpec Spec { get => field ?? new(); init; }
}

public sealed record K8sGatewaySpec
{
    public string GatewayClassName { get => field ?? ""; init; }

    /// <summary>Of type Hostname: the Services whose pods are the gateway; without any it is the Service that belongs to the Gateway's own Deployment.</summary>
    public ImmutableArray<K8sGatewayAddress> Addresses { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sListener> Listeners { get => field.OrEmpty(); init; }

    public K8sInfrastructure? Infrastructure { get; init; }

    /// <summary>Whose ListenerSets may join; none when absent.</summary>
    public K8sAllowedListeners? AllowedListeners { get; init; }
}

public sealed record K8sAllowedListeners
{
    public K8sRouteNamespaces? Namespaces { get; init; }
}

/// <summary>What the objects that a Gateway is deployed as carry.</summary>
public sealed record K8sInfrastructure
{
    public ImmutableDictionary<string, string> Labels { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> Annotations { get => field.OrEmpty(); init; }

    /// <summary>An object that changes how the Gateway is deployed.</summary>
    public K8sObjectReference? ParametersRef { get; init; }
}

/// <summary>IPAddress when no type is stated, or Hostname.</summary>
public sealed record K8sGatewayAddress
{
    public string? Type { get; init; }

    public string Value { get => field ?? ""; init; }
}

public sealed record K8sListener
{
    public string Name { get => field ?? ""; init; }

    /// <summary>Every name when absent.</summary>
    public string? Hostname { get; init; }

    public int Port { get; init; }

    /// <summary>HTTP, HTTPS, TLS or TCP; others are refused.</summary>
    public string Protocol { get => field ?? ""; init; }

    public K8sListenerTls? Tls { get; init; }

    public K8sAllowedRoutes? AllowedRoutes { get; init; }
}

public sealed record K8sListenerTls
{
    /// <summary>Terminate when absent, or Passthrough.</summary>
    public string? Mode { get; init; }

    public ImmutableArray<K8sObjectReference> CertificateRefs { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> Options { get => field.OrEmpty(); init; }
}

public sealed record K8sAllowedRoutes
{
    public K8sRouteNamespaces? Namespaces { get; init; }

    public ImmutableArray<K8sRouteKind> Kinds { get => field.OrEmpty(); init; }
}

public sealed record K8sRouteNamespaces
{
    /// <summary>All, Selector, Same or None; when absent Same for routes, None for ListenerSets.</summary>
    public string? From { get; init; }

    public LabelSelector? Selector { get; init; }
}

/// <summary>Of the Gateway API, when no group is stated.</summary>
public sealed record K8sRouteKind
{
    public string? Group { get; init; }

    public string Kind { get => field ?? ""; init; }
}

public sealed record K8sObjectReference
{
    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string Name { get => field ?? ""; init; }

    public string? Namespace { get; init; }
}

/// <summary>The Gateway API's ReferenceGrant: what objects of other namespaces may refer to in its own.</summary>
public sealed record K8sReferenceGrant : IKubeObject
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1beta1"; init; }

    public string Kind { get => field ?? "ReferenceGrant"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sReferenceGrantSpec Spec { get => field ?? new(); init; }
}

public sealed record K8sReferenceGrantSpec
{
    public ImmutableArray<K8sObjectReference> From { get => field.OrEmpty(); init; }

    /// <summary>Without a name: every object of the kind.</summary>
    public ImmutableArray<K8sObjectReference> To { get => field.OrEmpty(); init; }
}
