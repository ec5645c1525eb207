using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Envoy.Service.Status.V3;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Fakes;
using Weft.Kubernetes.Yaml;
using Weft.Xds;

namespace Weft.ControlPlane.Debug;

public sealed class DebugPagesTests
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Client = "client.travel-agency";

    [Fact]
    public async Task The_registry_shows_services_and_endpoints_with_the_fields_of_istiod()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);

        var service = (await GetAsync(mesh, "registryz", cancellationToken)).AsArray().Single()!.AsObject();
        Assert.Equal(
            ["Attributes", "MeshExternal", "Resolution", "ResourceVersion", "clusterVIPs", "creationTime", "defaultAddress", "hostname", "ports"],
            service.Select(field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal("""[{"name":"http","port":8000,"protocol":"HTTP"}]""", service["ports"]!.ToJsonString());
        Assert.Equal("ClusterIP", service["Attributes"]!["Type"]!.GetValue<string>());

        var endpoint = (await GetAsync(mesh, "endpointShardz", cancellationToken))["cars.travel-agency.svc.cluster.local"]!["travel-agency"]!["Shards"]!["Kubernetes/Kubernetes"]![0]!.AsObject();
        Assert.Equal(
            ["Addresses", "EndpointPort", "HealthStatus", "HostName", "Labels", "LbWeight", "LegacyClusterPortKey", "Locality", "Namespace", "Network", "NodeName", "SendUnhealthyEndpoints", "ServiceAccount", "ServicePortName", "SubDomain", "TLSMode", "WorkloadName"],
            endpoint.Select(field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal("""["127.1.0.7"]""", endpoint["Addresses"]!.ToJsonString());
    }

    [Fact]
    public async Task A_connected_proxy_is_shown_with_what_it_watches_and_what_it_is_given()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AcknowledgeAsync(await ads.AskAsync(TypeUrls.Cluster));
        await ads.AskAsync(TypeUrls.Endpoint, "outbound|8000||cars.travel-agency.svc.cluster.local");

        var client = (await GetAsync(mesh, "adsz", cancellationToken))["clients"]![0]!;
        Assert.StartsWith(Client + "-", client["connectionId"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("travel-agency", client["metadata"]!["NAMESPACE"]!.GetValue<string>());
        Assert.Equal("""["outbound|8000||cars.travel-agency.svc.cluster.local"]""", client["watches"]![TypeUrls.Endpoint]!.ToJsonString());
        Assert.Equal(1, (await GetAsync(mesh, "connections", cancellationToken))["totalClients"]!.GetValue<int>());
        Assert.Equal(Client, (await GetAsync(mesh, "syncz", cancellationToken))[0]!["proxy"]!.GetValue<string>());
        Assert.Equal("outbound|8000||cars.travel-agency.svc.cluster.local", (await GetAsync(mesh, $"edsz?proxyID={Client}", cancellationToken))["configs"]![0]!["clusterName"]!.GetValue<string>());
        Assert.Equal(
            ["BootstrapConfigDump", "ClustersConfigDump", "ListenersConfigDump", "ScopedRoutesConfigDump", "RoutesConfigDump", "SecretsConfigDump", "EcdsConfigDump"],
            (await GetAsync(mesh, $"config_dump?proxyID={Client}", cancellationToken))["configs"]!.AsArray().Select(part => part!["@type"]!.GetValue<string>().Split('.')[^1]));
    }

    [Fact]
    public async Task Each_proxy_is_shown_with_the_service_ports_that_lead_to_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "client", "http", 8000, "127.1.0.5", 8080);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await WhenAsync(mesh, push => push.Snapshot.Services is { Length: 2 } services && services.All(service => service.Endpoints.Length == 1), cancellationToken);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AskAsync(TypeUrls.Cluster);

        var instance = (await GetAsync(mesh, "instancesz", cancellationToken))[Client]!.AsArray().Single()!;

        Assert.Equal("""{"name":"http","port":8000,"protocol":"HTTP","TargetPort":8080}""", instance["Port"]!.ToJsonString());
        Assert.Equal("client.travel-agency.svc.cluster.local", instance["Service"]!["hostname"]!.GetValue<string>());
    }

    [Fact]
    public async Task Policies_are_shown_by_namespace()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.Api.Put("apis/security.istio.io/v1/authorizationpolicies", "travel-agency", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "deny", ["annotations"] = new JsonObject { ["istio.io/dry-run"] = "true" } },
            ["spec"] = new JsonObject { ["action"] = "DENY" },
        });
        mesh.Api.Put("apis/telemetry.istio.io/v1/telemetries", "istio-system", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "logs" },
            ["spec"] = new JsonObject { ["accessLogging"] = new JsonArray(new JsonObject { ["disabled"] = true }) },
        });
        await foreach (var push in mesh.ControlPlane.Pushes.WatchAsync(cancellationToken))
        {
            if (push.Snapshot.Objects is { AuthorizationPolicies.Length: 1, Telemetries.Length: 1 })
            {
                break;
            }
        }

        var policies = (await GetAsync(mesh, "authorizationz", cancellationToken))["authorization_policies"]!;
        var policy = policies["namespace_to_policies"]!["travel-agency"]!.AsArray().Single()!;
        var telemetry = (await GetAsync(mesh, "telemetryz", cancellationToken))["telemetries"]!["namespace_to_telemetries"]!["istio-system"]!.AsArray().Single()!;

        Assert.Equal("istio-system", policies["root_namespace"]!.GetValue<string>());
        Assert.Equal(("deny", "travel-agency", "true"), (policy["name"]!.GetValue<string>(), policy["namespace"]!.GetValue<string>(), policy["annotations"]!["istio.io/dry-run"]!.GetValue<string>()));
        Assert.Equal("DENY", policy["spec"]!["action"]!.GetValue<string>());
        Assert.Equal("logs", telemetry["name"]!.GetValue<string>());
        Assert.True(telemetry["spec"]!["accessLogging"]![0]!["disabled"]!.GetValue<bool>());
        Assert.Equal("""[{"id":"Kubernetes","secretName":"","syncStatus":"synced"}]""", (await GetAsync(mesh, "clusterz", cancellationToken)).ToJsonString());
    }

    [Fact]
    public async Task The_push_status_tells_what_was_wrong_with_the_configuration_before_the_newest()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AskAsync(TypeUrls.Cluster);
        Put(mesh, "destinationrules", "cars", """{"host":"cars","subsets":[{"name":"v1","labels":{"version":"v1"}}]}""");
        Put(mesh, "destinationrules", "cars-too", """{"host":"cars.travel-agency.svc.cluster.local","subsets":[{"name":"v1"}]}""");
        Put(mesh, "serviceentries", "far", """{"hosts":["far.example"],"resolution":"DNS","ports":[{"number":80,"name":"http","protocol":"HTTP"}],"workloadSelector":{"labels":{"app":"far"}}}""");
        await WhenAsync(mesh, push => push.Snapshot.Objects is { DestinationRules.Length: 2, ServiceEntries.Length: 1 }, cancellationToken);
        Put(mesh, "serviceentries", "last", """{"hosts":["last.example"],"resolution":"DNS","ports":[{"number":80,"name":"http","protocol":"HTTP"}],"workloadSelector":{"labels":{"app":"last"}}}""");
        await WhenAsync(mesh, push => push.Snapshot.Objects is { ServiceEntries.Length: 2 } && push.Before?.Objects is { DestinationRules.Length: 2, ServiceEntries.Length: 1 }, cancellationToken);

        var told = await GetAsync(mesh, "push_status", cancellationToken);

        Assert.Equal("""
            {"pilot_destrule_subsets":{"cars.travel-agency.svc.cluster.local":{"message":"Duplicate subset v1 found while merging destination rules for cars.travel-agency.svc.cluster.local"}},"pilot_dns_cluster_without_endpoints":{"outbound|80||far.example":{"proxy":"client.travel-agency","message":"STRICT_DNS cluster without endpoints outbound|80||far.example found while pushing CDS"}},"pilot_eds_no_instances":{"outbound|8000|v1|cars.travel-agency.svc.cluster.local":{}}}
            """.Trim(), told.ToJsonString(s_plain));
    }

    [Fact]
    public async Task What_injection_makes_of_an_empty_pod_is_shown_by_istiods_templates()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.Api.Put("api/v1/configmaps", "istio-system", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "istio" },
            ["data"] = new JsonObject { ["mesh"] = "defaultConfig: {proxyMetadata: {TINT: red}}" },
        });
        await WhenAsync(mesh, push => push.Snapshot.Mesh.DefaultConfig is not null, cancellationToken);

        var templates = (await GetAsync(mesh, "inject", cancellationToken)).AsObject();

        Assert.Equal(["gateway", "sidecar"], templates.Select(template => template.Key));
        var (gateway, sidecar) = (Assert.Single(KubeYaml.Read((string)templates["gateway"]!)).Content!, Assert.Single(KubeYaml.Read((string)templates["sidecar"]!)).Content!);
        Assert.Equal(("istio-proxy", "router", "istio-proxy", "sidecar", "istio-init"), (
            (string)gateway["spec"]!["containers"]![0]!["name"]!, (string)gateway["spec"]!["containers"]![0]!["args"]![1]!,
            (string)sidecar["spec"]!["containers"]![0]!["name"]!, (string)sidecar["spec"]!["containers"]![0]!["args"]![1]!, (string)sidecar["spec"]!["initContainers"]![0]!["name"]!));
        Assert.Contains(sidecar["spec"]!["containers"]![0]!["env"]!.AsArray(), variable => (string)variable!["name"]! == "TINT" && (string)variable["value"]! == "red");
    }

    [Fact]
    public async Task The_kinds_that_are_read_are_listed_as_istiod_lists_them()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);

        var kinds = (await GetAsync(mesh, "resourcesz", cancellationToken)).AsArray().Select(kind => $"{kind!["kind"]}.{kind["group"]}").ToList();

        Assert.Contains("ListenerSet.gateway.networking.k8s.io", kinds);
        Assert.Contains("Ingress.networking.k8s.io", kinds);
        Assert.Equal(kinds.Distinct(), kinds);
        // The recorded order of those that both read.
        string[] recorded =
        [
            "AuthorizationPolicy.security.istio.io", "BackendTLSPolicy.gateway.networking.k8s.io", "DestinationRule.networking.istio.io", "EnvoyFilter.networking.istio.io",
            "GRPCRoute.gateway.networking.k8s.io", "Gateway.networking.istio.io", "GatewayClass.gateway.networking.k8s.io", "HTTPRoute.gateway.networking.k8s.io",
            "Gateway.gateway.networking.k8s.io", "ListenerSet.gateway.networking.k8s.io", "PeerAuthentication.security.istio.io", "ProxyConfig.networking.istio.io",
            "ReferenceGrant.gateway.networking.k8s.io", "RequestAuthentication.security.istio.io", "ServiceEntry.networking.istio.io", "Sidecar.networking.istio.io",
            "TLSRoute.gateway.networking.k8s.io", "Telemetry.telemetry.istio.io", "TrafficExtension.extensions.istio.io", "VirtualService.networking.istio.io",
            "WasmPlugin.extensions.istio.io", "WorkloadEntry.networking.istio.io", "Ingress.networking.k8s.io",
        ];
        Assert.Equal(recorded, kinds.Where(recorded.Contains));
    }

    [Fact]
    public async Task Nobody_is_sent_filters_by_themselves()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AskAsync(TypeUrls.Cluster);
        using var http = new HttpClient { BaseAddress = mesh.Debug };

        var answer = await http.GetAsync(new Uri($"/debug/ecdsz?proxyID={Client}", UriKind.Relative), cancellationToken);

        Assert.Equal((404, $"no watched ExtensionConfigurationType found, proxyID: {Client}\n"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken)));
    }

    [Theory]
    [InlineData("ambientz", 200)]
    [InlineData("mcsz", 200)]
    [InlineData("resourcesz", 200)]
    [InlineData("ecdsz", 400)]
    [InlineData("ecdsz?proxyID=nobody.nowhere", 404)]
    [InlineData("config_dump", 400)]
    [InlineData("config_dump?proxyID=nobody.nowhere", 404)]
    [InlineData("edsz", 400)]
    [InlineData("no-such-page", 404)]
    [InlineData("mesh", 200)]
    [InlineData("push_status", 200)]
    [InlineData("inject", 200)]
    [InlineData("list", 200)]
    [InlineData("configz", 200)]
    [InlineData("networkz", 200)]
    [InlineData("pushcontext", 200)]
    [InlineData("sidecarz", 400)]
    [InlineData("sidecarz?proxyID=nobody.nowhere", 404)]
    public async Task Every_page_has_its_answer(string page, int status)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = mesh.Debug };

        Assert.Equal(status, (int)(await http.GetAsync(new Uri($"/debug/{page}", UriKind.Relative), cancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_mesh_shows_Istios_defaults_under_what_is_configured()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.Api.Put("api/v1/configmaps", "istio-system", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "istio" },
            ["data"] = new JsonObject { ["mesh"] = "connectTimeout: 3s\noutboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n" },
        });
        await foreach (var push in mesh.ControlPlane.Pushes.WatchAsync(cancellationToken))
        {
            if (push.Snapshot.Mesh.ConnectTimeout == TimeSpan.FromSeconds(3))
            {
                break;
            }
        }

        var shown = await GetAsync(mesh, "mesh", cancellationToken);

        Assert.Equal(("3s", "REGISTRY_ONLY", 15001, "cluster.local"), (
            shown["connectTimeout"]!.GetValue<string>(), shown["outboundTrafficPolicy"]!["mode"]!.GetValue<string>(),
            shown["proxyListenPort"]!.GetValue<int>(), shown["trustDomain"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_metrics_have_istiods_names()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.RefuseAsync(await ads.AskAsync(TypeUrls.Cluster), "no such filter");
        await ads.AskAsync(TypeUrls.Listener);
        using var http = new HttpClient { BaseAddress = mesh.Debug };

        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);

        foreach (var line in new[]
        {
            "pilot_info{version=\"1.30.1\"} 1", "pilot_services 1", "pilot_xds_pushes{type=\"cds\"} 1", "pilot_total_xds_rejects{type=\"cds\"} 1", "# TYPE pilot_debounce_time histogram",
            "pilot_xds_cds_reject{node=\"sidecar~127.1.0.5~client.travel-agency~travel-agency.svc.cluster.local\"} 1", "pilot_pushcontext_init_seconds_bucket{le=\"+Inf\"}",
            "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total ", "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ",
        })
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_sync_status_is_answered_over_discovery_as_istioctl_asks()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var proxy = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await proxy.AcknowledgeAsync(await proxy.AskAsync(TypeUrls.Cluster));
        await proxy.RefuseAsync(await proxy.AskAsync(TypeUrls.Listener), "no such filter");
        await proxy.AskAsync(TypeUrls.Route, "8000");
        await using var tool = await AdsTestStream.OpenAsync(mesh, cancellationToken);

        var response = await tool.AskAsync("istio.io/debug/syncz");
        var status = Assert.Single(response.Resources).Unpack<ClientConfig>();
        Assert.Equal(
            [(TypeUrls.Cluster, ConfigStatus.Synced), (TypeUrls.Listener, ConfigStatus.Error), (TypeUrls.Route, ConfigStatus.Stale)],
            status.GenericXdsConfigs.Select(config => (config.TypeUrl, config.ConfigStatus)));
        Assert.Equal("no such filter", status.GenericXdsConfigs[1].ErrorState.Details);
        Assert.Contains("\"Component\":\"istiod\"", response.ControlPlane.Identifier, StringComparison.Ordinal);

        var dump = await tool.AskAsync("istio.io/debug/config_dump", Client);
        Assert.Equal(7, Assert.Single(dump.Resources).Unpack<Envoy.Admin.V3.ConfigDump>().Configs.Count);
    }

    private static void Put(TestMesh mesh, string plural, string name, string spec) => mesh.Api.Put(
        $"apis/networking.istio.io/v1/{plural}", "travel-agency", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = JsonNode.Parse(spec) });

    private static async Task WhenAsync(TestMesh mesh, Func<MeshPush, bool> reached, CancellationToken cancellationToken)
    {
        await foreach (var push in mesh.ControlPlane.Pushes.WatchAsync(cancellationToken))
        {
            if (reached(push))
            {
                return;
            }
        }
    }

    private static async Task<JsonNode> GetAsync(TestMesh mesh, string page, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = mesh.Debug };
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"/debug/{page}", UriKind.Relative), cancellationToken))!;
    }
}
