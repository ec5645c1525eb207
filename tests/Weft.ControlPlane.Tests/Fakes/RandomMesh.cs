using System.Collections.Immutable;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Fakes;

/// <summary>A small mesh that changes step by step, mostly in endpoints and pods, the same way for the same seed. Unchanged objects stay the same objects.</summary>
internal sealed class RandomMesh(int seed)
{
    private const int Services = 8;
    private const int Addresses = 12;
    private static readonly string[] s_namespaces = ["shop", "bank"];
    private readonly Random _random = new(seed);

    public MeshObjects Objects { get; private set; } = new()
    {
        Services = [.. Enumerable.Range(0, Services).Select(NewService)],
        Nodes = [new Node { Metadata = new ObjectMeta { Name = "n0", Labels = Labels("topology.kubernetes.io/region", "north") } }],
    };

    public static IEnumerable<string> AllAddresses => Enumerable.Range(0, Addresses).Select(AddressOf);

    /// <summary>Makes one change, or two at once.</summary>
    public void Change()
    {
        ChangeOnce();
        if (_random.Next(3) == 0)
        {
            ChangeOnce();
        }
    }

    private void ChangeOnce()
    {
        var pods = Objects.Pods;
        switch (_random.Next(24))
        {
            case < 8:
                var slice = NewSlice();
                Objects = Objects with { EndpointSlices = Put(Objects.EndpointSlices, slice) };
                break;
            case 8 when Objects.EndpointSlices.Length > 0:
                Objects = Objects with { EndpointSlices = Objects.EndpointSlices.RemoveAt(_random.Next(Objects.EndpointSlices.Length)) };
                break;
            case < 15:
                Objects = Objects with { Pods = Put(pods, NewPod()) };
                break;
            case 15 when pods.Length > 0:
                Objects = Objects with { Pods = pods.RemoveAt(_random.Next(pods.Length)) };
                break;
            case 16:
                Objects = Objects with { Services = Put(Objects.Services, NewService(_random.Next(Services + 2))) };
                break;
            case 17:
                Objects = Objects with { ServiceEntries = Put(Objects.ServiceEntries, NewEntry()) };
                break;
            case 18:
                Objects = Objects with { ServiceEntries = [] };
                break;
            case 19:
                Objects = Objects with { DestinationRules = Put(Objects.DestinationRules, NewRule()) };
                break;
            case 20:
                Objects = Objects with { Sidecars = Objects.Sidecars.Length > 0 ? [] : [NewSidecar()] };
                break;
            case 21:
                Objects = Objects with { WorkloadEntries = Put(Objects.WorkloadEntries, NewWorkload()) };
                break;
            case 22:
                Objects = Objects with { EndpointSlices = [.. Objects.EndpointSlices.Reverse()] };
                break;
            default:
                Objects = Objects with { Pods = [.. pods.Reverse()] };
                break;
        }
    }

    private static ImmutableArray<T> Put<T>(ImmutableArray<T> objects, T item)
        where T : class, IKubeObject
    {
        var known = objects.FirstOrDefault(other => NamespacedName.Of(other) == NamespacedName.Of(item));
        return known is null ? objects.Add(item) : objects.Replace(known, item);
    }

    private static Service NewService(int index) => new()
    {
        Metadata = Meta($"s{index}", s_namespaces[index % 2]),
        Spec = new ServiceSpec
        {
            Type = index == 6 ? "ExternalName" : null,
            ExternalName = index == 6 ? HostOf(0) : null,
            ClusterIP = index is 5 ? "None" : $"127.100.0.{index + 1}",
            InternalTrafficPolicy = index == 4 ? "Local" : null,
            Selector = Labels("app", $"s{index}"),
            Ports = [new ServicePort { Name = "http", Port = 8000 }, .. index % 3 == 0 ? new[] { new ServicePort { Name = "tcp", Port = 9000 } } : []],
        },
    };

    private EndpointSlice NewSlice()
    {
        var index = _random.Next(Services + 2);
        var name = $"s{index}";
        return new EndpointSlice
        {
            Metadata = Meta($"{name}-{_random.Next(2)}", s_namespaces[index % 2]) with { Labels = Labels("kubernetes.io/service-name", name) },
            Ports = [new EndpointPort { Name = "http", Port = 8080 }, new EndpointPort { Name = "tcp", Port = 9090 }],
            Endpoints = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => NewEndpoint())],
        };
    }

    private Endpoint NewEndpoint() => new()
    {
        Addresses = [AddressOf(_random.Next(Addresses))],
        NodeName = $"n{_random.Next(2)}",
        Conditions = new EndpointConditions { Ready = _random.Next(4) > 0 },
        TargetRef = _random.Next(2) == 0 ? new ObjectReference { Kind = "Pod", Name = $"p{_random.Next(Addresses)}" } : null,
    };

    private Pod NewPod()
    {
        var app = $"s{_random.Next(Services)}";
        return new Pod
        {
            Metadata = Meta($"p{_random.Next(Addresses)}", s_namespaces[_random.Next(2)]) with
            {
                Labels = Labels("app", app).Add("version", $"v{_random.Next(2)}").Add("security.istio.io/tlsMode", _random.Next(3) > 0 ? "istio" : "disabled"),
            },
            Spec = new PodSpec { ServiceAccountName = $"a{_random.Next(2)}", NodeName = "n0", HostNetwork = _random.Next(8) == 0 },
            Status = new PodStatus
            {
                PodIP = _random.Next(8) == 0 ? null : AddressOf(_random.Next(Addresses)),
                Phase = _random.Next(8) == 0 ? "Succeeded" : "Running",
                Conditions = [new Condition { Type = "Ready", Status = "True" }],
            },
        };
    }

    private ServiceEntry NewEntry()
    {
        var kind = _random.Next(3);
        return new ServiceEntry
        {
            Metadata = Meta($"e{kind}", "shop"),
            Spec = new ServiceEntrySpec
            {
                Hosts = [kind == 0 ? HostOf(0) : $"e{kind}.example.com"],
                Ports = [new ServiceEntryPort { Name = "http", Number = 8000, Protocol = "HTTP" }],
                Resolution = "STATIC",
                Location = "MESH_INTERNAL",
                WorkloadSelector = kind == 1 ? new WorkloadSelector { Labels = Labels("app", "s1") } : null,
                Endpoints = kind == 1 ? [] : [new WorkloadEntrySpec { Address = AddressOf(_random.Next(Addresses)) }],
            },
        };
    }

    private DestinationRule NewRule() => new()
    {
        Metadata = Meta($"r{_random.Next(2)}", "shop"),
        Spec = new DestinationRuleSpec { Host = HostOf(_random.Next(2) * 2), Subsets = [new Subset { Name = "v1", Labels = Labels("version", "v1") }] },
    };

    private WorkloadEntry NewWorkload() => new()
    {
        Metadata = Meta("w0", "shop"),
        Spec = new WorkloadEntrySpec { Address = AddressOf(_random.Next(Addresses)), Labels = Labels("app", $"s{_random.Next(4) * 2}") },
    };

    private static Sidecar NewSidecar() => new() { Metadata = Meta("narrow", "shop"), Spec = new SidecarSpec { Egress = [new SidecarEgress { Hosts = ["./*"] }] } };

    private static string HostOf(int index) => $"s{index}.{s_namespaces[index % 2]}.svc.cluster.local";

    private static string AddressOf(int index) => $"127.1.0.{index + 1}";

    private static ObjectMeta Meta(string name, string @namespace) => new() { Name = name, Namespace = @namespace };

    private static ImmutableDictionary<string, string> Labels(string key, string value) => ImmutableDictionary<string, string>.Empty.Add(key, value);
}
