using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.LoadBalancers;

/// <summary>
/// The service controller of a cloud: says in <c>status.loadBalancer</c> of each Service of type LoadBalancer at which address it is
/// reached, and takes that back when the type changes. The listening itself is the service proxy's.
/// </summary>
internal sealed class LoadBalancerController(Cluster cluster, IPAddress address, EventRecorder events, TimeProvider time, ILogger logger)
{
    private const string Component = "service-controller";

    public Task RunAsync(CancellationToken cancellationToken) =>
        new Reconciler("LoadBalancer", ReconcileAsync, time, logger).On(cluster.Services).RunAsync(cancellationToken);

    private async Task<TimeSpan?> ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        if (cluster.Services.Find(name) is not { } service || service.Metadata.DeletionTimestamp is not null)
            return null;
        ImmutableArray<string> wanted = service.Spec.Type == "LoadBalancer" ? [address.ToString()] : [];
        var present = service.Status.LoadBalancer?.Ingress.Select(ingress => ingress.Ip).OfType<string>() ?? [];
        if (wanted.SequenceEqual(present))
            return null;
        cluster.Services.NoteWritten(await cluster.Client.PatchAsync(KubeResources.Services, name.Namespace, name.Name, Patch(wanted), cancellationToken));
        if (!wanted.IsEmpty)
            events.Record(service, EventDraft.Normal("EnsuredLoadBalancer", "Ensured load balancer"), Component);
        return null;
    }

    private static KubePatch Patch(ImmutableArray<string> addresses) =>
        KubePatch.Merge(new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["loadBalancer"] = addresses.IsEmpty
                    ? new JsonObject { ["ingress"] = null }
                    : new JsonObject { ["ingress"] = new JsonArray([.. addresses.Select(ip => new JsonObject { ["ip"] = ip, ["ipMode"] = "VIP" })]) },
            },
        }) with { Subresource = "status" };
}
