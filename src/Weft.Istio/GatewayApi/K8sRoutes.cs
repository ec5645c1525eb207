using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.GatewayApi;

/// <summary>A route of the Gateway API: its parents are Gateways or Services.</summary>
public interface IK8sRoute : IKubeObject
{
    ImmutableArray<K8sParentReference> ParentRefs { get; }

    /// <summary>Every name of the parents when empty.</summary>
    ImmutableArray<string> Hostnames { get; }
}

/// <summary>The Gateway API's HTTPRoute.</summary>
public sealed record K8sHttpRoute : IK8sRoute
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "HTTPRoute"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sHttpRouteSpec Spec { get => field ?? new(); init; }

    ImmutableArray<K8sParentReference> IK8sRoute.ParentRefs => Spec.ParentRefs;

    ImmutableArray<string> IK8sRoute.Hostnames => Spec.Hostnames;
}

public sealed record K8sHttpRouteSpec
{
    public ImmutableArray<K8sParentReference> ParentRefs { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Hostnames { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sHttpRule> Rules { get => field.OrEmpty(); init; }
}

/// <summary>The Gateway API's GRPCRoute.</summary>
public sealed record K8sGrpcRoute : IK8sRoute
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "GRPCRoute"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sGrpcRouteSpec Spec { get => field ?? new(); init; }

    ImmutableArray<K8sParentReference> IK8sRoute.ParentRefs => Spec.ParentRefs;

    ImmutableArray<string> IK8sRoute.Hostnames => Spec.Hostnames;
}

public sealed record K8sGrpcRouteSpec
{
    public ImmutableArray<K8sParentReference> ParentRefs { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Hostnames { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sGrpcRule> Rules { get => field.OrEmpty(); init; }
}

/// <summary>The Gateway API's TCPRoute.</summary>
public sealed record K8sTcpRoute : IK8sRoute
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1alpha2"; init; }

    public string Kind { get => field ?? "TCPRoute"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sConnectionRouteSpec Spec { get => field ?? new(); init; }

    ImmutableArray<K8sParentReference> IK8sRoute.ParentRefs => Spec.ParentRefs;

    ImmutableArray<string> IK8sRoute.Hostnames => [];
}

/// <summary>The Gateway API's TLSRoute.</summary>
public sealed record K8sTlsRoute : IK8sRoute
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1alpha2"; init; }

    public string Kind { get => field ?? "TLSRoute"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sConnectionRouteSpec Spec { get => field ?? new(); init; }

    ImmutableArray<K8sParentReference> IK8sRoute.ParentRefs => Spec.ParentRefs;

    ImmutableArray<string> IK8sRoute.Hostnames => Spec.Hostnames;
}

/// <summary>The Gateway API's UDPRoute, which no listener takes: it is read to say so in its status.</summary>
public sealed record K8sUdpRoute : IK8sRoute
{
    public string ApiVersion { get => field ?? "gateway.networking.k8s.io/v1alpha2"; init; }

    public string Kind { get => field ?? "UDPRoute"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public K8sConnectionRouteSpec Spec { get => field ?? new(); init; }

    ImmutableArray<K8sParentReference> IK8sRoute.ParentRefs => Spec.ParentRefs;

    ImmutableArray<string> IK8sRoute.Hostnames => [];
}

/// <summary>Of routes that forward connections; the server names are for TLS only.</summary>
public sealed record K8sConnectionRouteSpec
{
    public ImmutableArray<K8sParentReference> ParentRefs { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Hostnames { get => field.OrEmpty(); init; }

    public ImmutableArray<K8sConnectionRule> Rules { get => field.OrEmpty(); init; }
}

public sealed record K8sConnectionRule
{
    public ImmutableArray<K8sBackend> BackendRefs { get => field.OrEmpty(); init; }
}

/// <summary>A Gateway, when no kind is stated, or a Service; of it a listener by name, or a port.</summary>
public sealed record K8sParentReference
{
    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string Name { get => field ?? ""; init; }

    public string? SectionName { get; init; }

    public int? Port { get; init; }
}

/// <summary>A Service, when no kind is stated. Weight 1 when absent.</summary>
public sealed record K8sBackend
{
    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string Name { get => field ?? ""; init; }

    public string? Namespace { get; init; }

    public int? Port { get; init; }

    public int? Weight { get; init; }

    public ImmutableArray<K8sFilter> Filters { get => field.OrEmpty(); init; }
}
