using Weft.Istio.GatewayApi;
using Weft.Istio.Json;
using Weft.Istio.Networking;
using Weft.Istio.Security;
using Weft.Istio.Telemetry;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Istio;

/// <summary>Istio's collections in the Kubernetes API, in their newest version. Older versions hold the same objects.</summary>
public static class IstioResources
{
    public static KubeResource<VirtualService> VirtualServices { get; } = Networking<VirtualService>("virtualservices");

    public static KubeResource<DestinationRule> DestinationRules { get; } = Networking<DestinationRule>("destinationrules");

    public static KubeResource<ServiceEntry> ServiceEntries { get; } = Networking<ServiceEntry>("serviceentries");

    public static KubeResource<WorkloadEntry> WorkloadEntries { get; } = Networking<WorkloadEntry>("workloadentries");

    public static KubeResource<Gateway> Gateways { get; } = Networking<Gateway>("gateways");

    public static KubeResource<Sidecar> Sidecars { get; } = Networking<Sidecar>("sidecars");

    /// <summary>Its one version.</summary>
    public static KubeResource<ProxyConfig> ProxyConfigs { get; } =
        new("networking.istio.io", "v1beta1", "proxyconfigs", "ProxyConfig", Namespaced: true, IstioJson.Options.TypeInfoOf<ProxyConfig>());

    public static KubeResource<PeerAuthentication> PeerAuthentications { get; } = Security<PeerAuthentication>("peerauthentications");

    public static KubeResource<AuthorizationPolicy> AuthorizationPolicies { get; } = Security<AuthorizationPolicy>("authorizationpolicies");

    public static KubeResource<RequestAuthentication> RequestAuthentications { get; } = Security<RequestAuthentication>("requestauthentications");

    public static KubeResource<TelemetryConfig> Telemetries { get; } =
        new("telemetry.istio.io", "v1", "telemetries", "Telemetry", Namespaced: true, IstioJson.Options.TypeInfoOf<TelemetryConfig>());

    public static KubeResource<K8sGatewayClass> K8sGatewayClasses { get; } = GatewayApi<K8sGatewayClass>("v1", "gatewayclasses", "GatewayClass", namespaced: false);

    public static KubeResource<K8sGateway> K8sGateways { get; } = GatewayApi<K8sGateway>("v1", "gateways", "Gateway");

    public static KubeResource<K8sHttpRoute> K8sHttpRoutes { get; } = GatewayApi<K8sHttpRoute>("v1", "httproutes", "HTTPRoute");

    public static KubeResource<K8sGrpcRoute> K8sGrpcRoutes { get; } = GatewayApi<K8sGrpcRoute>("v1", "grpcroutes", "GRPCRoute");

    public static KubeResource<K8sTcpRoute> K8sTcpRoutes { get; } = GatewayApi<K8sTcpRoute>("v1alpha2", "tcproutes", "TCPRoute");

    public static KubeResource<K8sTlsRoute> K8sTlsRoutes { get; } = GatewayApi<K8sTlsRoute>("v1alpha2", "tlsroutes", "TLSRoute");

    public static KubeResource<K8sUdpRoute> K8sUdpRoutes { get; } = GatewayApi<K8sUdpRoute>("v1alpha2", "udproutes", "UDPRoute");

    public static KubeResource<K8sReferenceGrant> K8sReferenceGrants { get; } = GatewayApi<K8sReferenceGrant>("v1beta1", "referencegrants", "ReferenceGrant");

    public static KubeResource<K8sListenerSet> K8sListenerSets { get; } = GatewayApi<K8sListenerSet>("v1", "listenersets", "ListenerSet");

    public static KubeResource<K8sBackendTlsPolicy> K8sBackendTlsPolicies { get; } = GatewayApi<K8sBackendTlsPolicy>("v1", "backendtlspolicies", "BackendTLSPolicy");

    public static KubeResource<Ingress> Ingresses { get; } =
        new("networking.k8s.io", "v1", "ingresses", "Ingress", Namespaced: true, IstioJson.Options.TypeInfoOf<Ingress>());

    public static KubeResource<IngressClass> IngressClasses { get; } =
        new("networking.k8s.io", "v1", "ingressclasses", "IngressClass", Namespaced: false, IstioJson.Options.TypeInfoOf<IngressClass>());

    private static KubeResource<T> GatewayApi<T>(string version, string plural, string kind, bool namespaced = true)
        where T : class, IKubeObject =>
        new("gateway.networking.k8s.io", version, plural, kind, namespaced, IstioJson.Options.TypeInfoOf<T>());

    private static KubeResource<T> Networking<T>(string plural)
        where T : class, IKubeObject =>
        new("networking.istio.io", "v1", plural, typeof(T).Name, Namespaced: true, IstioJson.Options.TypeInfoOf<T>());

    private static KubeResource<T> Security<T>(string plural)
        where T : class, IKubeObject =>
        new("security.istio.io", "v1", plural, typeof(T).Name, Namespaced: true, IstioJson.Options.TypeInfoOf<T>());
}
