using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>
/// The life of CustomResourceDefinitions: their names are accepted, their resources served once established, and on deletion their objects go first.
/// </summary>
internal sealed partial class CustomResourceController(ObjectStore store, RegistrySource registry, BuiltInTypes types, TimeProvider time, ILogger<CustomResourceController> logger)
{
    public const string StorageKey = "apiextensions.k8s.io/customresourcedefinitions";
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <summary>How long a definition whose objects are gone still refuses new ones, so that writers see why, before it goes.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private ImmutableDictionary<string, Definition> _known = ImmutableDictionary<string, Definition>.Empty;

    /// <summary>Set once by the server's composition.</summary>
    public SystemWriter Writer { get; set; } = null!;

    /// <summary>Serves what is established, and nothing else. Cheap when nothing changed.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            var stored = store.Current.Of(StorageKey).ToArray();
            var known = stored.Select(d => _known.TryGetValue(d.Key.Name, out var old) && old.Revision == d.Revision ? old : Read(d)).ToImmutableDictionary(d => d.Name, StringComparer.Ordinal);
            var same = known.Count == _known.Count && known.All(d => _known.TryGetValue(d.Key, out var old) && ReferenceEquals(old, d.Value));
            _known = known;
            if (same) return;
            var builtIn = registry.Current.BuiltIn;
            var custom = stored.SelectMany(d => known[d.Key.Name].Resources).Where(r => builtIn.All(b => b.Group != r.Group || b.Plural != r.Plural));
            registry.Publish(new ResourceRegistry(builtIn, [.. custom.DistinctBy(r => (r.Group, r.Version, r.Plural))]));
        }
    }

    /// <summary>Called before the writer of a definition has his answer: the next request finds it established, or told why not.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        Refresh();
        foreach (var definition in _known.Values.Where(d => !d.IsDeleting && d.NeedsSettling).OrderBy(d => d.Revision).ToArray())
        {
            var others = _known.Values.Where(d => d.Group == definition.Group && d.Name != definition.Name).Select(d => d.AcceptedNames).ToArray();
            var now = Now();
            await Writer.UpdateAsync(
                Writer.Resource("apiextensions.k8s.io", "customresourcedefinitions"),
                definition.Key,
                "status",
                "kube-apiserver",
                item =>
                {
                    if (DefinitionNames.Settle(item, others, now) is { } status) item["status"] = status;
                    return item;
                },
                cancellationToken);
            Refresh();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var history = store.Watches.Of(StorageKey);
        var position = store.Current.Revision;
        while (true)
        {
            var news = history.After(position);
            await SettleAsync(cancellationToken);
            var pending = await CleanUpAsync(cancellationToken);
            if (news is null) position = store.Current.Revision;
            else if (news.Value.Events.Count > 0) position = news.Value.Events[^1].Revision;
            else await WaitAsync(news.Value.Changed, pending, cancellationToken);
        }
    }

    private async Task WaitAsync(Task changed, bool pending, CancellationToken cancellationToken)
    {
        if (!pending)
        {
            await changed.WaitAsync(cancellationToken);
            return;
        }

        try
        {
            await changed.WaitAsync(LastWords, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Looks again whether the last objects have gone.
        }
    }

    /// <summary>Deletes the objects of definitions that go, then lets these go. True while any is left.</summary>
    private async Task<bool> CleanUpAsync(CancellationToken cancellationToken)
    {
        var pending = false;
        foreach (var definition in _known.Values.Where(d => d.IsDeleting))
        {
            try
            {
                pending |= await CleanUpAsync(definition, cancellationToken);
            }
            catch (StatusException exception)
            {
                LogCleanUpFailed(logger, definition.Name, exception);
                pending = true;
            }
        }

        return pending;
    }

    private async Task<bool> CleanUpAsync(Definition definition, CancellationToken cancellationToken)
    {
        var resource = Writer.Resource("apiextensions.k8s.io", "customresourcedefinitions");
        if (!definition.IsCleaning)
        {
            var now = Now();
            await Writer.UpdateAsync(resource, definition.Key, "status", "kube-apiserver", item => InProgress(item, now), cancellationToken);
            Refresh();
            return true;
        }

        var objects = store.Current.Of(definition.StorageKey).ToArray();
        if (definition.Resources.Count > 0)
            foreach (var item in objects.Where(i => !i.IsDeleting)) await Writer.DeleteAsync(definition.Resources[0], item, "Background", cancellationToken);
        if (store.Current.Of(definition.StorageKey).Count > 0) return true;
        await Task.Delay(LastWords, time, cancellationToken);
        await Writer.UpdateAsync(resource, definition.Key, "", "kube-apiserver", WithoutFinalizer, cancellationToken);
        Refresh();
        return false;
    }

    private static JsonObject InProgress(JsonObject item, string now)
    {
        DefinitionNames.Set(item.Ensure("status"), "Terminating", "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress", now);
        return item;
    }

    private static JsonObject WithoutFinalizer(JsonObject item)
    {
        var metadata = item.Ensure("metadata");
        metadata["finalizers"] = new JsonArray([.. (metadata.Array("finalizers") ?? []).Where(f => f?.ToString() != CleanupFinalizer).Select(f => f?.DeepClone())]);
        return item;
    }

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private Definition Read(StoredObject stored)
    {
        var item = JsonText.ParseObject(stored.Json.Span);
        var status = item.Object("status");
        var established = DefinitionNames.IsTrue(status, "Established");
        IReadOnlyList<ResourceDefinition> resources = [];
        try
        {
            if (established) resources = [.. CustomResourceDefinitions.Resources(item, types["meta/v1.ObjectMeta"]).Select(r => r with { IsTerminating = stored.IsDeleting })];
        }
        catch (Exception exception)
        {
            LogDefinitionSkipped(logger, stored.Key.Name, exception);
        }

        var spec = item.Object("spec") ?? [];
        return new Definition(
            stored.Key,
            stored.Revision,
            spec.Text("group") ?? "",
            $"{spec.Text("group")}/{spec.Object("names")?.Text("plural")}",
            status?.Object("acceptedNames") ?? [],
            !established || !(spec.Object("names") ?? []).All(p => JsonNode.DeepEquals(p.Value, status?.Object("acceptedNames")?[p.Key])),
            stored.IsDeleting,
            JsonAccess.Objects(status?.Array("conditions")).Any(c => c.Text("reason") == "InstanceDeletionInProgress"),
            resources);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The CustomResourceDefinition {Name} is not served")]
    private static partial void LogDefinitionSkipped(ILogger logger, string name, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The objects of the CustomResourceDefinition {Name} could not be deleted; another attempt follows")]
    private static partial void LogCleanUpFailed(ILogger logger, string name, Exception exception);

    /// <summary>What is known of one stored state of a definition.</summary>
    private sealed record Definition(
        ObjectKey Key,
        long Revision,
        string Group,
        string StorageKey,
        JsonObject AcceptedNames,
        bool NeedsSettling,
        bool IsDeleting,
        bool IsCleaning,
        IReadOnlyList<ResourceDefinition> Resources)
    {
        public string Name => Key.Name;
    }
}
