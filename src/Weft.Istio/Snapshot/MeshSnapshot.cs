using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Istio.Effective;
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
    private readonly FrozenDictionary<string, ImmutableArray<int>> _positionsByHost;
    private readonly FrozenDictionary<string, Namespace> _namespaces;
    private readonly ConcurrentDictionary<object, object> _derived = new();
    private readonly InstanceIndex _instances;
    private ConcurrentDictionary<object, object> _derivedOfShape = new();
    private ImmutableHashSet<string> _changed = [];
    private long _number;
    private long _follows = -1;

    internal MeshSnapshot(MeshObjects objects, WorkloadPlaces places, ImmutableArray<MeshService> services)
    {
        Objects = objects;
        Places = places;
        Services = services;
        _positionsByHost = services.Select((service, position) => (service.Host, Position: position))
            .GroupBy(entry => entry.Host, entry => entry.Position)
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _namespaces = objects.Namespaces.ToFrozenDictionary(item => item.Metadata.Name);
        _instances = InstanceIndex.Of(services);
    }

    private MeshSnapshot(MeshSnapshot before, MeshObjects objects, WorkloadPlaces places, ImmutableArray<MeshService> services)
    {
        Objects = objects;
        Places = places;
        Services = services;
        Gateways = before.Gateways;
        VirtualServices = before.VirtualServices;
        DestinationRules = before.DestinationRules;
        GatewayApi = before.GatewayApi;
        _positionsByHost = before._positionsByHost;
        _namespaces = before._namespaces;
        _instances = before._instances.After(before.Services, services);
    }

    public static MeshSnapshot Empty { get; } = new(MeshObjects.Empty, new WorkloadPlaces(MeshObjects.Empty), []);

    public MeshObjects Objects { get; }

    public MeshConfig Mesh => Objects.Mesh;

    /// <summary>The VirtualServices in force: those of the mesh's objects and those that routes of the Gateway API and Ingresses stand for.</summary>
    public ImmutableArray<VirtualService> VirtualServices { get; internal init; } = [];

    /// <summary>The DestinationRules in force: those of the mesh's objects and those that policies of the Gateway API stand for.</summary>
    public ImmutableArray<DestinationRule> DestinationRules { get; internal init; } = [];

    /// <summary>The Gateways in force: those of the mesh's objects and those that Gateways of the Gateway API and Ingresses stand for.</summary>
    public ImmutableArray<Gateway> Gateways { get; internal init; } = [];

    /// <summary>The objects as they were given, in their order.</summary>
    internal MeshObjects Source { get; init; } = MeshObjects.Empty;

    internal WorkloadPlaces Places { get; }

    /// <summary>What became of the objects of the Gateway API.</summary>
    public GatewayApiOutcome GatewayApi { get; internal init; } = GatewayApiOutcome.None;

    /// <summary>The keys of an issuer as a JSON Web Key Set: stated, or fetched; null while they could not be fetched.</summary>
    public string? KeySetOf(JwtRule rule) => string.IsNullOrEmpty(rule.Jwks) ? Objects.KeySets.GetValueOrDefault(KeySetSource.Of(rule)) : rule.Jwks;

    /// <summary>
    /// A value worked out from this snapshot alone: made when first asked for and kept as long as the snapshot; one that is <see cref="IFollowsEndpoints"/> is
    /// taken along to the next snapshot of the same shape. The key says what it is.
    /// </summary>
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
    public ImmutableArray<MeshService> ServicesOf(string host) => [.. PositionsOf(host).Select(position => Services[position])];

    public Namespace? Namespace(string name) => _namespaces.GetValueOrDefault(name);

    public Pod? PodAt(string address) => Places.LivePodAt(address);

    /// <summary>What a workload at this address serves: one entry per service port that selects it.</summary>
    public IEnumerable<(MeshService Service, MeshServicePort Port, MeshEndpoint Endpoint)> InstancesAt(string address) => _instances.At(address, Services);

    /// <summary>The hosts whose services are not those of the given snapshot; null when this one does not follow it directly in the same shape.</summary>
    public IReadOnlyCollection<string>? HostsChangedSince(MeshSnapshot before) => ReferenceEquals(_derivedOfShape, before._derivedOfShape) && _follows == before._number ? _changed : null;

    /// <summary>Where the services of a host stand among <see cref="Services"/>.</summary>
    internal ImmutableArray<int> PositionsOf(string host) => _positionsByHost.TryGetValue(host, out var positions) ? positions : [];

    /// <summary>The snapshot after some services' endpoints changed, and nothing of the configuration.</summary>
    /// <param name="changed">The changed services by their position.</param>
    internal MeshSnapshot After(MeshObjects objects, MeshObjects source, WorkloadPlaces places, IReadOnlyDictionary<int, MeshService> changed)
    {
        var services = Services;
        if (changed.Count > 0)
        {
            var builder = services.ToBuilder();
            foreach (var (position, service) in changed)
            {
                builder[position] = service;
            }

            services = builder.MoveToImmutable();
        }

        var next = new MeshSnapshot(this, objects, places, services) { Source = source };
        return changed.All(entry => SnapshotShape.HaveOneShape(Services[entry.Key], entry.Value)) ? next.WithShapeOf(this, [.. changed.Keys]) : next;
    }

    /// <param name="changed">The positions at which services are others than before.</param>
    internal MeshSnapshot WithShapeOf(MeshSnapshot before, IReadOnlyList<int> changed)
    {
        _derivedOfShape = before._derivedOfShape;
        _follows = before._number;
        _number = before._number + 1;
        _changed = [.. changed.Select(position => Services[position].Host)];
        var replaced = changed.ToDictionary(position => before.Services[position], position => Services[position], (IEqualityComparer<MeshService>)ReferenceEqualityComparer.Instance);
        foreach (var (key, value) in before._derived)
        {
            if (value is IFollowsEndpoints following)
            {
                _derived[key] = following.After(this, replaced);
            }
        }

        return this;
    }
}

/// <summary>A value derived from a snapshot that has an equal in the next snapshot of the same shape without being worked out again.</summary>
internal interface IFollowsEndpoints
{
    /// <param name="replaced">The services that have other endpoints in the next snapshot, by what they were before.</param>
    object After(MeshSnapshot snapshot, IReadOnlyDictionary<MeshService, MeshService> replaced);
}
