using System.Text.Json.Nodes;
using Weft.Istio;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Debug;

/// <summary>The kinds of configuration that are read, in istiod's order: by their names in its schema (resourcesz).</summary>
internal static class ResourceKinds
{
    public static JsonArray Page() =>
    [
        .. ((GroupVersionKind[])
        [
            IstioResources.AuthorizationPolicies.GroupVersionKind, IstioResources.K8sBackendTlsPolicies.GroupVersionKind, IstioResources.DestinationRules.GroupVersionKind,
            WatchedMesh.EnvoyFilters.GroupVersionKind, IstioResources.K8sGrpcRoutes.GroupVersionKind, IstioResources.Gateways.GroupVersionKind,
            IstioResources.K8sGatewayClasses.GroupVersionKind, IstioResources.K8sHttpRoutes.GroupVersionKind, IstioResources.K8sGateways.GroupVersionKind,
            IstioResources.K8sListenerSets.GroupVersionKind, IstioResources.PeerAuthentications.GroupVersionKind, IstioResources.ProxyConfigs.GroupVersionKind,
            IstioResources.K8sReferenceGrants.GroupVersionKind, IstioResources.RequestAuthentications.GroupVersionKind, IstioResources.ServiceEntries.GroupVersionKind,
            IstioResources.Sidecars.GroupVersionKind, IstioResources.K8sTcpRoutes.GroupVersionKind, IstioResources.K8sTlsRoutes.GroupVersionKind, IstioResources.Telemetries.GroupVersionKind,
            WatchedMesh.TrafficExtensions.GroupVersionKind, IstioResources.K8sUdpRoutes.GroupVersionKind, IstioResources.VirtualServices.GroupVersionKind, WatchedMesh.WasmPlugins.GroupVersionKind,
            IstioResources.WorkloadEntries.GroupVersionKind, IstioResources.Ingresses.GroupVersionKind,
        ]).Select(kind => new JsonObject { ["group"] = kind.Group, ["kind"] = kind.Kind, ["version"] = kind.Version }),
    ];
}
