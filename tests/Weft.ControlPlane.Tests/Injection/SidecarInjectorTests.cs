using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane.Injection;

public sealed class SidecarInjectorTests
{
    private static readonly InjectionNamespace s_enabled = new("travel-agency", ImmutableDictionary<string, string>.Empty.Add("istio-injection", "enabled"));

    private const string CarsPod = """
        {"metadata":{"generateName":"cars-v1-5d9c7b-","namespace":"travel-agency","labels":{"app":"cars","version":"v1","pod-template-hash":"5d9c7b"},
          "annotations":{"prometheus.io/scrape":"true","prometheus.io/port":"9090","traffic.sidecar.istio.io/excludeInboundPorts":"9999"},
          "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"cars-v1-5d9c7b","controller":true,"uid":"1"}]},
         "spec":{"containers":[{"name":"cars","image":"quay.io/kiali/demo_travels_cars:v1","ports":[{"containerPort":8000}],"unknownField":1}]}}
        """;

    [Fact]
    public void A_pod_gets_the_sidecar_and_keeps_what_it_had()
    {
        var before = JsonNode.Parse(CarsPod)!.AsObject();
        var pod = SidecarInjector.Inject(before, s_enabled, InjectionSettings.Default)!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CarsPod), before));
        Assert.Equal(["cars", "istio-proxy"], pod["spec"]!["containers"]!.AsArray().Select(container => (string)container!["name"]!));
        Assert.Equal(["istio-init"], pod["spec"]!["initContainers"]!.AsArray().Select(container => (string)container!["name"]!));
        Assert.Equal(1, (int)pod["spec"]!["containers"]![0]!["unknownField"]!);
        var labels = pod["metadata"]!["labels"]!;
        Assert.Equal(("istio", "cars", "v1"), ((string)labels["security.istio.io/tlsMode"]!, (string)labels["service.istio.io/canonical-name"]!, (string)labels["service.istio.io/canonical-revision"]!));
        var annotations = pod["metadata"]!["annotations"]!;
        Assert.Equal(("true", "15020", "/stats/prometheus"), ((string)annotations["prometheus.io/scrape"]!, (string)annotations["prometheus.io/port"]!, (string)annotations["prometheus.io/path"]!));
        Assert.Equal("9999", (string)annotations["traffic.sidecar.istio.io/excludeInboundPorts"]!);
        Assert.Equal("cars", (string)annotations["kubectl.kubernetes.io/default-container"]!);
        Assert.Equal("istio-proxy", (string)JsonNode.Parse((string)annotations["sidecar.istio.io/status"]!)!["containers"]![0]!);
    }

    [Fact]
    public void The_sidecar_learns_its_workload_from_its_environment()
    {
        var pod = SidecarInjector.Inject(JsonNode.Parse(CarsPod)!.AsObject(), s_enabled, InjectionSettings.Default)!;
        var proxy = pod["spec"]!["containers"]![1]!;
        var environment = proxy["env"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => (string?)variable!["value"]);

        Assert.Equal("docker.io/istio/proxyv2:1.30.1", (string)proxy["image"]!);
        Assert.Equal("cars-v1", environment["ISTIO_META_WORKLOAD_NAME"]);
        Assert.Equal("kubernetes://apis/apps/v1/namespaces/travel-agency/deployments/cars-v1", environment["ISTIO_META_OWNER"]);
        Assert.Equal("cars", environment["ISTIO_META_APP_CONTAINERS"]);
        Assert.Equal("""[{"containerPort":8000,"protocol":"TCP"}]""", environment["ISTIO_META_POD_PORTS"]);
        Assert.Equal("istiod.istio-system.svc:15012", environment["CA_ADDR"]);
        Assert.Equal("""{"scrape":"true","path":"","port":"9090"}""", environment["ISTIO_PROMETHEUS_ANNOTATIONS"]);
        Assert.Equal("/healthz/ready", (string)proxy["readinessProbe"]!["httpGet"]!["path"]!);
        Assert.Contains("15090,15021,15020,9999", pod["spec"]!["initContainers"]![0]!["args"]!.AsArray().Select(argument => (string)argument!));
    }

    [Fact]
    public void An_injected_pod_stays_as_it_is()
    {
        var once = SidecarInjector.Inject(JsonNode.Parse(CarsPod)!.AsObject(), s_enabled, InjectionSettings.Default)!;
        Assert.Null(SidecarInjector.Inject(once, s_enabled, InjectionSettings.Default));
    }

    [Fact]
    public void The_gateway_template_makes_the_pod_a_router_and_keeps_what_its_author_states()
    {
        var pod = Inject("""
            {"metadata":{"name":"gw","annotations":{"inject.istio.io/templates":"gateway"},"labels":{"istio":"ingressgateway","sidecar.istio.io/inject":"true"}},
             "spec":{"containers":[{"name":"istio-proxy","image":"auto","env":[{"name":"A","value":"1"},{"name":"TRUST_DOMAIN","value":"own"}],
               "ports":[{"containerPort":8080}],"securityContext":{"runAsUser":5}}]}}
            """, InjectionSettings.Default);
        var proxy = Assert.Single(pod["spec"]!["containers"]!.AsArray())!;
        var environment = proxy["env"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => (string?)variable!["value"]);

        Assert.Equal(["proxy", "router"], proxy["args"]!.AsArray().Take(2).Select(argument => (string)argument!));
        Assert.Equal("docker.io/istio/proxyv2:1.30.1", (string)proxy["image"]!);
        Assert.Equal(("1", "own", "istiod.istio-system.svc:15012"), (environment["A"], environment["TRUST_DOMAIN"], environment["CA_ADDR"]));
        Assert.Equal([15090, 8080], proxy["ports"]!.AsArray().Select(port => (int)port!["containerPort"]!));
        Assert.Equal((5, true), ((int)proxy["securityContext"]!["runAsUser"]!, (bool)proxy["securityContext"]!["runAsNonRoot"]!));
        Assert.Empty(pod["spec"]!["initContainers"]!.AsArray());
        Assert.Null(pod["metadata"]!["labels"]!["security.istio.io/tlsMode"]);
    }

    [Fact]
    public void The_annotation_is_merged_over_the_configuration_of_the_mesh()
    {
        var pod = Inject("""
            {"metadata":{"name":"a","annotations":{"proxy.istio.io/config":"tracing:\n  sampling: 10\nproxyMetadata:\n  B: b\n"},"labels":{"sidecar.istio.io/inject":"true"}},"spec":{"containers":[{"name":"app"}]}}
            """, InjectionSettings.Default with { Mesh = MeshConfig.Read("defaultConfig: {concurrency: 2, tracing: {sampling: 1}, proxyMetadata: {A: a}}") });

        Assert.Equal("""{"concurrency":2,"tracing":{"sampling":10},"proxyMetadata":{"A":"a","B":"b"}}""", Variable(pod, "PROXY_CONFIG"));
    }

    [Fact]
    public void Objects_refine_the_configuration_of_the_mesh_and_the_annotation_has_the_last_word()
    {
        var settings = InjectionSettings.Default with
        {
            Mesh = MeshConfig.Read("defaultConfig: {concurrency: 2, proxyMetadata: {A: mesh, B: mesh, C: mesh, D: mesh, E: mesh}}\nenablePrometheusMerge: false"),
            ProxyConfigs =
            [
                Config("istio-system", "root", "environmentVariables: {B: root, C: root, D: root, E: root}\nimage: {imageType: debug}"),
                Config("travel-agency", "namespace", "concurrency: 0\nenvironmentVariables: {C: namespace, D: namespace, E: namespace}"),
                Config("travel-agency", "later", "concurrency: 7"),
                Config("travel-agency", "cars", "selector: {matchLabels: {app: cars}}\nenvironmentVariables: {D: cars, E: cars, ISTIO_META_DNS_CAPTURE: \"true\"}\nimage: {imageType: distroless}"),
                Config("travel-agency", "hotels", "selector: {matchLabels: {app: hotels}}\nconcurrency: 9"),
            ],
        };
        var pod = Inject("""
            {"metadata":{"name":"a","labels":{"app":"cars","topology.istio.io/network":"north"},"annotations":{"proxy.istio.io/config":"proxyMetadata: {E: pod}"}},"spec":{"containers":[{"name":"app"}]}}
            """, settings);

        Assert.Equal(("mesh", "root", "namespace", "cars", "pod"), (Variable(pod, "A"), Variable(pod, "B"), Variable(pod, "C"), Variable(pod, "D"), Variable(pod, "E")));
        Assert.Equal(("true", "north"), (Variable(pod, "ISTIO_META_DNS_CAPTURE"), Variable(pod, "ISTIO_META_NETWORK")));
        Assert.Equal(0, (int)JsonNode.Parse(Variable(pod, "PROXY_CONFIG")!)!["concurrency"]!);
        Assert.Equal("docker.io/istio/proxyv2:1.30.1-distroless", (string)pod["spec"]!["containers"]![1]!["image"]!);
        Assert.Null(pod["metadata"]!["annotations"]!["prometheus.io/scrape"]);
    }

    [Theory]
    [InlineData("docker.io/istio/proxyv2:1.30.1", "distroless", "docker.io/istio/proxyv2:1.30.1-distroless")]
    [InlineData("docker.io/istio/proxyv2:1.30.1-debug", "distroless", "docker.io/istio/proxyv2:1.30.1-distroless")]
    [InlineData("docker.io/istio/proxyv2:1.30.1-debug", "default", "docker.io/istio/proxyv2:1.30.1")]
    [InlineData("localhost:5000/proxyv2", "debug", "localhost:5000/proxyv2")]
    [InlineData("istio/proxyv2@sha256:00", "debug", "istio/proxyv2@sha256:00")]
    [InlineData("istio/proxyv2:1", null, "istio/proxyv2:1")]
    public void The_kind_of_image_is_the_suffix_of_its_tag(string image, string? type, string expected) => Assert.Equal(expected, ProxyImages.OfType(image, type));

    [Fact]
    public void A_pod_states_what_the_proxy_may_use_and_then_nothing_else_is_said()
    {
        var own = Inject("""
            {"metadata":{"name":"a","annotations":{"sidecar.istio.io/proxyCPU":"50m","readiness.status.sidecar.istio.io/periodSeconds":"5","readiness.status.sidecar.istio.io/initialDelaySeconds":"2",
              "traffic.sidecar.istio.io/excludeInterfaces":"eth1","traffic.sidecar.istio.io/kubevirtInterfaces":"tun0"},"labels":{"sidecar.istio.io/inject":"true"}},"spec":{"containers":[{"name":"app"}]}}
            """, InjectionSettings.Default)["spec"]!;
        var limited = Inject("""{"metadata":{"name":"a","annotations":{"sidecar.istio.io/proxyMemoryLimit":"1G"},"labels":{"sidecar.istio.io/inject":"true"}},"spec":{"containers":[{"name":"app"}]}}""", InjectionSettings.Default)["spec"]!;
        var plain = Inject("""{"metadata":{"name":"a","labels":{"sidecar.istio.io/inject":"true"}},"spec":{"containers":[{"name":"app"}]}}""", InjectionSettings.Default)["spec"]!;

        Assert.Equal("""{"requests":{"cpu":"50m"}}""", own["containers"]![1]!["resources"]!.ToJsonString());
        Assert.Equal("""{"limits":{"memory":"1G"}}""", limited["initContainers"]![0]!["resources"]!.ToJsonString());
        Assert.Equal("""{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"cpu":"2","memory":"1Gi"}}""", plain["containers"]![1]!["resources"]!.ToJsonString());
        Assert.Equal("""{"httpGet":{"path":"/healthz/ready","port":15021},"periodSeconds":5,"timeoutSeconds":3,"failureThreshold":4,"initialDelaySeconds":2}""", own["containers"]![1]!["readinessProbe"]!.ToJsonString());
        Assert.Equal(["-k", "tun0", "-c", "eth1"], own["initContainers"]![0]!["args"]!.AsArray().Select(argument => (string)argument!).SkipWhile(argument => argument != "-k").Take(4));
    }

    [Theory]
    [InlineData("""{"sidecar.istio.io/interceptionMode":"NONE"}""", null, "NONE", false)]
    [InlineData("""{"proxy.istio.io/config":"interceptionMode: NONE"}""", null, "NONE", false)]
    [InlineData("""{"sidecar.istio.io/interceptionMode":"REDIRECT"}""", "TPROXY", "REDIRECT", true)]
    [InlineData("{}", "TPROXY", "TPROXY", true)]
    [InlineData("{}", null, "REDIRECT", true)]
    public void Nothing_is_redirected_where_the_pod_or_the_mesh_says_so(string annotations, string? meshMode, string expected, bool hasInit)
    {
        var settings = meshMode is null ? InjectionSettings.Default : InjectionSettings.Default with { Mesh = MeshConfig.Read($"defaultConfig: {{interceptionMode: {meshMode}}}") };
        var pod = Inject($$$"""{"metadata":{"name":"a","annotations":{{{annotations}}},"labels":{"sidecar.istio.io/inject":"true"}},"spec":{"containers":[{"name":"app"}]}}""", settings);

        Assert.Equal(expected, Variable(pod, "ISTIO_META_INTERCEPTION_MODE"));
        Assert.Equal(hasInit ? 1 : 0, pod["spec"]!["initContainers"]?.AsArray().Count ?? 0);
        Assert.Equal(hasInit, JsonNode.Parse((string)pod["metadata"]!["annotations"]!["sidecar.istio.io/status"]!)!["initContainers"] is not null);
    }

    [Fact]
    public void Probes_go_to_the_agent_which_learns_what_to_ask()
    {
        const string Source = """
            {"metadata":{"name":"a","labels":{"sidecar.istio.io/inject":"true"}},"spec":{"containers":[{"name":"app","ports":[{"name":"web","containerPort":8080}],
              "livenessProbe":{"httpGet":{"path":"/live","port":"web"},"timeoutSeconds":3},"readinessProbe":{"exec":{"command":["true"]}}}]}}
            """;
        var pod = Inject(Source, InjectionSettings.Default);
        var app = pod["spec"]!["containers"]![0]!;

        Assert.Equal("""{"path":"/app-health/app/livez","port":15020}""", app["livenessProbe"]!["httpGet"]!.ToJsonString());
        Assert.NotNull(app["readinessProbe"]!["exec"]);
        Assert.Equal("""{"/app-health/app/livez":{"httpGet":{"path":"/live","port":8080},"timeoutSeconds":3}}""", Variable(pod, "ISTIO_KUBE_APP_PROBERS"));
        var kept = Source.Replace("\"labels\"", "\"annotations\":{\"sidecar.istio.io/rewriteAppHTTPProbers\":\"false\"},\"labels\"", StringComparison.Ordinal);
        Assert.Equal("/live", (string)Inject(kept, InjectionSettings.Default)["spec"]!["containers"]![0]!["livenessProbe"]!["httpGet"]!["path"]!);
    }

    /// <summary>Istio's table: namespace label istio-injection, namespace label istio.io/rev, pod label, pod label istio.io/rev.</summary>
    [Theory]
    [InlineData("enabled", null, null, null, true)]
    [InlineData("enabled", "other", null, null, true)]
    [InlineData("enabled", null, "false", null, false)]
    [InlineData("disabled", null, "true", null, false)]
    [InlineData(null, "default", null, null, true)]
    [InlineData(null, "other", null, "default", false)]
    [InlineData(null, null, null, "default", true)]
    [InlineData(null, null, "true", null, true)]
    [InlineData(null, null, null, null, false)]
    public void Labels_decide_who_is_injected(string? injection, string? namespaceRevision, string? inject, string? revision, bool expected)
    {
        var @namespace = new InjectionNamespace("demo", Labels(("istio-injection", injection), ("istio.io/rev", namespaceRevision)));
        var labels = new JsonObject(Labels(("sidecar.istio.io/inject", inject), ("istio.io/rev", revision)).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        var pod = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "a", ["labels"] = labels }, ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app" }) } };

        Assert.Equal(expected, SidecarInjector.Inject(pod, @namespace, InjectionSettings.Default) is not null);
    }

    private static ProxyConfig Config(string @namespace, string name, string spec) => new()
    {
        Metadata = new() { Namespace = @namespace, Name = name },
        Spec = KubeYaml.Read(spec)[0].Content!.Deserialize(IstioJson.Options.TypeInfoOf<ProxyConfigSpec>())!,
    };

    private static JsonObject Inject(string pod, InjectionSettings settings) => SidecarInjector.Inject(JsonNode.Parse(pod)!.AsObject(), s_enabled, settings)!;

    private static string? Variable(JsonObject pod, string name) => pod["spec"]!["containers"]!.AsArray().Single(container => (string)container!["name"]! == "istio-proxy")!["env"]!
        .AsArray().Where(variable => (string)variable!["name"]! == name).Select(variable => (string?)variable!["value"]).SingleOrDefault();

    private static ImmutableDictionary<string, string> Labels(params (string Key, string? Value)[] labels) =>
        labels.Where(label => label.Value is not null).ToImmutableDictionary(label => label.Key, label => label.Value!);
}
