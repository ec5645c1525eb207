using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>
/// The whole mesh at one moment: objects, the registry made of them, and indexes. Immutable; built by <see cref="MeshSnapshotBuilder"/>.
/// Lists of Istio objects are in Istio's order of conflicts: oldest first, then by name, then by namespace.
/// </summary>
public sealed class MeshSnapshot
{
    private readonly FrozenDictionary<string, ImmutableArray<MeshService>> _servicesByHost;
    private readonly FrozenDictionary<string, Pod> _podsByAddress;
    private readonly FrozenDictionary<string, Namespace> _namespaces;
    private readonly ILookup<string, (MeshService Service, MeshServicePort Port, MeshEndpoint Endpoint)> _instancesByAddress;

    internal MeshSnapshot(MeshObjects objects, ImmutableArray<MeshService> services)
    {
        Objects = objects;
        Services = services;
        _servicesByHost = services.GroupBy(service => service.Host).ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _namespaces = objects.Namespaces.ToFrozenDictionary(item => item.Metadata.Name);
        _podsByAddress = objects.Pods
            .Where(pod => !string.IsNullOrEmpty(pod.Status.PodIP) && !pod.Spec.HostNetwork && pod.Status.Phase is not ("Succeeded" or "Failed"))
            .GroupBy(pod => pod.Status.PodIP!)
            .ToFrozenDictionary(group => group.Key, group => group.First());
        _instancesByAddress = Instances(services).ToLookup(instance => instance.Endpoint.Address);
    }

    public static MeshSnapshot Empty { get; } = new(MeshObjects.Empty, []);

    public MeshObjects Objects { get; }

    public MeshConfig Mesh => Objects.Mesh;

    /// <summary>The registry, oldest first, then by name and namespace.</summary>
    public ImmutableArray<MeshService> Services { get; }

    /// <summary>All services of a host; more than one when namespaces define the same ServiceEntry host.</summary>
    public ImmutableArray<MeshService> ServicesOf(string host) => _servicesByHost.TryGetValue(host, out var services) ? services : [];

    public Namespace? Namespace(string name) => _namespaces.GetValueOrDefault(name);

    public Pod? PodAt(string address) => _podsByAddress.GetValueOrDefault(address);

    /// <summary>What a workload at this address serves: one entry per service port that selects it.</summary>
    public IEnumerable<(MeshService Service, MeshServicePort Port, MeshEndpoint Endpoint)> InstancesAt(string address) => _instancesByAddress[address];

    private static IEnumerable<(MeshService Service, MeshServicePort Port, MeshEndpoint Endpoint)> Instances(ImmutableArray<MeshService> services)
    {
        foreach (var service in services)
        {
            foreach (var port in service.Ports)
            {
                foreach (var endpoint in service.EndpointsOf(port))
                {
                    yield return (service, port, endpoint);
                }
            }
        }
    }
}
