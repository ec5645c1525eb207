using Weft.Proxy.Tls;

namespace Weft.Proxy.Stats;

/// <summary>Labels of istio.stats where the obvious source of one is missing.</summary>
public sealed class TrafficPartiesTests
{
    private static readonly WorkloadIdentity Local = WorkloadIdentity.Unknown with { Workload = "alpha-v1", Namespace = "demo", CanonicalName = "alpha" };

    [Theory]
    [InlineData("", "", "shop.example:8080", "shop.example:8080", "shop.example:8080")]
    [InlineData("", "", null, "unknown", "unknown")]
    [InlineData("none", "", "shop.example", "shop.example", "shop.example")]
    [InlineData("PassthroughCluster", "allow_any", "shop.example", "shop.example", "PassthroughCluster")]
    [InlineData("BlackHoleCluster", "", null, "unknown", "BlackHoleCluster")]
    [InlineData("", "block_all", "shop.example", "shop.example", "BlackHoleCluster")]
    public void A_service_that_the_cluster_does_not_name_is_the_whole_host(string cluster, string route, string? host, string service, string name)
    {
        var parties = TrafficPartiesOf.Traffic(Local, true, null, null, null, cluster, route, host);

        Assert.Equal((service, name, "unknown"), (parties.DestinationService, parties.DestinationServiceName, parties.DestinationServiceNamespace));
    }

    [Theory]
    [InlineData("InboundPassthroughCluster")]
    [InlineData("InboundPassthroughClusterIpv4")]
    public void Inbound_traffic_of_no_service_keeps_its_clusters_name(string cluster)
    {
        var parties = TrafficPartiesOf.Traffic(Local, false, null, null, null, cluster, "", null);

        Assert.Equal(("alpha", cluster, "demo"), (parties.DestinationService, parties.DestinationServiceName, parties.DestinationServiceNamespace));
    }

    [Fact]
    public void The_namespace_of_a_peer_is_that_of_its_certificate_for_its_service_too()
    {
        var tls = new TlsSession
        {
            LocalUri = "spiffe://cluster.local/ns/demo/sa/alpha",
            PeerNames = new SubjectAltNames(["spiffe://cluster.local/ns/proven/sa/beta"], []),
            PeerSubject = "",
            PeerHash = "00",
            Alpn = "",
        };

        var parties = TrafficPartiesOf.Traffic(Local, true, WorkloadIdentity.Unknown with { Namespace = "told" }, tls, null, "", "", "beta");

        Assert.Equal(("proven", "proven"), (parties.Peer.Namespace, parties.DestinationServiceNamespace));
    }
}
