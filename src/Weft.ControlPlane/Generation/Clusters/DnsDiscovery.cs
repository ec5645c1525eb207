using Envoy.Config.Cluster.V3;
using Envoy.Extensions.Common.DynamicForwardProxy.V3;
using Envoy.Extensions.Network.DnsResolver.Cares.V3;
using Weft.Istio.Mesh;

namespace Weft.ControlPlane.Generation.Clusters;

/// <summary>How a proxy resolves the names of a cluster's endpoints.</summary>
internal static class DnsDiscovery
{
    private const uint MaxQueriesPerConnection = 100;
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(60);

    /// <summary>Where the names that requests state for a wildcard host are resolved.</summary>
    public static DnsCacheConfig CacheOf(string host) => new() { Name = $"{host}_dfp_dns_cache", DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Only };

    // Envoy has newer fields for these; istiod sends the ones that every proxy knows.
#pragma warning disable CS0612 // see above
    public static void Apply(Cluster cluster, MeshConfig mesh)
    {
        cluster.DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Only;
        cluster.DnsRefreshRate = (mesh.DnsRefreshRate ?? s_refresh).ToDuration();
        cluster.RespectDnsTtl = true;
        cluster.TypedDnsResolverConfig = new()
        {
            Name = "envoy.network.dns_resolver.cares",
            TypedConfig = new CaresDnsResolverConfig { UdpMaxQueries = MaxQueriesPerConnection }.Pack(),
        };
    }
#pragma warning restore CS0612
}
