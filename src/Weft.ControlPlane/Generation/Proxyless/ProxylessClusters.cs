using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Weft.ControlPlane.Generation.Clusters;
using Weft.Istio.Effective;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Proxyless;

/// <summary>
/// The clusters of a service port and its subsets as gRPC libraries take them: round robin or a hash ring, outliers, a limit of requests, and
/// Istio's mutual TLS where a DestinationRule says so. Mutual TLS by itself is for proxies: a library does not know who takes it.
/// </summary>
internal static class ProxylessClusters
{
    /// <summary>The certificate provider that Istio's bootstrap of gRPC names.</summary>
    private const string Provider = "default";

    public static IEnumerable<Cluster> Of(ProxyView view, MeshService service, MeshServicePort port)
    {
        var rule = view.RuleFor(service);
        Subset?[] subsets = [null, .. rule?.Subsets ?? []];
        return subsets.Select(subset => Of(view, service, port, subset, rule?.PolicyOf(port.Number, subset) ?? DestinationPolicy.None));
    }

    private static Cluster Of(ProxyView view, MeshService service, MeshServicePort port, Subset? subset, DestinationPolicy policy)
    {
        var name = ClusterNames.Outbound(port.Number, subset?.Name ?? "", service.Host);
        var cluster = new Cluster
        {
            Name = name,
            Type = Cluster.Types.DiscoveryType.Eds,
            EdsClusterConfig = new() { EdsConfig = EnvoyShapes.AdsSource(), ServiceName = name },
        };
        ClusterPolicies.ApplyLoadBalancer(cluster, policy.LoadBalancer is { ConsistentHash: { Maglev: null } } ? policy.LoadBalancer : new LoadBalancerSettings { Simple = "ROUND_ROBIN" });
        ClusterPolicies.ApplyOutlierDetection(cluster, policy.OutlierDetection, service.TellsUnready);
        if (policy.ConnectionPool?.Http?.Http2MaxRequests is { } requests and > 0)
        {
            cluster.CircuitBreakers = new() { Thresholds = { new CircuitBreakers.Types.Thresholds { MaxRequests = (uint)requests } } };
        }

        if (policy.Tls is { Mode: "ISTIO_MUTUAL" } tls)
        {
            cluster.TransportSocket = MutualTls(tls.SubjectAltNames.Length > 0 ? tls.SubjectAltNames : ServiceIdentities.Of(view, service, port));
        }

        return cluster;
    }

    private static TransportSocket MutualTls(IEnumerable<string> identities)
    {
        var roots = new CertificateValidationContext { CaCertificateProviderInstance = new CertificateProviderPluginInstance { InstanceName = Provider, CertificateName = "ROOTCA" } };
#pragma warning disable CS0612 // match_subject_alt_names is what gRPC reads; its successor it does not know.
        roots.MatchSubjectAltNames.Add(identities.Select(identity => new StringMatcher { Exact = identity }));
#pragma warning restore CS0612
        return new TransportSocket
        {
            Name = "envoy.transport_sockets.tls",
            TypedConfig = new UpstreamTlsContext
            {
                CommonTlsContext = new CommonTlsContext
                {
                    TlsCertificateProviderInstance = new CertificateProviderPluginInstance { InstanceName = Provider, CertificateName = Provider },
                    ValidationContext = roots,
                },
            }.Pack(),
        };
    }
}
