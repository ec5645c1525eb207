using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.EndpointSlices;

/// <summary>Keeps the EndpointSlices and the Endpoints of each Service with a selector.</summary>
internal sealed class EndpointController(Cluster cluster, TimeProvider time, ILogger logger)
{
    public Task RunAsync(CancellationToken cancellationToken) =>
        new Reconciler("Endpoints", ReconcileAsync, time, logger)
            .On(cluster.Services)
            .On(cluster.Pods, ServicesOf)
            .On(cluster.EndpointSlices, ServiceOf)
            .On(cluster.Endpoints)
            .RunAsync(cancellationToken);

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        var service = cluster.Services.Find(name);
        if (service is null || service.Metadata.DeletionTimestamp is not null)
        {
            await RemoveAsync(name, cancellationToken);
            return null;
        }

        if (!EndpointPlanner.IsManaged(service))
            return null;
        var pods = cluster.Pods.InNamespace(name.Namespace).ToImmutableArray();
        await WriteSlicesAsync(service, EndpointPlanner.Slices(service, pods), cancellationToken);
        await WriteEndpointsAsync(name, EndpointPlanner.Endpoints(service, pods), cancellationToken);
        return null;
    }

    private async Task WriteSlicesAsync(Service service, ImmutableArray<EndpointSlice> wanted, CancellationToken cancellationToken)
    {
        var changes = SliceReconciliation.Between(Present(NamespacedName.Of(service)), wanted);
        var (client, @namespace) = (cluster.Client, service.Metadata.Namespace);
        foreach (var slice in changes.Create)
            cluster.EndpointSlices.NoteWritten(await client.CreateAsync(KubeResources.EndpointSlices, @namespace, slice, cancellationToken));
        foreach (var slice in changes.Replace)
            cluster.EndpointSlices.NoteWritten(await client.ReplaceAsync(KubeResources.EndpointSlices, @namespace, slice, cancellationToken));
        await DeleteAsync(changes.Delete, cancellationToken);
    }

    private async Task WriteEndpointsAsync(NamespacedName name, Endpoints wanted, CancellationToken cancellationToken)
    {
        var present = cluster.Endpoints.Find(name);
        if (present is null)
        {
            cluster.Endpoints.NoteWritten(await cluster.Client.CreateAsync(KubeResources.Endpoints, name.Namespace, wanted, cancellationToken));
            return;
        }

        var changed = present with { Metadata = present.Metadata with { Labels = wanted.Metadata.Labels }, Subsets = wanted.Subsets };
        if (!JsonNode.DeepEquals(Json(present), Json(changed)))
        {
            changed = changed with { Metadata = changed.Metadata with { Annotations = changed.Metadata.Annotations.SetItems(wanted.Metadata.Annotations) } };
            cluster.Endpoints.NoteWritten(await cluster.Client.ReplaceAsync(KubeResources.Endpoints, name.Namespace, changed, cancellationToken));
        }
    }

    /// <summary>The garbage collector removes slices by their owner; this is for a Service whose deletion it has not seen yet.</summary>
    private async Task RemoveAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        await DeleteAsync(Present(name), cancellationToken);
        if (cluster.Endpoints.Find(name) is { } endpoints && endpoints.Metadata.Labels.ContainsKey(EndpointPlanner.EndpointsManagedByLabel))
        {
            await cluster.Client.DeleteAsync(KubeResources.Endpoints, name.Namespace, name.Name, cancellationToken);
            cluster.Endpoints.NoteDeleted(endpoints);
        }
    }

    private async Task DeleteAsync(ImmutableArray<EndpointSlice> slices, CancellationToken cancellationToken)
    {
        foreach (var slice in slices)
        {
            await cluster.Client.DeleteAsync(KubeResources.EndpointSlices, slice.Metadata.Namespace, slice.Metadata.Name, cancellationToken);
            cluster.EndpointSlices.NoteDeleted(slice);
        }
    }

    private ImmutableArray<EndpointSlice> Present(NamespacedName service) =>
        [.. cluster.EndpointSlices.InNamespace(service.Namespace).Where(slice => ServiceOf(slice).Contains(service) && slice.Metadata.DeletionTimestamp is null)];

    private IEnumerable<NamespacedName> ServicesOf(Pod pod) =>
        cluster.Services.InNamespace(pod.Metadata.Namespace ?? "")
            .Where(service => EndpointPlanner.IsManaged(service) && EndpointPlanner.Selects(service, pod))
            .Select(service => NamespacedName.Of(service));

    /// <summary>Only of our own slices: others belong to who made them.</summary>
    private static IEnumerable<NamespacedName> ServiceOf(EndpointSlice slice) =>
        slice.Metadata.Labels.GetValueOrDefault(EndpointPlanner.ManagedByLabel) == EndpointPlanner.SliceManager
        && slice.Metadata.Labels.TryGetValue(EndpointPlanner.ServiceNameLabel, out var name)
            ? [new NamespacedName(slice.Metadata.Namespace ?? "", name)]
            : [];

    private static JsonNode? Json(Endpoints endpoints) => JsonSerializer.SerializeToNode(endpoints, KubernetesJson.TypeInfo<Endpoints>());
}
