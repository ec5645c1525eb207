using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>Writes into the status of every ResourceQuota what it allows and what of that is used.</summary>
internal sealed partial class QuotaController(ObjectStore store, SystemWriter writer, ILogger<QuotaController> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var snapshot in store.Snapshots.WatchAsync(cancellationToken))
        {
            foreach (var quota in snapshot.Of("resourcequotas"))
            {
                try
                {
                    await SettleAsync(quota, snapshot, cancellationToken);
                }
                catch (StatusException exception)
                {
                    LogStatusFailed(logger, quota.Key.Namespace, quota.Key.Name, exception);
                }
            }
        }
    }

    private async Task SettleAsync(StoredObject stored, StoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        var quota = JsonText.ParseObject(stored.Json.Span);
        var hard = quota.Object("spec")?.Object("hard") ?? [];
        var used = new JsonObject(Quotas.Used(quota, hard.Select(limit => limit.Key), stored.Key.Namespace, snapshot)
            .OrderBy(amount => amount.Key, StringComparer.Ordinal)
            .Select(amount => KeyValuePair.Create(amount.Key, (JsonNode?)Amounts.Text(amount.Key, amount.Value))));
        var status = new JsonObject();
        if (hard.Count > 0) (status["hard"], status["used"]) = (hard.DeepClone(), used);
        if (JsonNode.DeepEquals(status, quota.Object("status") ?? [])) return;
        await writer.UpdateAsync(writer.Resource("", "resourcequotas"), stored.Key, "status", "kube-controller-manager", item => With(item, status), cancellationToken);
    }

    private static JsonObject With(JsonObject item, JsonObject status)
    {
        item["status"] = status.DeepClone();
        return item;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The status of the quota {Namespace}/{Name} was not written")]
    private static partial void LogStatusFailed(ILogger logger, string @namespace, string name, Exception exception);
}
