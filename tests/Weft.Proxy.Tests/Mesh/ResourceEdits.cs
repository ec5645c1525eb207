using System.Text.Json.Nodes;

namespace Weft.Proxy.Mesh;

/// <summary>Finds what tests change in the resources of a mesh.</summary>
public static class ResourceEdits
{
    public const string BetaCluster = "outbound|8000||beta.demo.svc.cluster.local";

    /// <summary>The connection managers of inbound traffic.</summary>
    public static IEnumerable<JsonNode> InboundManagers(JsonArray listeners) => Managers(listeners, "virtualInbound");

    /// <summary>The connection manager of outbound HTTP on 8000.</summary>
    public static IEnumerable<JsonNode> OutboundManagers(JsonArray listeners) => Managers(listeners, "0.0.0.0_8000");

    /// <summary>Puts an HTTP filter right after metadata exchange, where Istio has those of security.</summary>
    public static void Insert(IEnumerable<JsonNode> managers, string filter, int index = 1)
    {
        foreach (var manager in managers)
        {
            manager["httpFilters"]!.AsArray().Insert(index, JsonNode.Parse(filter));
        }
    }

    /// <summary>Sets a field of the route action to beta.</summary>
    public static void SetAction(JsonArray routes, string field, string json) => IstioResources.RouteOfBeta(routes)["route"]![field] = JsonNode.Parse(json);

    /// <summary>Sets a field of the route to beta.</summary>
    public static void SetRoute(JsonArray routes, string field, string json) => IstioResources.RouteOfBeta(routes)[field] = JsonNode.Parse(json);

    /// <summary>HTTP/2 to beta and to the applications, as a port named grpc gets it.</summary>
    public static void SpeakHttp2(string kind, JsonArray resources)
    {
        if (kind == "clusters")
        {
            foreach (var cluster in resources.Where(cluster => cluster!["name"]!.GetValue<string>() is "inbound|8080||" or BetaCluster))
            {
                cluster!["typedExtensionProtocolOptions"] = JsonNode.Parse("""
                    {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","explicitHttpConfig":{"http2ProtocolOptions":{}}}}
                    """);
            }
        }
    }

    /// <summary>Logs each request of alpha's application in a format.</summary>
    public static void LogOutbound(JsonArray listeners, string format) => Log(OutboundManagers(listeners), format);

    /// <summary>Logs each request to an application in a format.</summary>
    public static void LogInbound(JsonArray listeners, string format) => Log(InboundManagers(listeners), format);

    /// <summary>Logs what these terminal filters serve in a format.</summary>
    public static void Log(IEnumerable<JsonNode> managers, string format)
    {
        foreach (var manager in managers)
        {
            manager["accessLog"] = new JsonArray(new JsonObject
            {
                ["name"] = "envoy.access_loggers.file",
                ["typedConfig"] = new JsonObject
                {
                    ["@type"] = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
                    ["path"] = "/dev/stdout",
                    ["logFormat"] = new JsonObject { ["textFormatSource"] = new JsonObject { ["inlineString"] = format } },
                },
            });
        }
    }

    private static IEnumerable<JsonNode> Managers(JsonArray listeners, string listener) =>
        listeners.Where(candidate => candidate!["name"]!.GetValue<string>() == listener)
            .SelectMany(found => found!["filterChains"]!.AsArray()).SelectMany(chain => chain!["filters"]!.AsArray())
            .Select(entry => entry!["typedConfig"]!).Where(config => config["httpFilters"] is not null);
}
