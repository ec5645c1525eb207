using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Security;
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
    private readonly ConcurrentDictionary<object, object> _derived = new();
    private ConcurrentDictionary<object, object> _derivedOfShape = new();
    private ImmutableHashSet<string> _changed = [];
    private long _number;
    private long _follows = -1;
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

    /// <summary>The VirtualServices in force: those of the mesh's objects and those that routes of the Gateway API and Ingresses stand for.</summary>
    public ImmutableArray<VirtualService> VirtualServices { get; internal init; } = [];

    /// <summary>The Gateways in force: those of the mesh's objects and those that Gateways of the Gateway API and Ingresses stand for.</summary>
    public ImmutableArray<Gateway> Gateways { get; internal init; } = [];

    /// <summary>The keys of an issuer as a JSON Web Key Set: stated, or fetched; null while they could not be fetched.</summary>
    public string? KeySetOf(JwtRule rule) => string.IsNullOrEmpty(rule.Jwks) ? Objects.KeySets.GetValueOrDefault(KeySetSource.Of(rule)) : rule.Jwks;

    /// <summary>A value worked out from this snapshot alone: made when first asked for and kept as long as the snapshot. The key says what it is.</summary>
    public T Derived<TKey, T>(TKey key, Func<TKey, T> make)
        where TKey : notnull
        where T : class => (T)_derived.GetOrAdd(key, _ => make(key));

    /// <summary>
    /// A value that is as good in every later snapshot of the same shape (<see cref="SnapshotShape"/>), and kept as long as the shape: it must not depend on
    /// the registry but by services it is asked about.
    /// </summary>
    public T DerivedOfShape<TKey, T>(TKey key, Func<TKey, T> make)
        where TKey : notnull
        where T : class => (T)_derivedOfShape.GetOrAdd(key, _ => make(key));

    /// <summary>The registry, oldest first, then by name and namespace.</summary>
    public ImmutableArray<MeshService> Services { get; }

    /// <summary>All services of a host; more than one when namespaces define the same ServiceEntry host.</summary>
    public ImmutableArray<MeshService> ServicesOf(string host) => _servicesByHost.TryGetValue(host, out var services) ? services : [];

    public Namespace? Namespace(string name) => _namespaces.GetValueOrDefault(name);

    public Pod? PodAt(string address) => _podsByAddress.GetValueOrDefault(address);

    /// <summary>What a workload at this address serves: one entry per service port that selects it.</summary>
    public IEnumerable<(MeshService Service, MeshServicePort Port, MeshEndpoint Endpoint)> InstancesAt(string address) => _instancesByAddress[address];

    /// <summary>The hosts whose services are not those of the given snapshot; null when this one does not follow it directly in the same shape.</summary>
    public IReadOnlyCollection<string>? HostsChangedSince(MeshSnapshot before) => ReferenceEquals(_derivedOfShape, before._derivedOfShape) && _follows == before._number ? _changed : null;

    internal MeshSnapshot WithShapeOf(MeshSnapshot before)
    {
        _derivedOfShape = before._derivedOfShape;
        _follows = before._number;
        _number = before._number + 1;
        _changed = [.. Services.Zip(before.Services).Where(pair => !ReferenceEquals(pair.First, pair.Second)).Select(pair => pair.First.Host)];
        return this;
    }

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
