using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>A node that says it is ready loses the taint it began with, and one that no longer says so gets it back.</summary>
internal sealed partial class NodeTaintController(ObjectStore store, SystemWriter writer, ILogger<NodeTaintController> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var snapshot in store.Snapshots.WatchAsync(cancellationToken))
        {
            foreach (var node in snapshot.Of("nodes").Where(n => seen.GetValueOrDefault(n.Key.Name) != n.Revision))
            {
                seen[node.Key.Name] = node.Revision;
                try
                {
                    await SettleAsync(node, cancellationToken);
                }
                catch (StatusException exception)
                {
                    LogTaintFailed(logger, node.Key.Name, exception);
                }
            }
        }
    }

    private async Task SettleAsync(StoredObject node, CancellationToken cancellationToken)
    {
        var item = JsonText.ParseObject(node.Json.Span);
        if (IsReady(item) != NodeTaints.IsTainted(item)) return;
        await writer.UpdateAsync(writer.Resource("", "nodes"), node.Key, "", "kube-controller-manager", Settled, cancellationToken);
    }

    private static JsonObject Settled(JsonObject item)
    {
        if (IsReady(item)) NodeTaints.Remove(item);
        else NodeTaints.Assign(item);
        return item;
    }

    private static bool IsReady(JsonObject item) =>
        JsonAccess.Objects(item.Object("status")?.Array("conditions")).Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The taint of node {Node} was not changed")]
    private static partial void LogTaintFailed(ILogger logger, string node, Exception exception);
}
