using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf;
using Weft.Istio.Effective;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation;

/// <summary>
/// Clusters and endpoints that several proxies have in common, made once per shape of the mesh. A message here is never changed after it was made. What
/// belongs to a service goes with it: a service with other endpoints is another object.
/// </summary>
internal sealed class SharedMessages
{
    private readonly ConditionalWeakTable<MeshService, ConcurrentDictionary<ClusterKey, IReadOnlyList<Cluster>>> _clusters = [];
    private readonly ConditionalWeakTable<MeshService, ConcurrentDictionary<EndpointKey, ClusterLoadAssignment>> _endpoints = [];
    private readonly ConditionalWeakTable<IMessage, object> _packed = [];

    public IReadOnlyList<Cluster> Clusters(MeshService service, ClusterKey key, Func<IReadOnlyList<Cluster>> make) =>
        _clusters.GetOrCreateValue(service).GetOrAdd(key, static (_, build) => build(), make);

    public ClusterLoadAssignment Endpoints(MeshService service, EndpointKey key, Func<ClusterLoadAssignment> make) =>
        _endpoints.GetOrCreateValue(service).GetOrAdd(key, static (_, build) => build(), make);

    /// <summary>What is made of a message, once.</summary>
    public T Packed<T>(IMessage message, Func<IMessage, T> pack)
        where T : class => (T)_packed.GetValue(message, key => pack(key));
}

/// <summary>What the clusters of a service port depend on beside the service and the shape of the mesh.</summary>
/// <param name="Viewpoint">Null where it is the same from everywhere.</param>
internal sealed record ClusterKey(int Port, EffectiveDestinationRule? Rule, ProxyType Type, string ClusterId, LocalityViewpoint? Viewpoint);

/// <summary>What the endpoints of a cluster depend on beside the service and the shape of the mesh.</summary>
/// <param name="NodeName">Empty where every node has the same.</param>
/// <param name="Network">The client's, and those that it asks for; empty where networks do not count.</param>
/// <param name="Viewpoint">Null where it is the same from everywhere.</param>
internal sealed record EndpointKey(int Port, string Subset, EffectiveDestinationRule? Rule, ServiceResolution Resolution, string ClusterId, string NodeName, string Network, LocalityViewpoint? Viewpoint);
