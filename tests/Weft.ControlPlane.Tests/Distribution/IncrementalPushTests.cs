using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Fakes;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Secrets;
using Weft.Istio.Snapshot;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>What is taken over from the state before gives the same as working everything out from nothing, over random changes.</summary>
public sealed class IncrementalPushTests
{
    private const int Steps = 100;
    private static readonly string[] s_types = [TypeUrls.Cluster, TypeUrls.Endpoint, TypeUrls.Listener, TypeUrls.Route, TypeUrls.NameTable];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_snapshot_made_of_the_one_before_is_the_one_made_of_nothing(int seed)
    {
        var mesh = new RandomMesh(seed);
        var snapshot = MeshSnapshotBuilder.Build(mesh.Objects);
        var kept = 0;
        for (var step = 0; step < Steps; step++)
        {
            var before = snapshot;
            mesh.Change();
            snapshot = MeshSnapshotBuilder.Build(mesh.Objects, before);
            Assert.Equal(Text(MeshSnapshotBuilder.Build(mesh.Objects)), Text(snapshot));
            kept += snapshot.HostsChangedSince(before) is null ? 0 : 1;
        }

        Assert.InRange(kept, Steps / 10, Steps);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Proxies_that_followed_all_changes_have_what_a_new_one_is_sent(int seed)
    {
        var mesh = new RandomMesh(seed);
        var push = MeshPush.None.Next(MeshSnapshotBuilder.Build(mesh.Objects), "0");
        var clients = Nodes().Select(node => new Client(node, push)).ToList();
        for (var step = 0; step < Steps; step++)
        {
            mesh.Change();
            push = push.Next(MeshSnapshotBuilder.Build(mesh.Objects, push.Snapshot), $"{step + 1}");
            var fresh = MeshPush.None.Next(MeshSnapshotBuilder.Build(mesh.Objects), "0");
            foreach (var client in clients)
            {
                client.Take(push);
                Assert.Equal(Everything(client.Node, fresh, client.Clusters), client.Held);
            }
        }
    }

    private static SortedDictionary<string, string> Everything(ProxyNode node, MeshPush push, IEnumerable<string> clusters)
    {
        var resources = new ProxyResources(new ProxyView(push.Snapshot, node), CredentialStore.Empty);
        HashSet<string> names = [.. clusters];
        return new SortedDictionary<string, string>(
            s_types.SelectMany(type => resources.Of(type, IsWildcard(type), type == TypeUrls.Endpoint ? names : ["8000"])!.Select(resource => (type, resource))) // all are served
                .ToDictionary(entry => $"{entry.type} {entry.resource.Name}", entry => entry.resource.Hash));
    }

    private static bool IsWildcard(string type) => type is TypeUrls.Cluster or TypeUrls.Listener or TypeUrls.NameTable;

    private static IEnumerable<ProxyNode> Nodes() => new[] { ProxyType.Sidecar, ProxyType.Router }.SelectMany(type => RandomMesh.AllAddresses.Take(2).Select(address => new ProxyNode
    {
        Id = $"{type}~{address}~p.shop~shop.svc.cluster.local",
        Type = type,
        Address = address,
        Addresses = [address],
        Name = "p",
        Namespace = "shop",
        NodeName = "n0",
    }));

    private static string Text(MeshSnapshot snapshot) => string.Join('\n', snapshot.Services.Select(Text)
        .Concat(RandomMesh.AllAddresses.Select(address => $"{address} {snapshot.PodAt(address)?.Metadata.Name} {string.Join(',', snapshot.InstancesAt(address).Select(found => $"{found.Service} {found.Port.Number} {found.Endpoint.Port}"))}"))
        .Concat(snapshot.Services.Select(service => string.Join(' ', snapshot.ServicesOf(service.Host)))));

    private static string Text(MeshService service) =>
        $"{service.Host} {service.Namespace} {service.Resolution} {string.Join(',', service.Addresses)} {string.Join(',', service.Ports)} {string.Join(',', service.Endpoints.Select(Text))}";

    private static string Text(MeshEndpoint endpoint) =>
        $"{endpoint.Address}:{endpoint.Port}/{endpoint.PortName} {endpoint.WorkloadName} {endpoint.ServiceAccount} {endpoint.Locality} {endpoint.NodeName} {endpoint.Ready} {endpoint.AcceptsMutualTls} {Labels(endpoint)}";

    private static string Labels(MeshEndpoint endpoint) => string.Join(';', endpoint.Labels.OrderBy(label => label.Key).Select(label => label.ToString()));

    /// <summary>A proxy that keeps what the incremental protocol sends it, and asks for the endpoints of the clusters it has.</summary>
    private sealed class Client
    {
        private readonly DeltaSession _session;

        public Client(ProxyNode node, MeshPush push)
        {
            Node = node;
            _session = new DeltaSession(node, "test", TimeProvider.System);
            Take(push);
            foreach (var type in s_types.Where(type => type != TypeUrls.Endpoint))
            {
                var request = new DeltaDiscoveryRequest { TypeUrl = type };
                request.ResourceNamesSubscribe.Add(IsWildcard(type) ? "*" : "8000");
                _session.Request(request, Take);
            }

            AskForEndpoints();
        }

        public ProxyNode Node { get; }

        public SortedDictionary<string, string> Held { get; } = [];

        public HashSet<string> Clusters { get; } = [];

        public void Take(MeshPush push)
        {
            foreach (var response in _session.Push(push))
            {
                Take(response);
            }

            AskForEndpoints();
        }

        private void AskForEndpoints()
        {
            var clusters = Held.Keys.Where(key => key.StartsWith($"{TypeUrls.Cluster} outbound|", StringComparison.Ordinal)).Select(key => key.Split(' ')[1]).ToHashSet();
            var request = new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Endpoint };
            request.ResourceNamesSubscribe.Add(clusters.Except(Clusters));
            request.ResourceNamesUnsubscribe.Add(Clusters.Except(clusters));
            if (request.ResourceNamesSubscribe.Count + request.ResourceNamesUnsubscribe.Count == 0)
            {
                return;
            }

            foreach (var name in request.ResourceNamesUnsubscribe)
            {
                Held.Remove($"{TypeUrls.Endpoint} {name}");
            }

            Clusters.Clear();
            Clusters.UnionWith(clusters);
            _session.Request(request, Take);
        }

        private void Take(DeltaDiscoveryResponse response)
        {
            foreach (var resource in response.Resources)
            {
                Held[$"{response.TypeUrl} {resource.Name}"] = resource.Version;
            }

            foreach (var name in response.RemovedResources)
            {
                Held.Remove($"{response.TypeUrl} {name}");
            }
        }
    }
}
