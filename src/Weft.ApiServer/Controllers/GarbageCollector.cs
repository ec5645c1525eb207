using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>Owner references: dependents go with their owners, in the background, before them (foreground), or stay (orphan).</summary>
internal sealed partial class GarbageCollector(ObjectStore store, RegistrySource registry, SystemWriter writer, ILogger<GarbageCollector> logger)
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";
    private const string Manager = "kube-controller-manager";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var snapshot in store.Snapshots.WatchAsync(cancellationToken))
        {
            try
            {
                await SweepAsync(snapshot, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogSweepFailed(logger, exception);
            }
        }
    }

    private async Task SweepAsync(StoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        var objects = registry.Current.Stored().SelectMany(r => snapshot.Of(r.StorageKey).Values.Select(o => (Resource: r, Object: o))).ToArray();
        var owned = objects.Where(o => o.Object.Owners.Count > 0).ToArray();
        var finishing = objects.Where(o => o.Object.IsDeleting && (o.Object.Finalizers.Contains(Foreground) || o.Object.Finalizers.Contains(Orphan))).ToArray();
        if (owned.Length == 0 && finishing.Length == 0) return;
        var alive = objects.Select(o => o.Object.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var (resource, item) in owned)
        {
            if (item.IsDeleting) continue;
            var present = item.Owners.Count(alive.Contains);
            if (present == 0) await writer.DeleteAsync(resource, item, "Background", cancellationToken);
            else if (present < item.Owners.Count) await DisownAsync(resource, item, uid => !alive.Contains(uid), cancellationToken);
        }

        foreach (var (resource, item) in finishing)
            await FinishAsync(resource, item, owned.Where(o => o.Object.Owners.Contains(item.Uid)).ToArray(), cancellationToken);
    }

    private async Task FinishAsync(ResourceDefinition resource, StoredObject owner, (ResourceDefinition Resource, StoredObject Object)[] dependents, CancellationToken cancellationToken)
    {
        if (owner.Finalizers.Contains(Orphan))
        {
            foreach (var dependent in dependents) await DisownAsync(dependent.Resource, dependent.Object, uid => uid == owner.Uid, cancellationToken);
            await DropFinalizerAsync(resource, owner, Orphan, cancellationToken);
            return;
        }

        foreach (var dependent in dependents)
            if (!dependent.Object.IsDeleting) await writer.DeleteAsync(dependent.Resource, dependent.Object, "Foreground", cancellationToken);
        if (!dependents.Any(d => Blocks(d.Object, owner.Uid))) await DropFinalizerAsync(resource, owner, Foreground, cancellationToken);
    }

    private static bool Blocks(StoredObject dependent, string owner) =>
        JsonAccess.Objects(JsonText.ParseObject(dependent.Json.Span).Object("metadata")?.Array("ownerReferences")).Any(r => r.Text("uid") == owner && r.Flag("blockOwnerDeletion") == true);

    private Task DisownAsync(ResourceDefinition resource, StoredObject item, Func<string, bool> gone, CancellationToken cancellationToken) =>
        writer.UpdateAsync(
            resource,
            item.Key,
            "",
            Manager,
            current =>
            {
                var metadata = current.Ensure("metadata");
                var kept = JsonAccess.Objects(metadata.Array("ownerReferences")).Where(r => !gone(r.Text("uid") ?? "")).Select(r => r.DeepClone()).ToArray();
                metadata["ownerReferences"] = new JsonArray(kept);
                return current;
            },
            cancellationToken);

    private Task DropFinalizerAsync(ResourceDefinition resource, StoredObject item, string finalizer, CancellationToken cancellationToken) =>
        writer.UpdateAsync(
            resource,
            item.Key,
            "",
            Manager,
            current =>
            {
                var metadata = current.Ensure("metadata");
                metadata["finalizers"] = new JsonArray([.. (metadata.Array("finalizers") ?? []).Where(f => f?.ToString() != finalizer).Select(f => f?.DeepClone())]);
                return current;
            },
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Error, Message = "A garbage collection sweep failed; the next change starts another")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);
}
