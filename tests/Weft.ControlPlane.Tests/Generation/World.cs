using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane.Generation;

/// <summary>A mesh written in one YAML text, whose second line names a proxy of it (<c># node: id label=value ...</c>).</summary>
internal static class World
{
    /// <summary>The mesh as the proxy of the second line sees it.</summary>
    public static ProxyView View(string world) => new(MeshSnapshotBuilder.Build(Objects(world)), Node(world.Split('\n')[1]));

    public static MeshObjects Objects(string world)
    {
        var documents = Documents(world).ToLookup(node => $"{((string)node["apiVersion"]!).Split('/')[0]}/{(string)node["kind"]!}");
        return new MeshObjects
        {
            Mesh = Mesh(Of<ConfigMap>("v1/ConfigMap").FirstOrDefault(map => map.Metadata.Name == MeshConfig.ConfigMapName)?.Data ?? ImmutableDictionary<string, string>.Empty),
            Namespaces = Of<Namespace>("v1/Namespace"),
            Nodes = Of<Kubernetes.Objects.Node>("v1/Node"),
            Pods = Of<Pod>("v1/Pod"),
            Services = Of<Service>("v1/Service"),
            DestinationRules = Of<Istio.Networking.DestinationRule>("networking.istio.io/DestinationRule"),
            EndpointSlices = Of<EndpointSlice>("discovery.k8s.io/EndpointSlice"),
            Gateways = Of<Istio.Networking.Gateway>("networking.istio.io/Gateway"),
            VirtualServices = Of<Istio.Networking.VirtualService>("networking.istio.io/VirtualService"),
            ServiceEntries = Of<Istio.Networking.ServiceEntry>("networking.istio.io/ServiceEntry"),
            WorkloadEntries = Of<Istio.Networking.WorkloadEntry>("networking.istio.io/WorkloadEntry"),
            Sidecars = Of<Istio.Networking.Sidecar>("networking.istio.io/Sidecar"),
            PeerAuthentications = Of<Istio.Security.PeerAuthentication>("security.istio.io/PeerAuthentication"),
            AuthorizationPolicies = Of<Istio.Security.AuthorizationPolicy>("security.istio.io/AuthorizationPolicy"),
            RequestAuthentications = Of<Istio.Security.RequestAuthentication>("security.istio.io/RequestAuthentication"),
            Telemetries = Of<Istio.Telemetry.TelemetryConfig>("telemetry.istio.io/Telemetry"),
            Ingresses = Of<Istio.GatewayApi.Ingress>("networking.k8s.io/Ingress"),
            K8sGateways = Of<Istio.GatewayApi.K8sGateway>("gateway.networking.k8s.io/Gateway"),
            K8sHttpRoutes = Of<Istio.GatewayApi.K8sHttpRoute>("gateway.networking.k8s.io/HTTPRoute"),
            K8sGrpcRoutes = Of<Istio.GatewayApi.K8sGrpcRoute>("gateway.networking.k8s.io/GRPCRoute"),
            K8sTcpRoutes = Of<Istio.GatewayApi.K8sTcpRoute>("gateway.networking.k8s.io/TCPRoute"),
            K8sTlsRoutes = Of<Istio.GatewayApi.K8sTlsRoute>("gateway.networking.k8s.io/TLSRoute"),
            K8sUdpRoutes = Of<Istio.GatewayApi.K8sUdpRoute>("gateway.networking.k8s.io/UDPRoute"),
            Certificates = Of<Kubernetes.Objects.Secret>("v1/Secret").ToImmutableDictionary(secret => NamespacedName.Of(secret), _ => default(string)),
            K8sListenerSets = Of<Istio.GatewayApi.K8sListenerSet>("gateway.networking.k8s.io/ListenerSet"),
            K8sBackendTlsPolicies = Of<Istio.GatewayApi.K8sBackendTlsPolicy>("gateway.networking.k8s.io/BackendTLSPolicy"),
            TrustedRoots = Of<ConfigMap>("v1/ConfigMap").ToImmutableDictionary(map => NamespacedName.Of(map), map => map.Data.ContainsKey("ca.crt") ? null : "the ConfigMap has no ca.crt"),
            K8sReferenceGrants = Of<Istio.GatewayApi.K8sReferenceGrant>("gateway.networking.k8s.io/ReferenceGrant"),
        };

        ImmutableArray<T> Of<T>(string kind)
            where T : class, IKubeObject =>
            [.. documents[kind].Select(node => node.Deserialize(IstioJson.Options.TypeInfoOf<T>())!)];
    }

    public static IEnumerable<JsonObject> Documents(string world) => KubeYaml.Read(world).Select(document => document.Content).OfType<JsonObject>();

    private static ProxyNode Node(string line)
    {
        var parts = line["# node: ".Length..].Trim().Split(' ');
        var id = parts[0].Split('~');
        var labels = parts.Skip(1).Select(label => label.Split('=')).ToImmutableDictionary(label => label[0], label => label[1]);
        return new ProxyNode
        {
            Id = parts[0],
            Type = id[0] == "router" ? ProxyType.Router : ProxyType.Sidecar,
            Address = id[1],
            Addresses = [id[1]],
            Name = id[2].Split('.')[0],
            Namespace = id[2].Split('.')[1],
            Labels = labels,
            Network = labels.GetValueOrDefault(MeshNetworks.NetworkLabel) ?? "",
            NetworkView = labels.GetValueOrDefault("view") is { } network ? [network] : [],
        };
    }

    private static MeshConfig Mesh(ImmutableDictionary<string, string> data) =>
        MeshConfig.Read(data.GetValueOrDefault(MeshConfig.ConfigMapKey)) with { Networks = MeshNetworks.Read(data.GetValueOrDefault(MeshNetworks.ConfigMapKey)) };
}
