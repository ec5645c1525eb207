using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Inventory;

/// <summary>Who is called through which waypoint: labels on the object, else on its namespace, and what the waypoint takes.</summary>
public sealed class WaypointUseTests
{
    [Theory]
    [InlineData("shop", "cart", "shop/gate namespace")]
    [InlineData("shop", "private", "")]
    [InlineData("shop", "own", "shop/other service")]
    [InlineData("shop", "far", "infra/shared service")]
    [InlineData("shop", "lost", "")]
    [InlineData("shop", "pods", "")]
    [InlineData("infra", "plain", "")]
    public void A_service_is_called_through_the_waypoint_that_its_labels_or_its_namespace_name(string ns, string service, string expected) =>
        Assert.Equal(expected, Text(WaypointUse.Of(Mesh, Mesh.FindService(ns, service)!)));

    [Theory]
    [InlineData("cart-v1", "shop/gate namespace")]
    [InlineData("picky-v1", "shop/podgate workload")]
    [InlineData("gate", "")]
    public void A_workload_has_its_own_waypoints_and_those_of_its_services(string workload, string expected) =>
        Assert.Equal(expected, Text(WaypointUse.Of(Mesh, Mesh.FindWorkload("shop", workload)!)));

    [Fact]
    public void A_waypoint_knows_whom_it_serves()
    {
        var gate = Mesh.FindWorkload("shop", "gate")!;
        Assert.Equal("shop/cart namespace", Text(WaypointUse.ServicesOf(Mesh, gate)));
        Assert.Equal("shop/cart-v1 namespace", Text(WaypointUse.WorkloadsOf(Mesh, gate)));
        Assert.Empty(WaypointUse.ServicesOf(Mesh, Mesh.FindWorkload("shop", "cart-v1")!));
    }

    private static MeshInventory Mesh { get; } = MeshInventoryBuilder.Build(
        new InventoryObjects
        {
            Namespaces = [new Namespace { Metadata = Meta("", "shop", "istio.io/use-waypoint: gate") }, new Namespace { Metadata = Meta("", "infra", "") }],
            Services =
            [
                Service("shop", "cart", ""), Service("shop", "private", "istio.io/use-waypoint: none"), Service("shop", "own", "istio.io/use-waypoint: other"),
                Service("shop", "far", "istio.io/use-waypoint: shared, istio.io/use-waypoint-namespace: infra"), Service("shop", "lost", "istio.io/use-waypoint: nowhere"),
                Service("shop", "pods", "istio.io/use-waypoint: podgate"), Service("infra", "plain", ""),
            ],
            Deployments =
            [
                Waypoint("shop", "gate", "service"), Waypoint("shop", "other", "all"), Waypoint("infra", "shared", ""), Waypoint("shop", "podgate", "workload"),
                Deployment("shop", "cart-v1", "app: cart"), Deployment("shop", "picky-v1", "app: picky, istio.io/use-waypoint: podgate"),
            ],
        },
        "Kubernetes",
        "istio-system");

    private static string Text(IEnumerable<WaypointLink> links) => string.Join(' ', links.Select(link => $"{link.Namespace}/{link.Name} {link.LabelType}"));

    private static Service Service(string ns, string name, string labels) => new()
    {
        Metadata = Meta(ns, name, labels),
        Spec = new ServiceSpec { Selector = ImmutableDictionary<string, string>.Empty.Add("app", name) },
    };

    private static Deployment Waypoint(string ns, string name, string takes) => Deployment(
        ns, name, "gateway.istio.io/managed: istio.io-mesh-controller" + (takes.Length > 0 ? $", istio.io/waypoint-for: {takes}" : ""));

    private static Deployment Deployment(string ns, string name, string labels) => new()
    {
        Metadata = Meta(ns, name, ""),
        Spec = new DeploymentSpec { Template = new PodTemplateSpec { Metadata = Meta(ns, name, labels) } },
    };

    private static ObjectMeta Meta(string ns, string name, string labels) => new()
    {
        Name = name,
        Namespace = ns,
        Labels = labels.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(": ")).ToImmutableDictionary(pair => pair[0], pair => pair[1]),
    };
}
