using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Console.Proxies;

/// <summary>How far a proxy has what its control plane sent, for each kind of resource, in Kiali's words.</summary>
public sealed record SyncState(string Clusters, string Endpoints, string Listeners, string Routes)
{
    public const string Synced = "Synced";
    public const string Stale = "Stale";
    public const string NeverAcknowledged = "Stale (Never Acknowledged)";
    public const string NotSent = "NOT_SENT";

    /// <summary>Nothing is under way. A proxy that needs no resources of a kind is sent none.</summary>
    public bool IsSynced => IsDone(Clusters) && IsDone(Endpoints) && IsDone(Listeners) && IsDone(Routes);

    /// <summary>The states of all proxies that istiod's <c>/debug/syncz</c> tells of, by <c>pod.namespace</c>. Throws <see cref="PodHttpException"/> for what is no such page.</summary>
    public static FrozenDictionary<string, SyncState> Read(ReadOnlySpan<byte> page)
    {
        try
        {
            var proxies = JsonNode.Parse(page) as JsonArray ?? throw new JsonException("a list is expected");
            return proxies.OfType<JsonObject>()
                .Where(proxy => Text(proxy["proxy"]).Length > 0)
                // A proxy that connects anew may be told of twice for a moment; the last connection counts.
                .GroupBy(proxy => Text(proxy["proxy"]))
                .ToFrozenDictionary(group => group.Key, group => Of(group.Last()));
        }
        catch (JsonException failure)
        {
            throw new PodHttpException($"the control plane's answer to /debug/syncz cannot be read: {failure.Message}", failure);
        }
    }

    private static SyncState Of(JsonObject proxy) => new(Of(proxy, "cluster"), Of(proxy, "endpoint"), Of(proxy, "listener"), Of(proxy, "route"));

    private static string Of(JsonObject proxy, string kind) => (Text(proxy[$"{kind}_sent"]), Text(proxy[$"{kind}_acked"])) switch
    {
        ("", _) => NotSent,
        (_, "") => NeverAcknowledged,
        var (sent, acknowledged) => sent == acknowledged ? Synced : Stale,
    };

    private static bool IsDone(string state) => state is Synced or NotSent;

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
