using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>Empties namespaces that are being deleted, says in their conditions what still holds them, and lets them go when they are empty.</summary>
internal sealed partial class NamespaceController(ObjectStore store, RegistrySource registry, SystemWriter writer, TimeProvider time, ILogger<NamespaceController> logger)
{
    private const string Manager = "kube-controller-manager";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var snapshot in store.Snapshots.WatchAsync(cancellationToken))
        {
            foreach (var ns in snapshot.Of("namespaces").Where(n => n.IsDeleting))
            {
                try
                {
                    await EmptyAsync(ns, cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogEmptyingFailed(logger, ns.Key.Name, exception);
                }
            }
        }
    }

    private async Task EmptyAsync(StoredObject ns, CancellationToken cancellationToken)
    {
        var resources = registry.Current.Stored().Where(r => r.Namespaced).ToArray();
        foreach (var resource in resources)
            foreach (var item in store.Current.InNamespace(resource.StorageKey, ns.Key.Name).Where(i => !i.IsDeleting).ToArray())
                await writer.DeleteAsync(resource, item, "Background", cancellationToken);
        var left = resources.Select(r => (Resource: r, Objects: store.Current.InNamespace(r.StorageKey, ns.Key.Name).ToArray())).Where(r => r.Objects.Length > 0).ToArray();
        var definition = writer.Resource("", "namespaces");
        if (left.Length == 0)
        {
            await writer.UpdateAsync(definition, ns.Key, "finalize", Manager, Released, cancellationToken);
            return;
        }

        await writer.UpdateAsync(definition, ns.Key, "status", Manager, current => WithConditions(current, left), cancellationToken);
    }

    private static JsonObject Released(JsonObject ns)
    {
        ns.Ensure("spec")["finalizers"] = new JsonArray([.. (ns.Object("spec")?.Array("finalizers") ?? []).Where(f => f?.ToString() != "kubernetes").Select(f => f?.DeepClone())]);
        return ns;
    }

    private JsonObject WithConditions(JsonObject ns, (ResourceDefinition Resource, StoredObject[] Objects)[] left)
    {
        var content = string.Join(", ", left.Select(l => $"{l.Resource.QualifiedName}. has {l.Objects.Length} resource instances"));
        var finalizers = left.SelectMany(l => l.Objects).SelectMany(o => o.Finalizers).GroupBy(f => f).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        var held = string.Join(", ", finalizers.Select(f => $"{f.Key} in {f.Count()} resource instances"));
        var conditions = new JsonArray(
            Condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            Condition("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            Condition("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            Condition("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {content}"),
            finalizers.Length > 0
                ? Condition("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {held}")
                : Condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished"));
        KeepTimes(ns.Object("status")?.Array("conditions"), conditions);
        ns.Ensure("status")["conditions"] = conditions;
        return ns;
    }

    /// <summary>A condition that says the same keeps its time: otherwise every look would be a change.</summary>
    private static void KeepTimes(JsonArray? before, JsonArray after)
    {
        foreach (var condition in JsonAccess.Objects(after))
        {
            var same = JsonAccess.Objects(before).FirstOrDefault(b => b.Text("type") == condition.Text("type") && b.Text("status") == condition.Text("status"));
            if (same?["lastTransitionTime"] is { } at) condition["lastTransitionTime"] = at.DeepClone();
        }
    }

    private JsonObject Condition(string type, bool status, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = status ? "True" : "False",
        ["lastTransitionTime"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["reason"] = reason,
        ["message"] = message,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Namespace {Namespace} was not emptied")]
    private static partial void LogEmptyingFailed(ILogger logger, string @namespace, Exception exception);
}
