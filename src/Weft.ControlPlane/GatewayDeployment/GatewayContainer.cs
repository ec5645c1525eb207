using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.ControlPlane.Injection;
using Weft.Istio.Effective;
using Weft.Istio.GatewayApi;

namespace Weft.ControlPlane.GatewayDeployment;

/// <summary>The one container of a deployed Gateway: a proxy that stands alone.</summary>
internal static class GatewayContainer
{
    public static JsonObject Of(K8sGateway gateway, string workload, InjectionSettings proxy) => Of(gateway, workload, proxy, ConfigOf(gateway, proxy));

    private static JsonObject Of(K8sGateway gateway, string workload, InjectionSettings proxy, string config) => new()
    {
        ["name"] = SidecarInjector.ProxyContainer,
        ["image"] = ImageOf(gateway, proxy, config),
        ["args"] = SidecarContainers.Texts(
            "proxy", "router", "--domain", "$(POD_NAMESPACE).svc.cluster.local",
            "--proxyLogLevel", Annotation(gateway, "sidecar.istio.io/logLevel", "warning"),
            "--proxyComponentLogLevel", Annotation(gateway, "sidecar.istio.io/componentLogLevel", "misc:error"),
            "--log_output_level", Annotation(gateway, "sidecar.istio.io/agentLogLevel", "default:info")),
        ["env"] = Environment(gateway, workload, proxy, config),
        ["ports"] = new JsonArray(Port("metrics", 15020), Port("status-port", 15021), Port("http-envoy-prom", 15090)),
        ["readinessProbe"] = SidecarContainers.Probe(periodSeconds: 15, failureThreshold: 4),
        ["resources"] = new JsonObject
        {
            ["limits"] = new JsonObject { ["cpu"] = "2", ["memory"] = "1Gi" },
            ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "128Mi" },
        },
        ["securityContext"] = SidecarContainers.Unprivileged(),
        ["startupProbe"] = SidecarContainers.Probe(periodSeconds: 1, failureThreshold: 30),
        ["volumeMounts"] = SidecarVolumes.Mounts(),
    };

    private static JsonArray Environment(K8sGateway gateway, string workload, InjectionSettings proxy, string config) =>
    [
        SidecarEnvironment.Value("PILOT_CERT_PROVIDER", "istiod"),
        SidecarEnvironment.Value("CA_ADDR", proxy.DiscoveryAddress),
        SidecarEnvironment.Field("POD_NAME", "metadata.name"),
        SidecarEnvironment.Field("POD_NAMESPACE", "metadata.namespace"),
        SidecarEnvironment.Field("INSTANCE_IP", "status.podIP"),
        SidecarEnvironment.Field("SERVICE_ACCOUNT", "spec.serviceAccountName"),
        SidecarEnvironment.Field("HOST_IP", "status.hostIP"),
        SidecarEnvironment.Value("PROXY_CONFIG", config),
        SidecarEnvironment.Value("ISTIO_META_POD_PORTS", "[]"),
        SidecarEnvironment.Value("ISTIO_META_APP_CONTAINERS", ""),
        SidecarEnvironment.Value("ISTIO_META_CLUSTER_ID", proxy.ClusterId),
        SidecarEnvironment.Field("ISTIO_META_NODE_NAME", "spec.nodeName"),
        SidecarEnvironment.Value("ISTIO_META_INTERCEPTION_MODE", "REDIRECT"),
        SidecarEnvironment.Value("ISTIO_META_WORKLOAD_NAME", workload),
        SidecarEnvironment.Value("ISTIO_META_OWNER", $"kubernetes://apis/apps/v1/namespaces/{gateway.Metadata.Namespace}/deployments/{workload}"),
        SidecarEnvironment.Value("ISTIO_META_MESH_ID", proxy.MeshId),
        SidecarEnvironment.Value("TRUST_DOMAIN", proxy.TrustDomain),
        .. ProxyConfigMerge.VariablesOf(config).Select(variable => SidecarEnvironment.Value(variable.Name, variable.Value)),
    ];

    /// <summary>That of the mesh and of ProxyConfig objects for its pods, with what the Gateway states in its place.</summary>
    private static string ConfigOf(K8sGateway gateway, InjectionSettings proxy)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add(GatewayLabels.GatewayName, gateway.Metadata.Name);
        return ProxyConfigMerge.Of(
            EffectiveProxyConfig.For(proxy.Mesh, proxy.ProxyConfigs, gateway.Metadata.Namespace ?? "", labels), gateway.Metadata.Annotations.GetValueOrDefault("proxy.istio.io/config"));
    }

    private static string ImageOf(K8sGateway gateway, InjectionSettings proxy, string config) =>
        gateway.Metadata.Annotations.GetValueOrDefault("sidecar.istio.io/proxyImage") is { } stated && stated.Contains('/')
            ? stated
            : ProxyImages.OfType(proxy.Image, gateway.Metadata.Annotations.GetValueOrDefault("sidecar.istio.io/proxyImageType") ?? ProxyConfigMerge.ImageTypeOf(config));

    private static string Annotation(K8sGateway gateway, string name, string otherwise) => gateway.Metadata.Annotations.GetValueOrDefault(name) is { Length: > 0 } stated ? stated : otherwise;

    private static JsonObject Port(string name, int port) => new() { ["containerPort"] = port, ["name"] = name, ["protocol"] = "TCP" };
}
