using System.Text.Json;
using System.Text.Json.Serialization;
using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Security;
using Weft.Istio.Telemetry;
using Weft.Kubernetes.Json;

namespace Weft.Istio.Json;

/// <summary>How Istio's kinds are read and written: by the rules of <see cref="KubernetesJson"/>.</summary>
public static class IstioJson
{
    public static JsonSerializerOptions Options { get; } = KubernetesJson.CreateOptions(IstioJsonContext.Default);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VirtualService))]
[JsonSerializable(typeof(DestinationRule))]
[JsonSerializable(typeof(ServiceEntry))]
[JsonSerializable(typeof(WorkloadEntry))]
[JsonSerializable(typeof(Gateway))]
[JsonSerializable(typeof(Sidecar))]
[JsonSerializable(typeof(ProxyConfig))]
[JsonSerializable(typeof(PeerAuthentication))]
[JsonSerializable(typeof(AuthorizationPolicy))]
[JsonSerializable(typeof(RequestAuthentication))]
[JsonSerializable(typeof(TelemetryConfig))]
[JsonSerializable(typeof(K8sGatewayClass))]
[JsonSerializable(typeof(K8sGateway))]
[JsonSerializable(typeof(K8sHttpRoute))]
[JsonSerializable(typeof(K8sGrpcRoute))]
[JsonSerializable(typeof(K8sTcpRoute))]
[JsonSerializable(typeof(K8sTlsRoute))]
[JsonSerializable(typeof(K8sUdpRoute))]
[JsonSerializable(typeof(K8sReferenceGrant))]
[JsonSerializable(typeof(K8sListenerSet))]
[JsonSerializable(typeof(K8sBackendTlsPolicy))]
[JsonSerializable(typeof(Ingress))]
[JsonSerializable(typeof(IngressClass))]
[JsonSerializable(typeof(MeshConfig))]
[JsonSerializable(typeof(MeshNetworks))]
[JsonSerializable(typeof(ProxyTracing))]
internal sealed partial class IstioJsonContext : JsonSerializerContext;
