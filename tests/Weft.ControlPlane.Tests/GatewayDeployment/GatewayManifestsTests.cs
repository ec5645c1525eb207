using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.GatewayApi;
using Weft.Istio.Json;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane.GatewayDeployment;

public sealed class GatewayManifestsTests
{
    [Fact]
    public void The_service_has_the_port_of_readiness_and_each_port_of_the_listeners_once()
    {
        var service = Of("Service", """
            metadata: {name: edge, namespace: shop, uid: u}
            spec:
              gatewayClassName: istio
              listeners:
              - {name: web, port: 80, protocol: HTTP, hostname: a.example.com}
              - {name: web.b, port: 80, protocol: HTTP, hostname: b.example.com}
              - {name: tls.pass, port: 8443, protocol: TLS}
            """);

        Assert.Equal("LoadBalancer", (string)service["spec"]!["type"]!);
        Assert.Equal(["status-port 15021 tcp", "web 80 http", "tls-pass 8443 tls"], Ports(service));
        Assert.Equal("""{"gateway.networking.k8s.io/gateway-name":"edge"}""", service["spec"]!["selector"]!.ToJsonString());
    }

    [Fact]
    public void Where_low_ports_need_root_the_service_leads_them_on_to_free_ones()
    {
        var service = Of("Service", """
            metadata: {name: edge, namespace: shop, uid: u}
            spec: {gatewayClassName: istio, listeners: [{name: web, port: 80, protocol: HTTP}, {name: other, port: 8080, protocol: HTTP}]}
            """, new GatewayDeploymentOptions { AllowsPrivilegedPorts = false });

        Assert.Equal(["status-port 15021 tcp", "web 80 http 8081", "other 8080 http"], Ports(service));
    }

    [Fact]
    public void Annotations_of_the_gateway_choose_names_and_the_type_of_the_service()
    {
        const string Gateway = """
            metadata:
              name: edge
              namespace: shop
              uid: u
              labels: {team: blue}
              annotations: {networking.istio.io/service-type: ClusterIP, gateway.istio.io/name-override: front, gateway.istio.io/service-account: door, note: kept}
            spec: {gatewayClassName: istio, listeners: [{name: web, port: 80, protocol: HTTP}]}
            """;

        var (deployment, service, account) = (Of("Deployment", Gateway), Of("Service", Gateway), Of("ServiceAccount", Gateway));

        Assert.Equal(("front", "front", "door"), ((string)deployment["metadata"]!["name"]!, (string)service["metadata"]!["name"]!, (string)account["metadata"]!["name"]!));
        Assert.Equal("ClusterIP", (string)service["spec"]!["type"]!);
        Assert.Equal("door", (string)deployment["spec"]!["template"]!["spec"]!["serviceAccountName"]!);
        Assert.Equal(["networking.istio.io/service-type", "note"], service["metadata"]!["annotations"]!.AsObject().Select(item => item.Key));
        Assert.Equal("blue", (string)deployment["spec"]!["template"]!["metadata"]!["labels"]!["team"]!);
    }

    [Fact]
    public void Infrastructure_takes_the_place_of_the_gateways_own_labels_and_annotations()
    {
        var deployment = Of("Deployment", """
            metadata: {name: edge, namespace: shop, uid: u, labels: {team: blue}, annotations: {note: own}}
            spec:
              gatewayClassName: istio
              infrastructure: {labels: {tier: front, gateway.networking.k8s.io/gateway-name: stolen}, annotations: {note: stated}}
              listeners: [{name: web, port: 80, protocol: HTTP}]
            """);

        var labels = deployment["metadata"]!["labels"]!.AsObject();
        Assert.Equal("""{"tier":"front","gateway.networking.k8s.io/gateway-name":"edge","gateway.networking.k8s.io/gateway-class-name":"istio","gateway.istio.io/managed":"istio.io-gateway-controller"}""", labels.ToJsonString());
        Assert.Equal("""{"note":"stated"}""", deployment["metadata"]!["annotations"]!.ToJsonString());
    }

    [Fact]
    public void The_pod_is_a_proxy_that_stands_alone_and_goes_with_its_gateway()
    {
        var deployment = Of("Deployment", """
            metadata: {name: edge, namespace: shop, uid: u}
            spec: {gatewayClassName: istio, listeners: [{name: web, port: 80, protocol: HTTP}]}
            """);

        var template = deployment["spec"]!["template"]!;
        var container = Assert.Single(template["spec"]!["containers"]!.AsArray())!;
        Assert.Equal(["proxy", "router"], container["args"]!.AsArray().Take(2).Select(item => (string)item!));
        Assert.Equal("edge-istio", container["env"]!.AsArray().Where(item => (string)item!["name"]! == "ISTIO_META_WORKLOAD_NAME").Select(item => (string)item!["value"]!).Single());
        Assert.Equal(("edge-istio", "false"), ((string)template["metadata"]!["labels"]!["service.istio.io/canonical-name"]!, (string)template["metadata"]!["labels"]!["sidecar.istio.io/inject"]!));
        Assert.Equal("""[{"apiVersion":"gateway.networking.k8s.io/v1","kind":"Gateway","name":"edge","uid":"u"}]""", deployment["metadata"]!["ownerReferences"]!.ToJsonString());
    }

    private static IEnumerable<string> Ports(JsonObject service) =>
        service["spec"]!["ports"]!.AsArray().Select(port => $"{port!["name"]} {port["port"]} {port["appProtocol"]} {port["targetPort"]}".TrimEnd());

    private static JsonObject Of(string kind, string gateway, GatewayDeploymentOptions? options = null)
    {
        var content = KubeYaml.Read($"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n{gateway}")[0].Content;
        var typed = content.Deserialize(IstioJson.Options.TypeInfoOf<K8sGateway>())!;
        return GatewayManifests.Of(typed, options ?? new GatewayDeploymentOptions()).Single(item => item.Resource.Kind == kind).Content;
    }
}
