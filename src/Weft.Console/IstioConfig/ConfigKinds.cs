using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>The kinds of configuration that the console shows, as <c>/api/istio/config</c> of Kiali 2.30 lists them.</summary>
public static class ConfigKinds
{
    private const string Networking = "networking.istio.io";
    private const string Security = "security.istio.io";
    private const string GatewayApi = "gateway.networking.k8s.io";

    /// <summary>The label by which pods say which Gateway of the Gateway API they serve.</summary>
    public const string GatewayNameLabel = "gateway.networking.k8s.io/gateway-name";

    public static GroupVersionKind VirtualService { get; } = new(Networking, "v1", "VirtualService");

    public static GroupVersionKind DestinationRule { get; } = new(Networking, "v1", "DestinationRule");

    public static GroupVersionKind ServiceEntry { get; } = new(Networking, "v1", "ServiceEntry");

    public static GroupVersionKind WorkloadEntry { get; } = new(Networking, "v1", "WorkloadEntry");

    public static GroupVersionKind WorkloadGroup { get; } = new(Networking, "v1", "WorkloadGroup");

    public static GroupVersionKind Gateway { get; } = new(Networking, "v1", "Gateway");

    public static GroupVersionKind Sidecar { get; } = new(Networking, "v1", "Sidecar");

    public static GroupVersionKind EnvoyFilter { get; } = new(Networking, "v1alpha3", "EnvoyFilter");

    public static GroupVersionKind AuthorizationPolicy { get; } = new(Security, "v1", "AuthorizationPolicy");

    public static GroupVersionKind PeerAuthentication { get; } = new(Security, "v1", "PeerAuthentication");

    public static GroupVersionKind RequestAuthentication { get; } = new(Security, "v1", "RequestAuthentication");

    public static GroupVersionKind K8sGateway { get; } = new(GatewayApi, "v1", "Gateway");

    public static GroupVersionKind K8sHttpRoute { get; } = new(GatewayApi, "v1", "HTTPRoute");

    public static GroupVersionKind K8sGrpcRoute { get; } = new(GatewayApi, "v1", "GRPCRoute");

    public static GroupVersionKind K8sReferenceGrant { get; } = new(GatewayApi, "v1beta1", "ReferenceGrant");

    /// <summary>Every kind with its collection.</summary>
    public static ImmutableArray<KubeResource<UntypedObject>> All { get; } =
    [
        Of(VirtualService, "virtualservices"),
        Of(DestinationRule, "destinationrules"),
        Of(ServiceEntry, "serviceentries"),
        Of(WorkloadEntry, "workloadentries"),
        Of(WorkloadGroup, "workloadgroups"),
        Of(Gateway, "gateways"),
        Of(Sidecar, "sidecars"),
        Of(EnvoyFilter, "envoyfilters"),
        Of(AuthorizationPolicy, "authorizationpolicies"),
        Of(PeerAuthentication, "peerauthentications"),
        Of(RequestAuthentication, "requestauthentications"),
        Of(new("telemetry.istio.io", "v1", "Telemetry"), "telemetries"),
        Of(new("extensions.istio.io", "v1alpha1", "WasmPlugin"), "wasmplugins"),
        Of(new("extensions.istio.io", "v1alpha1", "TrafficExtension"), "trafficextensions"),
        Of(K8sGateway, "gateways"),
        Of(K8sHttpRoute, "httproutes"),
        Of(K8sGrpcRoute, "grpcroutes"),
        Of(new(GatewayApi, "v1", "TCPRoute"), "tcproutes"),
        Of(new(GatewayApi, "v1", "TLSRoute"), "tlsroutes"),
        Of(new(GatewayApi, "v1", "UDPRoute"), "udproutes"),
        Of(K8sReferenceGrant, "referencegrants"),
        Of(new("inference.networking.k8s.io", "v1", "InferencePool"), "inferencepools"),
    ];

    private static FrozenDictionary<GroupVersionKind, KubeResource<UntypedObject>> ByKind { get; } = All.ToFrozenDictionary(resource => resource.GroupVersionKind);

    /// <summary>The collection of a kind; null when the console does not show it.</summary>
    public static KubeResource<UntypedObject>? Find(GroupVersionKind kind) => ByKind.GetValueOrDefault(kind);

    private static KubeResource<UntypedObject> Of(GroupVersionKind kind, string plural) =>
        KubeResources.Untyped(kind.Group, kind.Version, plural, kind.Kind, namespaced: true);
}
