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

    public static KubeResource<PeerAuthentication> PeerAuthentications { get; } = Security<PeerAuthentication>("peerauthentications");

    public static KubeResource<AuthorizationPolicy> AuthorizationPolicies { get; } = Security<AuthorizationPolicy>("authorizationpolicies");

    public static KubeResource<RequestAuthentication> RequestAuthentications { get; } = Security<RequestAuthentication>("requestauthentications");

    public static KubeResource<TelemetryConfig> Telemetries { get; } =
        new("telemetry.istio.io", "v1", "telemetries", "Telemetry", Namespaced: true, IstioJson.Options.TypeInfoOf<TelemetryConfig>());

    private static KubeResource<T> Networking<T>(string plural)
        where T : class, IKubeObject =>
        new("networking.istio.io", "v1", plural, typeof(T).Name, Namespaced: true, IstioJson.Options.TypeInfoOf<T>());

    private static KubeResource<T> Security<T>(string plural)
        where T : class, IKubeObject =>
        new("security.istio.io", "v1", plural, typeof(T).Name, Namespaced: true, IstioJson.Options.TypeInfoOf<T>());
}
