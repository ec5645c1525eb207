using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Graph;

/// <summary>
/// A mesh and its telemetry by the throw of dice, with everything that real meshes hold: failed calls, calls that leave the mesh, unknown callers, missing labels,
/// workloads of no application or of two, waypoints, other clusters, series of both reporters and idle ones. Rates are eighths, so that sums are exact in any order.
/// </summary>
internal sealed class RandomMesh
{
    public const string Home = "Kubernetes";

    private static readonly string[] Namespaces = ["a", "b", "gone"];
    private static readonly string[] Workloads = ["w0", "w1", "w2", "w3", "door"];
    private static readonly string[] Versions = ["v1", "v2", "latest", "unknown"];
    private static readonly string[] Codes = ["200", "301", "404", "503", "0"];
    private static readonly string[] Flags = ["-", "UF,URX", "DC"];
    private static readonly string[] Principals = ["spiffe://cluster.local/ns/a/sa/x", "unknown"];

    private readonly Random _dice;
    private readonly List<Dictionary<string, string>> _requests = [];
    private readonly List<Dictionary<string, string>> _connections = [];
    private readonly Dictionary<Dictionary<string, string>, double> _rates = new(ReferenceEqualityComparer.Instance);

    public RandomMesh(int seed)
    {
        _dice = new Random(seed);
        for (var i = 0; i < 30; i++)
        {
            Add(_requests, Call());
            Add(_connections, Call());
        }
    }

    public static MeshInventory Inventory { get; } = MeshInventory.Empty with
    {
        Namespaces = new[] { "a", "b" }.Select(Namespace).ToFrozenDictionary(ns => ns.Name),
        Waypoints = [new NamespacedName("a", "door")],
        ServiceEntries =
        [
            new ServiceEntryFacts { Namespace = "a", Name = "outside", Hosts = ["ext.example.com", "*.wild.example"], Location = "MESH_EXTERNAL" },
            new ServiceEntryFacts { Namespace = "b", Name = "mine", Hosts = ["only.example.com"], Location = "MESH_EXTERNAL", ExportTo = ["."] },
        ],
    };

    /// <summary>What Prometheus answers: every query of a kind has all series of that kind, in an order of its own.</summary>
    public TelemetryQuery Telemetry(int shuffle = 0)
    {
        return (query, _, _) => Task.FromResult<IReadOnlyList<TelemetrySample>>(Answer(query, new Random(shuffle)));
    }

    private TelemetrySample[] Answer(GraphQuery query, Random order)
    {
        var series = query.Kind switch
        {
            TelemetryKind.Tcp => _connections,
            TelemetryKind.SecurityPolicy => [.. _requests, .. _connections],
            TelemetryKind.Aggregate => _requests.FindAll(call => call.ContainsKey("request_operation")),
            _ => _requests,
        };
        var answer = series.Select(labels => TelemetrySample.From(_rates[labels], labels, query.AggregateLabel)).ToArray();
        order.Shuffle(answer);
        return answer;
    }

    private void Add(List<Dictionary<string, string>> series, Dictionary<string, string> call)
    {
        // A query sums what differs in other labels.
        if (!series.Exists(known => known.Where(IsOfEveryQuery).ToHashSet().SetEquals(call.Where(IsOfEveryQuery))))
        {
            series.Add(call);
            _rates[call] = _dice.Next(8) == 0 ? 0 : _dice.Next(1, 200) / 8.0;
        }
    }

    private static bool IsOfEveryQuery(KeyValuePair<string, string> label) => label.Key is not ("request_operation" or "connection_security_policy" or "source_principal" or "destination_principal");

    private Dictionary<string, string> Call()
    {
        var (ns, workload, source) = (One(Namespaces), One(Workloads), _dice.Next(8));
        var call = new Dictionary<string, string>
        {
            ["source_cluster"] = One([Home, Home, Home, "west"]),
            ["source_workload_namespace"] = source == 0 ? "unknown" : ns,
            ["source_workload"] = source == 0 ? "unknown" : workload,
            ["source_canonical_service"] = source is 0 or 1 ? "unknown" : AppOf(workload),
            ["source_canonical_revision"] = One(Versions),
            ["request_protocol"] = One(["http", "http", "grpc"]),
            ["response_code"] = One(Codes),
            ["response_flags"] = One(Flags),
            ["connection_security_policy"] = One(["mutual_tls", "none"]),
            ["source_principal"] = One(Principals),
            ["destination_principal"] = One(Principals),
        };
        AddDestination(call);
        if (_dice.Next(3) == 0)
        {
            call["request_operation"] = One(["read", "write", "unknown"]);
        }

        if (_dice.Next(20) == 0)
        {
            // Whatever else is wrong with a proxy: it may leave out any label.
            call.Remove(One([.. call.Keys]));
        }

        return call;
    }

    private void AddDestination(Dictionary<string, string> call)
    {
        var (ns, workload) = (One(Namespaces), One(Workloads));
        switch (_dice.Next(7))
        {
            case 0:
                Destination("unknown", "unknown", "unknown", "PassthroughCluster", "10.1.2.3:443");
                break;
            case 1:
                Destination("unknown", "unknown", "unknown", "BlackHoleCluster", "unknown");
                break;
            case 2:
                var host = One(["ext.example.com", "www.wild.example", "only.example.com", "nowhere.example.com", "10.0.0.9"]);
                Destination("unknown", "unknown", "unknown", host, host);
                break;
            case 3:
                // A call that reached nobody.
                Destination(Home, ns, "unknown", AppOf(workload), $"{AppOf(workload)}.{ns}.svc.cluster.local");
                break;
            default:
                Destination(One([Home, Home, "west"]), ns, workload, AppOf(workload), $"{AppOf(workload)}.{ns}.svc.cluster.local");
                break;
        }

        void Destination(string cluster, string service, string reached, string name, string host)
        {
            call["destination_cluster"] = cluster;
            call["destination_service_namespace"] = service;
            call["destination_service_name"] = name;
            call["destination_service"] = host;
            call["destination_workload_namespace"] = reached == "unknown" ? "unknown" : service;
            call["destination_workload"] = reached;
            call["destination_canonical_service"] = reached == "unknown" ? "unknown" : AppOf(reached);
            call["destination_canonical_revision"] = reached == "unknown" ? "unknown" : One(Versions);
        }
    }

    /// <summary>Two workloads share an application.</summary>
    private static string AppOf(string workload) => workload switch { "w0" or "w1" => "shop", _ => workload + "-app" };

    private T One<T>(T[] all) => all[_dice.Next(all.Length)];

    private static NamespaceInventory Namespace(string name)
    {
        var workloads = Workloads.Where(workload => workload != "w3").Select(workload => new WorkloadFacts
        {
            Namespace = name,
            Name = workload,
            GroupVersionKind = new GroupVersionKind("apps", "v1", "Deployment"),
            Labels = ImmutableDictionary<string, string>.Empty.Add("app", AppOf(workload)).Add("version", "v1").Add("tier", "any"),
            PodCount = workload == "w2" ? 0 : 1,
            DesiredReplicas = 1,
            CurrentReplicas = 1,
            AvailableReplicas = 1,
            HasSidecar = workload != "w1",
            IsWaypoint = workload == "door",
        }).ToList();
        return new NamespaceInventory
        {
            Name = name,
            Created = DateTimeOffset.UnixEpoch,
            Workloads = workloads.ToFrozenDictionary(workload => workload.Name),
            WorkloadsByApp = workloads.GroupBy(workload => workload.Identity.App!).ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray()),
            Services = new[] { "shop", "quiet" }.Select(service => new ServiceFacts { Namespace = name, Name = service, Definition = new Service { Metadata = new ObjectMeta { Name = service, Namespace = name } } }).ToFrozenDictionary(service => service.Name),
        };
    }
}
