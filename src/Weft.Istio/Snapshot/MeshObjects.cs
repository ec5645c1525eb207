using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Security;
using Weft.Istio.Telemetry;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>The objects a snapshot is built from, as watched. A list nobody watches is empty.</summary>
public sealed record MeshObjects
{
    public static MeshObjects Empty { get; } = new();

    public MeshConfig Mesh { get; init; } = MeshConfig.Default;

    public ImmutableArray<Namespace> Namespaces { get; init; } = [];

    public ImmutableArray<Node> Nodes { get; init; } = [];

    public ImmutableArray<Pod> Pods { get; init; } = [];

    public ImmutableArray<Service> Services { get; init; } = [];

    public ImmutableArray<EndpointSlice> EndpointSlices { get; init; } = [];

    public ImmutableArray<VirtualService> VirtualServices { get; init; } = [];

    public ImmutableArray<DestinationRule> DestinationRules { get; init; } = [];

    public ImmutableArray<ServiceEntry> ServiceEntries { get; init; } = [];

    public ImmutableArray<WorkloadEntry> WorkloadEntries { get; init; } = [];

    public ImmutableArray<Gateway> Gateways { get; init; } = [];

    public ImmutableArray<Sidecar> Sidecars { get; init; } = [];

    public ImmutableArray<PeerAuthentication> PeerAuthentications { get; init; } = [];

    public ImmutableArray<AuthorizationPolicy> AuthorizationPolicies { get; init; } = [];

    public ImmutableArray<RequestAuthentication> RequestAuthentications { get; init; } = [];

    public ImmutableArray<TelemetryConfig> Telemetries { get; init; } = [];

    public ImmutableArray<K8sGatewayClass> K8sGatewayClasses { get; init; } = [];

    public ImmutableArray<K8sGateway> K8sGateways { get; init; } = [];

    public ImmutableArray<K8sHttpRoute> K8sHttpRoutes { get; init; } = [];

    public ImmutableArray<K8sGrpcRoute> K8sGrpcRoutes { get; init; } = [];

    public ImmutableArray<K8sTcpRoute> K8sTcpRoutes { get; init; } = [];

    public ImmutableArray<K8sTlsRoute> K8sTlsRoutes { get; init; } = [];

    public ImmutableArray<K8sUdpRoute> K8sUdpRoutes { get; init; } = [];

    public ImmutableArray<K8sReferenceGrant> K8sReferenceGrants { get; init; } = [];

    public ImmutableArray<K8sListenerSet> K8sListenerSets { get; init; } = [];

    public ImmutableArray<K8sBackendTlsPolicy> K8sBackendTlsPolicies { get; init; } = [];

    /// <summary>The ConfigMaps whose roots BackendTLSPolicies trust: what is wrong with each, null when nothing is. A ConfigMap that is not here does not exist.</summary>
    public ImmutableDictionary<NamespacedName, string?> TrustedRoots { get; init; } = ImmutableDictionary<NamespacedName, string?>.Empty;

    /// <summary>The Secrets that listeners of the Gateway API present as certificates: what is wrong with each, null when nothing is. A Secret that is not here does not exist.</summary>
    public ImmutableDictionary<NamespacedName, string?> Certificates { get; init; } = ImmutableDictionary<NamespacedName, string?>.Empty;

    public ImmutableArray<Ingress> Ingresses { get; init; } = [];

    public ImmutableArray<IngressClass> IngressClasses { get; init; } = [];

    /// <summary>Objects of kinds that are stored and shown, and that no proxy acts on: EnvoyFilter, WasmPlugin and TrafficExtension.</summary>
    public ImmutableArray<UntypedObject> NotEnforced { get; init; } = [];

    /// <summary>The keys of issuers that were fetched, each as a JSON Web Key Set.</summary>
    public ImmutableDictionary<KeySetSource, string> KeySets { get; init; } = ImmutableDictionary<KeySetSource, string>.Empty;

    /// <summary>The Istio objects that could not be read in their newest version.</summary>
    public ImmutableArray<UnreadableObject> Unreadable { get; init; } = [];
}
