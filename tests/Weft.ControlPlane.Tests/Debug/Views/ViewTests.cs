using System.Text.Json;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Envoy.Service.Status.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Xds;

namespace Weft.ControlPlane.Debug.Views;

public sealed class ViewTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void The_spelling_of_a_proxys_own_dump_is_read_too_and_names_that_are_data_stay()
    {
        var dump = EnvoyDump.Parse("""
            {"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","dynamic_active_clusters":[{"cluster":{
              "name":"outbound|80|v1|a.b.svc.cluster.local","type":"EDS",
              "metadata":{"filter_metadata":{"istio":{"config":"/apis/networking.istio.io/v1/namespaces/b/destination-rule/rule"},"some_key":{"in_data":1}}}}}]}]}
            """);

        Assert.Contains("a.b.svc.cluster.local     80       v1         outbound      EDS      rule.b\n", ClusterView.Table(dump, new ClusterFilter(Fqdn: "a.b")), StringComparison.Ordinal);
        Assert.Contains("\"some_key\": {", ClusterView.Json(dump, new ClusterFilter()), StringComparison.Ordinal);
        Assert.DoesNotContain("a.b", ClusterView.Table(dump, new ClusterFilter(Subset: "v2")), StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoints_are_shown_with_their_health()
    {
        var clusters = EnvoyDump.Parse("""
            {"cluster_statuses":[{"name":"outbound|80||a","host_statuses":[
              {"address":{"socket_address":{"address":"10.0.0.2","port_value":80}},"health_status":{"eds_health_status":"HEALTHY","failed_outlier_check":true}},
              {"address":{"socket_address":{"address":"10.0.0.1","port_value":80}},"health_status":{"eds_health_status":"UNHEALTHY"}}]}]}
            """);

        Assert.Equal(
            "ENDPOINT        STATUS        OUTLIER CHECK     CLUSTER\n"
            + "10.0.0.1:80     UNHEALTHY     OK                outbound|80||a\n"
            + "10.0.0.2:80     HEALTHY       FAILED            outbound|80||a\n",
            EndpointView.Table(clusters, new EndpointFilter()));
        Assert.DoesNotContain("10.0.0.1", EndpointView.Table(clusters, new EndpointFilter(Status: "healthy")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gateways_server_names_and_empty_hosts_are_shown()
    {
        var dump = EnvoyDump.Parse("""
            {"configs":[
              {"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump","dynamicListeners":[{"activeState":{"listener":{
                "address":{"socketAddress":{"address":"0.0.0.0","portValue":8443}},
                "filterChains":[{"filterChainMatch":{"serverNames":["a.com","b.com"]},"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"rds":{"routeConfigName":"https.443.h.gw.ns"}}}]}]}}}]},
              {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump","dynamicRouteConfigs":[{"routeConfig":{"name":"http.8080","virtualHosts":[{"name":"blackhole:80","domains":["*"]}]}}]}]}
            """);

        Assert.Contains("0.0.0.0   8443 SNI: a.com,b.com Route: https.443.h.gw.ns\n", ListenerView.Table(dump, new ListenerFilter(Type: "http")), StringComparison.Ordinal);
        Assert.Contains("http.8080     blackhole:80     *           /*        404\n", RouteView.Table(dump, "http.8080"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_verbosity_listeners_and_routes_are_a_line_each()
    {
        var dump = EnvoyDump.Parse("""
            {"configs":[
              {"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump","dynamicListeners":[{"activeState":{"listener":{
                "address":{"socketAddress":{"address":"0.0.0.0","portValue":80}},
                "filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager"}]},{"filters":[{"name":"envoy.filters.network.tcp_proxy"}]}]}}}]},
              {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump","dynamicRouteConfigs":[{"routeConfig":{"name":"80","virtualHosts":[{"name":"a"},{"name":"b"}]}}]}]}
            """);

        Assert.Equal("ADDRESSES PORT TYPE\n0.0.0.0   80   HTTP+TCP\n", ListenerView.ShortTable(dump, new ListenerFilter()));
        Assert.Equal("NAME     VIRTUAL HOSTS\n80       2\n", RouteView.ShortTable(dump, ""));
    }

    [Fact]
    public void Versions_filters_and_endpoints_of_a_dump_are_shown()
    {
        var dump = EnvoyDump.Parse("""
            {"configs":[
              {"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{"node":{"metadata":{"ISTIO_VERSION":"1.30.1","ISTIO_PROXY_SHA":"istio-proxy:abc"},
                "user_agent_build_version":{"version":{"major_number":1,"minor_number":38},"metadata":{"build.type":"RELEASE","ssl.version":"BoringSSL"}}}}},
              {"@type":"type.googleapis.com/envoy.admin.v3.EcdsConfigDump","ecds_filters":[{"ecds_filter":{"name":"b","typed_config":{"@type":"type.googleapis.com/envoy.x.Wasm"}}}]},
              {"@type":"type.googleapis.com/envoy.admin.v3.EndpointsConfigDump","dynamic_endpoint_configs":[{"endpoint_config":{"cluster_name":"outbound|80||a","endpoints":[
                {"locality":{"region":"r","zone":"z"},"lb_endpoints":[{"health_status":"HEALTHY","endpoint":{"address":{"socket_address":{"address":"10.0.0.1","port_value":80}}}}]}]}}]}]}
            """);

        Assert.Equal("Istio Version:       1.30.1\nIstio Proxy Version: abc\nEnvoy Version:       1.38.0/RELEASE/BoringSSL\n", BootstrapView.Versions(dump));
        Assert.Equal("ECDS NAME     TYPE\nb             envoy.x.Wasm\n", EcdsView.Table(dump));
        Assert.Equal("NAME            STATUS      LOCALITY     CLUSTER\n10.0.0.1:80     HEALTHY     r/z          outbound|80||a\n", EndpointDumpView.Table(dump));
    }

    [Fact]
    public void Roots_are_read_of_a_dump_and_a_dump_without_any_has_none()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        using var root = new System.Security.Cryptography.X509Certificates.CertificateRequest("O=a", key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSelfSigned(s_now, s_now.AddDays(1));
        string Dump(string pem) => $$$"""
            {"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.SecretsConfigDump","dynamic_active_secrets":[{"name":"ROOTCA","secret":{"validation_context":{"trusted_ca":{"inline_bytes":"{{{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem))}}}"} } } }]}]}
            """;

        Assert.Equal([root.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)], RootCaView.RootsOf(EnvoyDump.Parse(Dump(root.ExportCertificatePem())))!);
        Assert.Null(RootCaView.RootsOf(EnvoyDump.Parse(Dump(""))));
        Assert.Null(RootCaView.RootsOf(EnvoyDump.Parse("{}")));
        Assert.Equal("Both [a.x] and [b.y] have the non identical ROOTCA, theoretically the connectivity between them is unavailable", RootCaView.Text("a.x", "b.y", isSame: false));
    }

    [Fact]
    public void The_sync_status_is_shown_as_by_istioctl()
    {
        var response = Response(
            Proxy("cars-1.travel", (TypeUrls.Cluster, ConfigStatus.Synced, 5), (TypeUrls.Listener, ConfigStatus.Error, 200), (TypeUrls.Route, ConfigStatus.Stale, 60), (TypeUrls.Endpoint, ConfigStatus.NotSent, null)));

        Assert.Equal(
            "NAME              CLUSTER        ISTIOD       VERSION     SUBSCRIBED TYPES\n"
            + "cars-1.travel     Kubernetes     istiod-0     1.30.1      4 (CDS,LDS,EDS,RDS)\n",
            StatusView.Table(response));
        Assert.Equal(
            "NAME              CLUSTER        CDS             ECDS        EDS          LDS               RDS             ISTIOD       VERSION\n"
            + "cars-1.travel     Kubernetes     SYNCED (5s)     IGNORED     NOT SENT     ERROR (3m20s)     STALE (60s)     istiod-0     1.30.1\n",
            StatusView.WideTable(response, s_now));
        Assert.Contains("\"typeUrl\": \"istio.io/debug/syncz\"", StatusView.Json(response), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_proxies_only_the_header_is_shown() =>
        Assert.Equal("NAME     CLUSTER     ISTIOD     VERSION     SUBSCRIBED TYPES\n", StatusView.Table(Response()));

    [Theory]
    [InlineData("[]")]
    [InlineData("no json")]
    public void What_is_no_dump_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => EnvoyDump.Parse(text));

    [Fact]
    public void A_dump_of_odd_shape_gives_empty_tables()
    {
        var dump = EnvoyDump.Parse("""{"configs":[1,{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","dynamicActiveClusters":{"cluster":[]}}],"clusterStatuses":7}""");

        Assert.Single(ClusterView.Table(dump, new ClusterFilter()).TrimEnd().Split('\n'));
        Assert.Single(EndpointView.Table(dump, new EndpointFilter()).TrimEnd().Split('\n'));
    }

    private static DiscoveryResponse Response(params ClientConfig[] proxies)
    {
        var response = new DiscoveryResponse
        {
            TypeUrl = "istio.io/debug/syncz",
            ControlPlane = new Envoy.Config.Core.V3.ControlPlane { Identifier = """{"Component":"istiod","ID":"istiod-0","Info":{}}""" },
        };
        response.Resources.Add(proxies.Select(proxy => Any.Pack(proxy)));
        return response;
    }

    private static ClientConfig Proxy(string name, params (string Type, ConfigStatus Status, int? Age)[] types)
    {
        var proxy = new ClientConfig
        {
            Node = new Node
            {
                Id = $"sidecar~10.0.0.1~{name}~travel.svc.cluster.local",
                Metadata = new Struct { Fields = { ["CLUSTER_ID"] = Value.ForString("Kubernetes"), ["ISTIO_VERSION"] = Value.ForString("1.30.1") } },
            },
        };
        foreach (var (type, status, age) in types)
        {
            var config = new ClientConfig.Types.GenericXdsConfig { TypeUrl = type, ConfigStatus = status };
            if (age is { } seconds)
            {
                config.LastUpdated = Timestamp.FromDateTimeOffset(s_now.AddSeconds(-seconds));
            }

            proxy.GenericXdsConfigs.Add(config);
        }

        return proxy;
    }
}
