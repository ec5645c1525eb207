using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Console.Proxies;

/// <summary>Envoy's <c>/config_dump</c> and the summaries that people read. Unknown parts are passed over.</summary>
public sealed class ConfigDump
{
    private const string Prefix = "type.googleapis.com/envoy.admin.v3.";

    private ConfigDump(JsonObject content) => Content = content;

    /// <summary>As it came.</summary>
    public JsonObject Content { get; }

    /// <summary>The bootstrap configuration's part; null when there is none.</summary>
    public JsonObject? Bootstrap => Part("BootstrapConfigDump");

    /// <summary>The cluster configurations: those from the control plane, then those from the bootstrap.</summary>
    public IEnumerable<JsonObject> Clusters =>
        Of("ClustersConfigDump", "dynamic_active_clusters", "cluster").Concat(Of("ClustersConfigDump", "static_clusters", "cluster"));

    public IEnumerable<JsonObject> Listeners =>
        Items(Part("ListenersConfigDump")?["dynamic_listeners"]).Select(item => item["active_state"]?["listener"]).OfType<JsonObject>()
            .Concat(Of("ListenersConfigDump", "static_listeners", "listener"));

    public IEnumerable<JsonObject> Routes =>
        Of("RoutesConfigDump", "dynamic_route_configs", "route_config").Concat(Of("RoutesConfigDump", "static_route_configs", "route_config"));

    /// <summary>Throws <see cref="PodHttpException"/> for what is no dump.</summary>
    public static ConfigDump Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject content && content["configs"] is JsonArray
                ? new ConfigDump(content)
                : throw new PodHttpException("the proxy's answer is no configuration dump");
        }
        catch (JsonException failure)
        {
            throw new PodHttpException($"the proxy's configuration dump cannot be read: {failure.Message}", failure);
        }
    }

    internal static IEnumerable<JsonObject> Items(JsonNode? array) => (array as JsonArray ?? []).OfType<JsonObject>();

    internal static string Text(JsonNode? node) => node is JsonValue value ? value.ToString() : "";

    internal static int Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;

    /// <summary>The object of Istio's configuration that a part was made of, as <c>name.namespace</c>; empty when it does not say.</summary>
    internal static string ConfigOf(JsonNode? part, string kind)
    {
        // /apis/networking.istio.io/v1/namespaces/bookinfo/destination-rule/reviews
        var path = Text(part?["metadata"]?["filter_metadata"]?["istio"]?["config"]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path is [.., "namespaces", var ns, var found, var name] && found == kind ? $"{name}.{ns}" : "";
    }

    private JsonObject? Part(string type) => Items(Content["configs"]).FirstOrDefault(config => Text(config["@type"]) == Prefix + type);

    private IEnumerable<JsonObject> Of(string type, string list, string field) => Items(Part(type)?[list]).Select(item => item[field]).OfType<JsonObject>();
}
