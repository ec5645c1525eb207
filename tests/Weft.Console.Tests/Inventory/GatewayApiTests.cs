using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Console.IstioConfig;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.Console.Inventory;

/// <summary>Gateways and routes of the Gateway API in what the console knows of services, workloads and objects.</summary>
public sealed class GatewayApiTests
{
    private const string Objects = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: front, namespace: shop}
        spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, hostname: shop.example.com}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: cart, namespace: shop}
        spec:
          parentRefs: [{name: front}, {name: nowhere}, {kind: Service, group: "", name: cart}]
          hostnames: [shop.example.com]
          rules:
          - timeouts: {request: 3s}
            filters: [{type: RequestMirror, requestMirror: {backendRef: {name: audit, port: 80}}}]
            backendRefs: [{name: cart, port: 80, weight: 9}, {name: stock, namespace: depot, port: 80}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: GRPCRoute
        metadata: {name: quotes, namespace: shop}
        spec: {parentRefs: [{name: front, kind: Gateway}], rules: [{backendRefs: [{name: quotes, port: 90}]}]}
        """;

    private const string Grant = """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: shop, namespace: depot}
        spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: "", kind: Service}]}
        """;

    [Fact]
    public void A_service_has_the_routes_that_lead_to_it_and_their_gateways()
    {
        var mesh = Build(Objects);
        Assert.Equal(["HTTPRoute/cart", "Gateway/front"], References(mesh.FindService("shop", "cart")!.References));
        Assert.Equal(["GRPCRoute/quotes", "Gateway/front"], References(mesh.FindService("shop", "quotes")!.References));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\n---\n" + Grant, new[] { "HTTPRoute/cart", "Gateway/front" })]
    public void A_service_of_another_namespace_must_have_granted_the_route(string more, string[] expected) =>
        Assert.Equal(expected, References(Build(Objects + more).FindService("depot", "stock")!.References));

    [Fact]
    public void The_graph_knows_what_a_route_does()
    {
        var route = Assert.Single(Build(Objects).VirtualServices, one => one.Name == "cart");
        Assert.True(route is { IsK8sGatewayApi: true, HasRequestRouting: true, HasRequestTimeout: true, HasMirroring: true, HasTrafficShifting: true, HasFaultInjection: false });
        Assert.Equal(["cart.shop.svc.cluster.local", "stock.depot.svc.cluster.local"], route.Destinations);
        Assert.Equal(["shop.example.com"], route.Hosts);
    }

    [Fact]
    public void Gateways_routes_and_the_workload_of_a_gateway_lead_to_one_another()
    {
        var mesh = Build(Objects);
        var gateway = mesh.Configuration.Find(ConfigKinds.K8sGateway, "shop", "front")!;
        var ofGateway = ObjectReferences.Of(gateway, ConfigKinds.K8sGateway, mesh);
        Assert.Equal(["HTTPRoute/cart", "GRPCRoute/quotes"], References(ofGateway.Objects));
        Assert.Equal([("shop", "front-istio")], ofGateway.Workloads);
        var ofRoute = ObjectReferences.Of(mesh.Configuration.Find(ConfigKinds.K8sHttpRoute, "shop", "cart")!, ConfigKinds.K8sHttpRoute, mesh);
        Assert.Equal(["Gateway/front"], References(ofRoute.Objects));
        Assert.Equal(["cart"], ofRoute.Services.Select(service => service.Name));
        Assert.Contains(ConfigReference.To(ConfigKinds.K8sGateway, gateway), mesh.FindWorkload("shop", "front-istio")!.References);
    }

    [Fact]
    public void Only_the_classes_that_Istio_serves_to_users_are_offered() => Assert.Equal(["istio"], Build(Objects).GatewayClasses);

    [Fact]
    public void Routes_of_odd_shapes_lead_nowhere()
    {
        var mesh = Build("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: odd, namespace: shop}
            spec: {parentRefs: front, rules: [7, {backendRefs: {}}, {backendRefs: [null, {name: [cart]}]}]}
            """);
        Assert.Empty(mesh.FindService("shop", "cart")!.References);
        Assert.Empty(mesh.VirtualServices);
    }

    private static IEnumerable<string> References(IEnumerable<ConfigReference> references) => references.Select(reference => $"{reference.Kind.Kind}/{reference.Name}");

    private static MeshInventory Build(string yaml)
    {
        var objects = KubeYaml.Read(yaml).Select(document => new UntypedObject((JsonObject)document.Content!)).ToList();
        return MeshInventoryBuilder.Build(
            new InventoryObjects
            {
                Namespaces = [.. new[] { "shop", "depot" }.Select(name => new Namespace { Metadata = new ObjectMeta { Name = name } })],
                Services = [Service("shop", "cart"), Service("shop", "quotes"), Service("depot", "stock")],
                Deployments = [Gateway()],
                GatewayClasses = [Class("istio", "istio.io/gateway-controller"), Class("istio-waypoint", "istio.io/mesh-controller"), Class("other", "example.com/gateways")],
                Configuration = new ConfigInventory(objects.GroupBy(GroupVersionKind.Of).Select(group => KeyValuePair.Create(group.Key, group.ToImmutableArray()))),
            },
            "Kubernetes",
            "istio-system");
    }

    private static Service Service(string ns, string name) => new() { Metadata = new ObjectMeta { Name = name, Namespace = ns } };

    private static K8sGatewayClass Class(string name, string controller) => new() { Metadata = new ObjectMeta { Name = name }, Spec = new K8sGatewayClassSpec { ControllerName = controller } };

    private static Deployment Gateway() => new()
    {
        Metadata = new ObjectMeta { Name = "front-istio", Namespace = "shop" },
        Spec = new DeploymentSpec { Template = new PodTemplateSpec { Metadata = new ObjectMeta { Labels = ImmutableDictionary<string, string>.Empty.Add(ConfigKinds.GatewayNameLabel, "front") } } },
    };
}
