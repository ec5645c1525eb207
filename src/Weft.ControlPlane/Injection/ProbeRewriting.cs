using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Injection;

/// <summary>
/// Lets the agent answer the kubelet in place of the application: the kubelet speaks no mutual TLS. Each probe goes to the agent's port, and the agent is told
/// what to ask the application.
/// </summary>
internal static class ProbeRewriting
{
    /// <summary>The agent's environment variable with the application's probes, by path.</summary>
    public const string Variable = "ISTIO_KUBE_APP_PROBERS";

    private const int AgentPort = 15020;
    private static readonly string[] s_handlers = ["httpGet", "tcpSocket", "grpc"];
    private static readonly (string Field, string Path)[] s_probes = [("livenessProbe", "livez"), ("readinessProbe", "readyz"), ("startupProbe", "startupz")];

    /// <summary>Changes the containers and returns the probes they had; empty when there are none that the agent can ask.</summary>
    public static JsonObject Rewrite(IEnumerable<JsonObject> containers)
    {
        var probers = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var container in containers)
        {
            foreach (var (field, suffix) in s_probes)
            {
                if (container[field] is JsonObject probe && s_handlers.FirstOrDefault(handler => probe[handler] is JsonObject) is { } handler)
                {
                    var path = $"/app-health/{container["name"]}/{suffix}";
                    probers[path] = Prober(probe, handler, container);
                    probe.Remove(handler);
                    probe["httpGet"] = new JsonObject { ["path"] = path, ["port"] = AgentPort };
                }
            }
        }

        return new JsonObject(probers);
    }

    private static JsonObject Prober(JsonObject probe, string handler, JsonObject container)
    {
        var target = (JsonObject)probe[handler]!.DeepClone(); // an object, as seen by the caller
        if (target["port"] is JsonValue port && port.TryGetValue<string>(out var name) && NumberOf(container, name) is { } number)
        {
            target["port"] = number;
        }

        var prober = new JsonObject { [handler] = target };
        if (probe["timeoutSeconds"] is { } limit)
        {
            prober["timeoutSeconds"] = limit.DeepClone();
        }

        return prober;
    }

    private static JsonNode? NumberOf(JsonObject container, string name) => (container["ports"] as JsonArray)?
        .OfType<JsonObject>()
        .FirstOrDefault(port => port["name"] is JsonValue value && value.TryGetValue<string>(out var text) && text == name)?["containerPort"]?.DeepClone();
}
