using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Debug;

/// <summary>The configuration in force: Istio's objects as they were read, and the mesh's own with its defaults.</summary>
internal sealed class ConfigurationPages(DebugSources sources)
{
    /// <summary>Istio's defaults that are not fields of <see cref="MeshConfig"/>, or differ from what is unset there.</summary>
    private const string Defaults = """
        {
          "connectTimeout": "10s", "protocolDetectionTimeout": "0s", "dnsRefreshRate": "60s", "enableAutoMtls": true, "enablePrometheusMerge": true, "enableTracing": true,
          "ingressClass": "istio", "ingressControllerMode": "STRICT", "ingressService": "istio-ingressgateway", "localityLbSetting": {"enabled": true},
          "outboundTrafficPolicy": {"mode": "ALLOW_ANY"}, "inboundTrafficPolicy": {}, "proxyListenPort": 15001, "proxyInboundListenPort": 15006,
          "defaultServiceExportTo": ["*"], "defaultVirtualServiceExportTo": ["*"], "defaultDestinationRuleExportTo": ["*"],
          "defaultConfig": {
            "configPath": "./etc/istio/proxy", "discoveryAddress": "istiod.istio-system.svc:15012", "drainDuration": "45s", "proxyAdminPort": 15000,
            "serviceCluster": "istio-proxy", "statNameLength": 189, "statusPort": 15020, "terminationDrainDuration": "5s"
          }
        }
        """;

    public JsonArray Objects()
    {
        var objects = sources.Snapshot.Objects;
        return
        [
            .. Nodes(objects.DestinationRules), .. Nodes(objects.Gateways), .. Nodes(objects.ServiceEntries), .. Nodes(objects.Sidecars), .. Nodes(objects.VirtualServices),
            .. Nodes(objects.WorkloadEntries), .. Nodes(objects.AuthorizationPolicies), .. Nodes(objects.PeerAuthentications), .. Nodes(objects.RequestAuthentications),
            .. Nodes(objects.Telemetries),
        ];
    }

    public JsonObject Mesh()
    {
        var mesh = JsonNode.Parse(Defaults)!.AsObject();
        Merge(mesh, JsonSerializer.SerializeToNode(sources.Snapshot.Mesh, IstioJson.Options.TypeInfoOf<MeshConfig>())!.AsObject());
        return mesh;
    }

    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach (var (name, value) in source)
        {
            if (target[name] is JsonObject inner && value is JsonObject other)
            {
                Merge(inner, other);
            }
            else if (IsSaid(value))
            {
                target[name] = value!.DeepClone();
            }
        }
    }

    private static bool IsSaid(JsonNode? value) => value switch
    {
        null or JsonArray { Count: 0 } => false,
        JsonValue text => text.ToString().Length > 0,
        _ => true,
    };

    private static IEnumerable<JsonNode?> Nodes<T>(IEnumerable<T> objects)
        where T : class, IKubeObject => objects.Select(item => JsonSerializer.SerializeToNode(item, IstioJson.Options.TypeInfoOf<T>()));
}
