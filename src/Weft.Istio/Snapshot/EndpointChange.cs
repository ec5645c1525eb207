using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>
/// A change of pods and EndpointSlices alone, by which most snapshots follow the one before: only the services behind which something changed are read again.
/// The result is that of a snapshot built from nothing.
/// </summary>
internal sealed class EndpointChange
{
    private readonly MeshSnapshot _before;
    private readonly MeshObjects _objects;
    private readonly PodChanges _pods;
    private readonly ImmutableArray<EndpointSlice> _changedSlices;

    private EndpointChange(MeshSnapshot before, MeshObjects objects, PodChanges pods, ListChanges<EndpointSlice> slices)
    {
        (_before, _objects, _pods) = (before, objects, pods);
        _changedSlices = [.. slices.Removed, .. slices.Added];
    }

    /// <summary>The snapshot of the given objects; null when more changed than this can tell.</summary>
    public static MeshSnapshot? Apply(MeshSnapshot before, MeshObjects objects)
    {
        if (!SnapshotShape.HaveSameConfiguration(before.Source, objects)
            || !SnapshotShape.Same(before.Source.Nodes, objects.Nodes)
            || !SnapshotShape.Same(before.Source.WorkloadEntries, objects.WorkloadEntries))
        {
            return null;
        }

        var pods = ListChanges<Pod>.Between(before.Source.Pods, objects.Pods);
        var slices = ListChanges<EndpointSlice>.Between(before.Source.EndpointSlices, objects.EndpointSlices);
        var change = new EndpointChange(before, objects, new PodChanges(pods), slices);
        // The pods that a ServiceEntry selects are found by their labels, not by slices.
        var selectsPods = objects.ServiceEntries.Any(entry => entry.Spec.WorkloadSelector.IsStated());
        return pods.KeepsOrder && slices.KeepsOrder && (change._pods.IsNone || !selectsPods) ? change.Apply() : null;
    }

    private MeshSnapshot? Apply()
    {
        var ordered = _before.Objects with { Pods = _objects.Pods, EndpointSlices = _objects.EndpointSlices, NotEnforced = _objects.NotEnforced, Unreadable = _objects.Unreadable };
        var places = _before.Places.After(_objects.Pods, _pods);
        var slices = SlicesOfChangedServices();
        var changed = new SortedDictionary<int, MeshService>();
        foreach (var name in slices.Keys)
        {
            foreach (var position in _before.PositionsOf(KubernetesServices.HostOf(name)))
            {
                var known = _before.Services[position];
                if (known.Registry != ServiceRegistry.Kubernetes)
                {
                    continue;
                }

                if (known.Source is not Service source)
                {
                    return null;
                }

                if (KubernetesServices.Convert(source, slices[name], ordered, places) is var service && !service.IsAs(known))
                {
                    changed[position] = service;
                }
            }
        }

        return _before.After(ordered, _objects, places, changed);
    }

    /// <summary>The slices that remain to each service of a changed slice, and to each with a changed pod behind it.</summary>
    private Dictionary<NamespacedName, List<EndpointSlice>> SlicesOfChangedServices()
    {
        var slices = new Dictionary<NamespacedName, List<EndpointSlice>>();
        foreach (var slice in _pods.IsNone ? _changedSlices : _changedSlices.Concat(_objects.EndpointSlices.Where(HasChangedPod)))
        {
            slices.TryAdd(KubernetesServices.NameOf(slice), []);
        }

        foreach (var slice in _objects.EndpointSlices)
        {
            if (slices.TryGetValue(KubernetesServices.NameOf(slice), out var own))
            {
                own.Add(slice);
            }
        }

        return slices;
    }

    private bool HasChangedPod(EndpointSlice slice) => slice.Endpoints.Any(endpoint =>
        WorkloadPlaces.TargetOf(endpoint, slice.Metadata.Namespace ?? "") is { } target ? _pods.Names.Contains(target) : endpoint.Addresses is [var address, ..] && _pods.Addresses.Contains(address));
}
