using Microsoft.Extensions.Logging;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>Keeps the registry in step with the stored CustomResourceDefinitions.</summary>
internal sealed partial class CustomResourceController(ObjectStore store, RegistrySource registry, BuiltInTypes types, ILogger<CustomResourceController> logger)
{
    public const string StorageKey = "apiextensions.k8s.io/customresourcedefinitions";
    private long _seen = -1;

    public void Refresh()
    {
        var definitions = store.Current.Of(StorageKey).Values;
        var revision = definitions.Select(d => d.Revision).DefaultIfEmpty().Max() + definitions.Count();
        if (Interlocked.Exchange(ref _seen, revision) == revision) return;
        var custom = new List<ResourceDefinition>();
        foreach (var definition in definitions)
        {
            try
            {
                var item = JsonText.ParseObject(definition.Json.Span);
                custom.AddRange(CustomResourceDefinitions.Resources(item, types["meta/v1.ObjectMeta"]));
            }
            catch (Exception exception)
            {
                LogDefinitionSkipped(logger, definition.Key.Name, exception);
            }
        }

        var builtIn = registry.Current.BuiltIn;
        registry.Publish(new ResourceRegistry(builtIn, [.. custom.DistinctBy(r => (r.Group, r.Version, r.Plural)).Where(r => builtIn.All(b => b.Group != r.Group || b.Plural != r.Plural))]));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var history = store.Watches.Of(StorageKey);
        var position = store.Current.Revision;
        while (true)
        {
            var news = history.After(position);
            Refresh();
            await ClearAsync(cancellationToken);
            if (news is null)
            {
                position = store.Current.Revision;
                continue;
            }

            if (news.Value.Events.Count > 0) position = news.Value.Events[^1].Revision;
            else await news.Value.Changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Objects whose definition is gone go too.</summary>
    private async Task ClearAsync(CancellationToken cancellationToken)
    {
        var served = registry.Current.All.Select(r => r.StorageKey).ToHashSet(StringComparer.Ordinal);
        var snapshot = store.Current;
        foreach (var key in snapshot.Resources.Keys.Where(k => !served.Contains(k)))
        {
            if (snapshot.Find(new ObjectKey(StorageKey, "", DefinitionName(key))) is not null) continue;
            foreach (var item in snapshot.Of(key).Values) await store.DeleteAsync(item.Key, item.Revision, cancellationToken);
        }
    }

    private static string DefinitionName(string storageKey)
    {
        var slash = storageKey.IndexOf('/', StringComparison.Ordinal);
        return $"{storageKey[(slash + 1)..]}.{storageKey[..Math.Max(slash, 0)]}";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The CustomResourceDefinition {Name} is not served")]
    private static partial void LogDefinitionSkipped(ILogger logger, string name, Exception exception);
}
