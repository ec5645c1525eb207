using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.ApiServer.Watch;

namespace Weft.ApiServer.Controllers;

/// <summary>
/// Owner references: dependents go with their owners, in the background, before them (foreground), or stay (orphan). Looks at
/// everything once, when it starts, and from then on only at what a change touches.
/// </summary>
internal sealed partial class GarbageCollector(ObjectStore store, RegistrySource registry, SystemWriter writer, ILogger<GarbageCollector> logger)
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";
    private const string Manager = "kube-controller-manager";

    /// <summary>How many objects were looked at: tests assert that a change costs by what it touches.</summary>
    public long Looked { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var changes = store.Watches.Subscribe(Matters);
        foreach (var item in store.Current.Resources.Values.SelectMany(objects => objects).Where(HasPart)) await LookSafelyAsync(item.Key, cancellationToken);
        await foreach (var change in changes.ReadAllAsync(cancellationToken))
            foreach (var key in Touched(change).ToArray()) await LookSafelyAsync(key, cancellationToken);
    }

    private static bool HasPart(StoredObject item) => item.Owners.Count > 0 || IsFinishing(item);

    private static bool Matters(WatchEvent change) => change.Type == WatchEventType.Deleted || HasPart(change.Object) || change.Previous is { Owners.Count: > 0 };

    private static bool IsFinishing(StoredObject item) => item.IsDeleting && (item.Finalizers.Contains(Foreground) || item.Finalizers.Contains(Orphan));

    /// <summary>Of one that is gone the dependents, who lost an owner; of any change the object and the owners that it left, who may wait for it.</summary>
    private IEnumerable<ObjectKey> Touched(WatchEvent change)
    {
        var owners = store.Current.Owners;
        var isGone = change.Type == WatchEventType.Deleted;
        if (!isGone) yield return change.Object.Key;
        else foreach (var dependent in owners.Of(change.Object.Uid)) yield return dependent;
        foreach (var owner in (change.Previous?.Owners ?? []).Where(o => isGone || !change.Object.Owners.Contains(o)))
            if (owners.Alive.TryGetValue(owner, out var key)) yield return key;
    }

    private async Task LookSafelyAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(key, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogLookFailed(logger, key.StorageKey, key.Namespace, key.Name, exception);
        }
    }

    private async Task LookAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        Looked++;
        var snapshot = store.Current;
        if (snapshot.Find(key) is not { } item || registry.Current.StoredAs(key.StorageKey) is not { } resource) return;
        if (IsFinishing(item)) await FinishAsync(resource, item, snapshot, cancellationToken);
        else if (!item.IsDeleting) await KeepOrDeleteAsync(resource, item, snapshot, cancellationToken);
        // It may be what its owner waits for no longer: the reference was taken away, or no longer blocks.
        foreach (var owner in item.Owners)
            if (snapshot.Owners.Alive.TryGetValue(owner, out var at) && snapshot.Find(at) is { } waiting && IsFinishing(waiting) && registry.Current.StoredAs(at.StorageKey) is { } definition)
                await FinishAsync(definition, waiting, store.Current, cancellationToken);
    }

    private async Task KeepOrDeleteAsync(ResourceDefinition resource, StoredObject item, StoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (item.Owners.Count == 0) return;
        var alive = snapshot.Owners.Alive;
        var present = item.Owners.Count(alive.ContainsKey);
        if (present == 0) await writer.DeleteAsync(resource, item, "Background", cancellationToken);
        else if (present < item.Owners.Count) await DisownAsync(resource, item, uid => !alive.ContainsKey(uid), cancellationToken);
    }

    private async Task FinishAsync(ResourceDefinition resource, StoredObject owner, StoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        var dependents = snapshot.Owners.Of(owner.Uid).Select(snapshot.Find).OfType<StoredObject>().ToArray();
        if (owner.Finalizers.Contains(Orphan))
        {
            foreach (var dependent in dependents)
                if (registry.Current.StoredAs(dependent.Key.StorageKey) is { } orphaned) await DisownAsync(orphaned, dependent, uid => uid == owner.Uid, cancellationToken);
            await DropFinalizerAsync(resource, owner, Orphan, cancellationToken);
            return;
        }

        foreach (var dependent in dependents)
            if (!dependent.IsDeleting && registry.Current.StoredAs(dependent.Key.StorageKey) is { } definition) await writer.DeleteAsync(definition, dependent, "Foreground", cancellationToken);
        if (!dependents.Any(d => Blocks(d, owner.Uid))) await DropFinalizerAsync(resource, owner, Foreground, cancellationToken);
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
                metadata["ownerReferences"] = new JsonArray(
                    [.. JsonAccess.Objects(metadata.Array("ownerReferences")).Where(r => !gone(r.Text("uid") ?? "")).Select(r => r.DeepClone())]);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Garbage collection of {Resource} {Namespace}/{Name} failed; its next change starts another")]
    private static partial void LogLookFailed(ILogger logger, string resource, string @namespace, string name, Exception exception);
}
