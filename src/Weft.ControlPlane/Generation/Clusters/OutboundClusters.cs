using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Clusters;

/// <summary>The cluster of one service port, for callers.</summary>
internal static class OutboundClusters
{
    private static readonly string[] s_alpn = ["istio-peer-exchange", "istio"];
    private static readonly string[] s_http2Alpn = ["istio-peer-exchange", "istio", "h2"];

    public static Cluster Of(ProxyView view, MeshService service, MeshServicePort port)
    {
        var name = ClusterNames.Outbound(port.Number, "", service.Host);
        var cluster = new Cluster
        {
            Name = name,
            AltStatName = $"{name};",
            ConnectTimeout = view.Mesh.EffectiveConnectTimeout.ToDuration(),
            CommonLbConfig = new(),
            CircuitBreakers = ClusterParts.Unlimited(),
            Filters = { ClusterParts.MetadataExchange() },
            Metadata = ClusterParts.ServiceMetadata(service),
        };
        SetDiscovery(cluster, service);
        ClusterParts.SetProtocol(cluster, port.Protocol);
        if (view.Mesh.AutoMtls && !service.IsExternal)
        {
            AddAutomaticMutualTls(cluster, view, service, port);
        }

        return cluster;
    }

    private static void SetDiscovery(Cluster cluster, MeshService service)
    {
        if (service.Resolution == ServiceResolution.Passthrough)
        {
            cluster.Type = Cluster.Types.DiscoveryType.OriginalDst;
            cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
            return;
        }

        cluster.Type = Cluster.Types.DiscoveryType.Eds;
        cluster.LbPolicy = Cluster.Types.LbPolicy.LeastRequest;
        cluster.EdsClusterConfig = new() { EdsConfig = EnvoyShapes.AdsSource(), ServiceName = cluster.Name };
    }

    /// <summary>Mutual TLS for the endpoints that say they take it. Where endpoints are not known, the namespace's policy decides for all.</summary>
    private static void AddAutomaticMutualTls(Cluster cluster, ProxyView view, MeshService service, MeshServicePort port)
    {
        var socket = TlsContexts.Upstream(
            ClusterNames.ServerName(port.Number, "", service.Host),
            Identities(view, service, port),
            port.Protocol.IsHttp2() ? s_http2Alpn : s_alpn);
        if (service.Resolution == ServiceResolution.Passthrough)
        {
            if (AllAcceptMutualTls(service, port) && EffectiveTls.OfNamespace(view.Snapshot, service.Namespace) != MutualTlsMode.Disable)
            {
                cluster.TransportSocket = socket;
            }

            return;
        }

        cluster.TransportSocketMatches.Add(new Cluster.Types.TransportSocketMatch
        {
            Name = "tlsMode-istio",
            Match = EnvoyShapes.StructOf(("tlsMode", Value.ForString("istio"))),
            TransportSocket = socket,
        });
        cluster.TransportSocketMatches.Add(new Cluster.Types.TransportSocketMatch
        {
            Name = "tlsMode-disabled",
            Match = new Struct(),
            TransportSocket = TlsContexts.Plaintext(),
        });
    }

    private static bool AllAcceptMutualTls(MeshService service, MeshServicePort port)
    {
        var endpoints = service.EndpointsOf(port).ToList();
        return endpoints.Count > 0 && endpoints.TrueForAll(endpoint => endpoint.AcceptsMutualTls);
    }

    /// <summary>Who may answer: the service accounts of the endpoints of this port.</summary>
    private static IEnumerable<string> Identities(ProxyView view, MeshService service, MeshServicePort port) =>
        service.EndpointsOf(port)
            .Where(endpoint => endpoint.ServiceAccount.Length > 0)
            .Select(endpoint => $"spiffe://{view.Mesh.TrustDomain}/ns/{endpoint.Namespace}/sa/{endpoint.ServiceAccount}")
            .Concat(service.SubjectAltNames)
            .Distinct()
            .Order(StringComparer.Ordinal);
}
