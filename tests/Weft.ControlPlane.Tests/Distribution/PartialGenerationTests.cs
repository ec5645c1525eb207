using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Secrets;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

public sealed class PartialGenerationTests(ITestOutputHelper output)
{
    private const int ServiceCount = 50;
    private const string Changing = "outbound|8000||s0.shop.svc.cluster.local";

    private static readonly ImmutableArray<Service> s_services =
    [
        .. Enumerable.Range(0, ServiceCount).Select(index => new Service
        {
            Metadata = Meta($"s{index}"),
            Spec = new ServiceSpec { ClusterIP = $"127.1.128.{index + 1}", Ports = [new ServicePort { Name = "http", Port = 8000 }] },
        }),
    ];

    [Fact]
    public void An_endpoint_change_keeps_clusters_listeners_and_routes()
    {
        var before = MeshPush.None.Next(Snapshot("127.1.0.1"), "1");
        var resources = new ProxyResources(new ProxyView(before.Snapshot, Node(0)), CredentialStore.Empty);
        var after = before.Next(Snapshot("127.1.0.2"), "2");
        var next = resources.WithEndpointsOf(after.Snapshot, CredentialStore.Empty);

        Assert.Equal(before.Shape, after.Shape);
        foreach (var (type, name) in new[] { (TypeUrls.Cluster, "*"), (TypeUrls.Listener, "*"), (TypeUrls.Route, "8000"), (TypeUrls.NameTable, "*") })
        {
            Assert.All(resources.Of(Asked(type, name))!.Zip(next.Of(Asked(type, name))!), pair => Assert.Same(pair.First, pair.Second));
        }

        Assert.NotEqual(resources.Of(Asked(TypeUrls.Endpoint, Changing))![0].Hash, next.Of(Asked(TypeUrls.Endpoint, Changing))![0].Hash);
    }

    [Fact]
    public void A_workload_that_starts_to_serve_gets_new_listeners()
    {
        var before = MeshPush.None.Next(Snapshot("127.1.0.1"), "1");
        var resources = new ProxyResources(new ProxyView(before.Snapshot, Node(7)), CredentialStore.Empty);
        var next = resources.WithEndpointsOf(Snapshot("127.1.2.7"), CredentialStore.Empty);

        Assert.NotEqual(Hashes(resources, TypeUrls.Listener), Hashes(next, TypeUrls.Listener));
        Assert.NotEqual(Hashes(resources, TypeUrls.Cluster), Hashes(next, TypeUrls.Cluster));
    }

    [Fact]
    public void Anything_but_endpoints_changes_the_shape()
    {
        var before = MeshPush.None.Next(Snapshot("127.1.0.1"), "1");
        var other = MeshSnapshotBuilder.Build(before.Snapshot.Objects with { Services = s_services.RemoveAt(0) });

        Assert.NotEqual(before.Shape, before.Next(other, "2").Shape);
    }

    [Fact]
    public void A_hundred_proxies_are_pushed_an_endpoint_change_alone()
    {
        var sessions = Enumerable.Range(0, 100).Select(index => new ProxySession(Node(index), "test", TimeProvider.System)).ToList();
        var push = MeshPush.None.Next(Snapshot("127.1.0.1"), "1");
        var whole = Measure(() => sessions.ForEach(session => Subscribe(session, push)));
        push = push.Next(Snapshot("127.1.0.2"), "2");
        var sent = new List<string>();
        var partial = Measure(() => sessions.ForEach(session => sent.AddRange(session.Push(push).Select(response => response.TypeUrl))));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"100 proxies, {ServiceCount} services: everything {whole.TotalMilliseconds:F0} ms, one endpoint {partial.TotalMilliseconds:F0} ms"));
        Assert.Equal(Enumerable.Repeat(TypeUrls.Endpoint, 100), sent);
    }

    private static TimeSpan Measure(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started);
    }

    private static void Subscribe(ProxySession session, MeshPush push)
    {
        Assert.Empty(session.Push(push));
        session.Request(new DiscoveryRequest { TypeUrl = TypeUrls.Cluster }, _ => { });
        session.Request(new DiscoveryRequest { TypeUrl = TypeUrls.Listener }, _ => { });
        session.Request(new DiscoveryRequest { TypeUrl = TypeUrls.Route, ResourceNames = { "8000" } }, _ => { });
        session.Request(new DiscoveryRequest
        {
            TypeUrl = TypeUrls.Endpoint,
            ResourceNames = { Enumerable.Range(0, ServiceCount).Select(index => $"outbound|8000||s{index}.shop.svc.cluster.local") },
        }, _ => { });
    }

    private static string Hashes(ProxyResources resources, string type) => string.Join(' ', resources.Of(Asked(type, "*"))!.Select(resource => resource.Hash));

    private static Subscription Asked(string type, string name)
    {
        var subscription = new Subscription(type);
        subscription.Accept(new DiscoveryRequest { TypeUrl = type, ResourceNames = { name } }, DateTimeOffset.UnixEpoch);
        return subscription;
    }

    private static MeshSnapshot Snapshot(string address) => MeshSnapshotBuilder.Build(new MeshObjects
    {
        Services = s_services,
        EndpointSlices = [.. Enumerable.Range(0, ServiceCount).Select(index => Slice(index, index == 0 ? address : $"127.1.1.{index}"))],
    });

    private static EndpointSlice Slice(int index, string address) => new()
    {
        Metadata = Meta($"s{index}-1") with { Labels = ImmutableDictionary<string, string>.Empty.Add("kubernetes.io/service-name", $"s{index}") },
        AddressType = "IPv4",
        Endpoints = [new Endpoint { Addresses = [address], Conditions = new EndpointConditions { Ready = true } }],
        Ports = [new EndpointPort { Name = "http", Port = 8000 }],
    };

    private static ProxyNode Node(int index) => new()
    {
        Id = $"sidecar~127.1.2.{index}~p{index}.shop~shop.svc.cluster.local",
        Address = $"127.1.2.{index}",
        Addresses = [$"127.1.2.{index}"],
        Name = $"p{index}",
        Namespace = "shop",
    };

    private static ObjectMeta Meta(string name) => new() { Name = name, Namespace = "shop" };
}
