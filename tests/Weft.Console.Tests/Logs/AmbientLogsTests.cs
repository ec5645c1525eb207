using System.Collections.Immutable;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Logs;

/// <summary>Where the calls of a pod without a sidecar are told of.</summary>
public sealed class AmbientLogsTests
{
    private static readonly LogRequest Wanted = new() { Namespace = "shop", Pod = "cart-v1-1", Container = "app", MaxLines = 5 };

    [Fact]
    public void Every_ztunnel_may_tell_of_a_pod_by_its_name() => Assert.Equal(
        ["istio-system/ztunnel-a/istio-proxy: cart-v1-1", "istio-system/ztunnel-b/istio-proxy: cart-v1-1"],
        AmbientLogs.OfZtunnels(Mesh, Cart, Wanted).Select(Text));

    [Theory]
    [InlineData(null, "shop/gate-1/istio-proxy: cart.shop.svc, 10.0.0.7:")]
    [InlineData("cart", "shop/gate-1/istio-proxy: cart.shop.svc")]
    [InlineData("other", "")]
    public void A_waypoint_tells_of_a_pod_by_its_address_and_its_services(string? service, string expected) =>
        Assert.Equal(expected, string.Join(' ', AmbientLogs.OfWaypoints(Mesh, Cart, service, Wanted).Select(Text)));

    [Fact]
    public void What_is_asked_of_the_pods_log_is_asked_of_theirs() => Assert.All(AmbientLogs.OfZtunnels(Mesh, Cart, Wanted), request => Assert.Equal((5, true), (request.MaxLines, request.IsProxy)));

    [Fact]
    public void A_connection_of_a_ztunnel_is_read_field_by_field()
    {
        var log = ZtunnelLogParser.Parse("""info access connection complete src.addr=10.0.0.16:51748 src.workload="web-1" src.namespace="shop" src.identity="spiffe://cluster.local/ns/shop/sa/web" dst.addr=10.0.0.7:15008 dst.hbone_addr=10.0.0.7:9080 dst.service="cart.shop.svc.cluster.local" dst.workload="cart-v1-1" direction="outbound" bytes_sent=200 bytes_recv=358 duration="1ms" """);
        Assert.NotNull(log);
        Assert.Equal(("200", "358", "1ms"), (log.BytesSent, log.BytesReceived, log.Duration));
        Assert.Equal(("10.0.0.16:51748", "10.0.0.7:15008"), (log.DownstreamRemote, log.DownstreamLocal));
        Assert.Equal(("cart.shop.svc.cluster.local", "spiffe://cluster.local/ns/shop/sa/web"), (log.RequestedServer, log.UpstreamCluster));
    }

    [Theory]
    [InlineData("")]
    [InlineData("info proxy started src.addr=1")]
    public void Other_lines_of_a_ztunnel_are_no_connections(string line) => Assert.Null(ZtunnelLogParser.Parse(line));

    private static Pod Cart => Mesh.FindNamespace("shop")!.Pods["cart-v1-1"];

    private static MeshInventory Mesh { get; } = MeshInventoryBuilder.Build(
        new InventoryObjects
        {
            Namespaces = [new Namespace { Metadata = Meta("", "shop", "istio.io/use-waypoint: gate") }, new Namespace { Metadata = Meta("", "istio-system", "") }],
            Services = [new Service { Metadata = Meta("shop", "cart", ""), Spec = new ServiceSpec { Selector = ImmutableDictionary<string, string>.Empty.Add("app", "cart") } }],
            Deployments = [Deployment("shop", "gate", "gateway.istio.io/managed: istio.io-mesh-controller, gateway.networking.k8s.io/gateway-name: gate"), Deployment("shop", "cart-v1", "app: cart")],
            DaemonSets =
            [
                new DaemonSet
                {
                    Metadata = Meta("istio-system", "ztunnel", ""),
                    Spec = new DaemonSetSpec { Selector = new LabelSelector { MatchLabels = Labels("app: ztunnel") }, Template = new PodTemplateSpec { Metadata = Meta("istio-system", "ztunnel", "app: ztunnel") } },
                },
            ],
            Pods =
            [
                Pod("shop", "cart-v1-1", "Deployment/cart-v1", "app: cart", "app", "10.0.0.7"), Pod("shop", "gate-1", "Deployment/gate", "gateway.istio.io/managed: istio.io-mesh-controller, gateway.networking.k8s.io/gateway-name: gate", "istio-proxy", "10.0.0.8"),
                Pod("istio-system", "ztunnel-b", "DaemonSet/ztunnel", "app: ztunnel", "istio-proxy", "10.0.0.2"), Pod("istio-system", "ztunnel-a", "DaemonSet/ztunnel", "app: ztunnel", "istio-proxy", "10.0.0.1"),
            ],
        },
        "Kubernetes",
        "istio-system");

    private static string Text(LogRequest request) => $"{request.Namespace}/{request.Pod}/{request.Container}: {string.Join(", ", request.About)}";

    private static Deployment Deployment(string ns, string name, string labels) => new()
    {
        Metadata = Meta(ns, name, ""),
        Spec = new DeploymentSpec { Selector = new LabelSelector { MatchLabels = Labels(labels) }, Template = new PodTemplateSpec { Metadata = Meta(ns, name, labels) } },
    };

    private static Pod Pod(string ns, string name, string owner, string labels, string container, string address) => new()
    {
        Metadata = Meta(ns, name, labels) with { OwnerReferences = [new OwnerReference { ApiVersion = "apps/v1", Kind = owner.Split('/')[0], Name = owner.Split('/')[1], Controller = true }] },
        Spec = new PodSpec { Containers = [new Container { Name = container }] },
        Status = new PodStatus { PodIP = address },
    };

    private static ObjectMeta Meta(string ns, string name, string labels) => new() { Name = name, Namespace = ns, Labels = Labels(labels) };

    private static ImmutableDictionary<string, string> Labels(string labels) =>
        labels.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(": ")).ToImmutableDictionary(pair => pair[0], pair => pair[1]);
}
