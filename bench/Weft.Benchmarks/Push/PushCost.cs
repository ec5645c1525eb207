using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Secrets;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;
using Weft.Xds;

namespace Weft.Benchmarks.Push;

/// <summary>What a push costs the control plane: snapshot and resources of every proxy, up to the bytes, without the network.</summary>
internal static class PushCost
{
    private const int Services = 1000;
    private const int Proxies = 100;
    private const int Runs = 51;
    private static readonly string[] s_types = [TypeUrls.Cluster, TypeUrls.Endpoint, TypeUrls.Listener, TypeUrls.Route];

    public static async Task WriteAsync(string file)
    {
        var objects = Mesh();
        var snapshot = MeshSnapshotBuilder.Build(objects);
        var nodes = Enumerable.Range(0, Proxies).Select(Node).ToList();
        var started = Environment.CpuUsage.TotalTime;
        var resources = nodes.ConvertAll(node => new ProxyResources(new ProxyView(snapshot, node), CredentialStore.Empty));
        var names = resources.ConvertAll(resource => NamesOf(resource));
        for (var index = 0; index < Proxies; index++)
        {
            Generate(resources[index], names[index]);
        }

        var first = Environment.CpuUsage.TotalTime - started;
        var last = Enumerable.Range(0, Proxies).Select(index => resources[index].Of(TypeUrls.Endpoint, false, names[index])!).ToList(); // endpoints are served
        var push = MeshPush.None.Next(snapshot, "0");
        var sessions = nodes.ConvertAll(node => Subscribed(new DeltaSession(node, "bench", TimeProvider.System), push, names[0]));
        var (builds, pushes, sends) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            objects = WithChangedEndpoint(objects, run);
            started = Environment.CpuUsage.TotalTime;
            snapshot = MeshSnapshotBuilder.Build(objects, snapshot);
            builds.Add((Environment.CpuUsage.TotalTime - started).TotalMilliseconds);
            started = Environment.CpuUsage.TotalTime;
            var sent = 0;
            for (var index = 0; index < Proxies; index++)
            {
                resources[index] = resources[index].WithEndpointsOf(snapshot, CredentialStore.Empty);
                var now = resources[index].Of(TypeUrls.Endpoint, false, names[index])!; // endpoints are served
                sent += (resources[index].ChangedSince(last[index], now) ?? now).Count;
                last[index] = now;
            }

            pushes.Add((Environment.CpuUsage.TotalTime - started).TotalMilliseconds);
            push = push.Next(snapshot, run.ToString(CultureInfo.InvariantCulture));
            started = Environment.CpuUsage.TotalTime;
            sent += sessions.Sum(session => session.Push(push).Sum(response => response.Resources.Count));
            sends.Add((Environment.CpuUsage.TotalTime - started).TotalMilliseconds);
            if (sent != 2 * Proxies)
            {
                throw new InvalidOperationException($"{sent} changed assignments for {Proxies} proxies, looked at twice");
            }
        }

        await File.WriteAllTextAsync(file, Report(first, builds, pushes, sends));
    }

    private static string Report(TimeSpan first, List<double> builds, List<double> pushes, List<double> sends)
    {
        var text = new StringBuilder();
        text.AppendLine("# Push: cost in the control plane").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Services} services of 2 endpoints, {Proxies} proxies, one thread, processor time of the process, {Environment.ProcessorCount} processors, .NET {Environment.Version}; `dotnet run -c Release --project bench/Weft.Benchmarks push-cost FILE`.").AppendLine();
        text.AppendLine("| what | median CPU ms | worst CPU ms |").AppendLine("|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| one endpoint changes: snapshot | {Median(builds):F1} | {builds.Max():F1} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| one endpoint changes: what all proxies are sent | {Median(pushes):F1} | {pushes.Max():F1} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| the same through their incremental sessions, which compare it with what each has and make the responses | {Median(sends):F1} | {sends.Max():F1} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| everything for all proxies, from nothing | {first.TotalMilliseconds:F0} | |");
        return text.ToString();
    }

    private static DeltaSession Subscribed(DeltaSession session, MeshPush push, HashSet<string> names)
    {
        _ = session.Push(push).Count();
        session.Request(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster }, _ => { });
        session.Request(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Endpoint, ResourceNamesSubscribe = { names } }, _ => { });
        session.Request(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Listener }, _ => { });
        session.Request(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Route, ResourceNamesSubscribe = { "8000" } }, _ => { });
        return session;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static HashSet<string> NamesOf(ProxyResources resources) =>
        [.. resources.Of(TypeUrls.Cluster, true, [])!.Select(cluster => cluster.Name).Where(name => name.StartsWith("outbound|", StringComparison.Ordinal))]; // clusters are served

    private static void Generate(ProxyResources resources, HashSet<string> clusters)
    {
        foreach (var type in s_types)
        {
            resources.Of(type, type is TypeUrls.Cluster or TypeUrls.Listener, type == TypeUrls.Endpoint ? clusters : ["8000"]);
        }
    }

    private static MeshObjects Mesh() => new()
    {
        Services =
        [
            .. Enumerable.Range(0, Services).Select(index => new Service
            {
                Metadata = Meta($"s{index}"),
                Spec = new ServiceSpec { ClusterIP = $"127.100.{index / 250}.{(index % 250) + 1}", Ports = [new ServicePort { Name = "http", Port = 8000 }] },
            }),
        ],
        EndpointSlices = [.. Enumerable.Range(0, Services).Select(index => Slice(index, ready: true))],
        Pods = [.. Enumerable.Range(0, Services * 2).Select(Pod)],
    };

    private static MeshObjects WithChangedEndpoint(MeshObjects objects, int run)
    {
        var index = run * 7 % Services;
        return objects with { EndpointSlices = objects.EndpointSlices.SetItem(index, Slice(index, ready: objects.EndpointSlices[index].Endpoints[1].Conditions.Ready == false)) };
    }

    private static EndpointSlice Slice(int index, bool ready) => new()
    {
        Metadata = Meta($"s{index}-x") with { Labels = ImmutableDictionary<string, string>.Empty.Add("kubernetes.io/service-name", $"s{index}") },
        Ports = [new EndpointPort { Name = "http", Port = 8080 }],
        Endpoints =
        [
            new Kubernetes.Objects.Endpoint { Addresses = [AddressOf(2 * index)] },
            new Kubernetes.Objects.Endpoint { Addresses = [AddressOf((2 * index) + 1)], Conditions = new EndpointConditions { Ready = ready } },
        ],
    };

    private static Pod Pod(int index) => new()
    {
        Metadata = Meta($"p{index}") with
        {
            Labels = ImmutableDictionary<string, string>.Empty.Add("app", $"s{index / 2}").Add("version", "v1").Add("security.istio.io/tlsMode", "istio")
                .Add("service.istio.io/canonical-name", $"s{index / 2}").Add("service.istio.io/canonical-revision", "v1"),
        },
        Spec = new PodSpec { ServiceAccountName = $"s{index / 2}", NodeName = "node" },
        Status = new PodStatus { PodIP = AddressOf(index), Phase = "Running" },
    };

    private static ProxyNode Node(int index) => new()
    {
        Id = $"sidecar~{AddressOf(index)}~p{index}.shop~shop.svc.cluster.local",
        Address = AddressOf(index),
        Addresses = [AddressOf(index)],
        Name = $"p{index}",
        Namespace = "shop",
        ClusterId = "Kubernetes",
    };

    private static string AddressOf(int index) => $"127.1.{index / 250}.{(index % 250) + 1}";

    private static ObjectMeta Meta(string name) => new() { Name = name, Namespace = "shop" };
}
