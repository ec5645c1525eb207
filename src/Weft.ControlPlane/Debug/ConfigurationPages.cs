using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Effective;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
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
            "configPath": "./etc/istio/proxy", "controlPlaneAuthPolicy": "MUTUAL_TLS", "discoveryAddress": "istiod.istio-system.svc:15012", "drainDuration": "45s", "proxyAdminPort": 15000,
            "serviceCluster": "istio-proxy", "statNameLength": 189, "statusPort": 15020, "terminationDrainDuration": "5s"
          }
        }
        """;

    /// <summary>Fields of <see cref="MeshConfig"/> that istiod does not show while they are as unset.</summary>
    private static readonly (string Field, string Unset)[] s_unset = [("accessLogEncoding", "TEXT"), ("ingressSelector", new MeshConfig().IngressSelector)];

    /// <summary>istiod completes the hosts of DestinationRules when it reads them, and shows them so.</summary>
    public static DestinationRule WithFullHost(DestinationRule rule) =>
        rule with { Spec = rule.Spec with { Host = Hostname.Resolve(rule.Spec.Host, rule.Metadata.Namespace ?? "") } };

    public JsonArray Objects()
    {
        var objects = sources.Snapshot.Objects;
        return
        [
            .. Nodes(objects.DestinationRules.Select(WithFullHost)), .. Nodes(objects.Gateways), .. Nodes(objects.ServiceEntries), .. Nodes(objects.Sidecars), .. Nodes(objects.VirtualServices),
            .. Nodes(objects.WorkloadEntries), .. Nodes(objects.AuthorizationPolicies), .. Nodes(objects.PeerAuthentications), .. Nodes(objects.RequestAuthentications),
            .. Nodes(objects.Telemetries),
        ];
    }

    public JsonObject Mesh()
    {
        var mesh = JsonNode.Parse(Defaults)!.AsObject();
        Merge(mesh, JsonSerializer.SerializeToNode(sources.Snapshot.Mesh, IstioJson.Options.TypeInfoOf<MeshConfig>())!.AsObject());
        foreach (var (field, unset) in s_unset)
        {
            if ((string?)mesh[field] == unset)
            {
                mesh.Remove(field);
            }
        }

        return mesh;
    }

    public JsonObject Authorization() => new() { ["authorization_policies"] = Policies("namespace_to_policies", sources.Snapshot.Objects.AuthorizationPolicies, withAnnotations: true) };

    public JsonObject Telemetry() => new() { ["telemetries"] = Policies("namespace_to_telemetries", sources.Snapshot.Objects.Telemetries, withAnnotations: false) };

    /// <summary>The gateways between networks, in the form of istiod's model.NetworkGateway; null when there are none.</summary>
    public JsonNode? Networks()
    {
        JsonArray gateways =
        [
            .. NetworkGateways.Of(sources.Snapshot).All.Select(entry => new JsonObject
            {
                ["Network"] = entry.Network, ["Cluster"] = sources.ClusterId, ["Addr"] = entry.Gateway.Address, ["Port"] = entry.Gateway.Port, ["HBONEPort"] = 0,
                ["ServiceAccount"] = new JsonObject { ["Namespace"] = "", ["Name"] = "" },
            }),
        ];
        return gateways.Count == 0 ? null : gateways;
    }

    public JsonObject PushContext() => new()
    {
        ["AuthorizationPolicies"] = Authorization()["authorization_policies"]!.DeepClone(),
        ["NetworkGateways"] = Networks() is JsonArray gateways
            ? new JsonObject(gateways.GroupBy(gateway => (string)gateway!["Network"]!).Select(group => KeyValuePair.Create<string, JsonNode?>(group.Key, new JsonArray([.. group.Select(gateway => gateway!.DeepClone())]))))
            : null,
        // Addresses that are names are left out, as docs/compatibility.md says: there are none to resolve.
        ["UnresolvedGateways"] = null,
    };

    /// <summary>What istiod knows for waypoints and ztunnel, which are not served: nothing, as in a mesh without ambient mode.</summary>
    public static JsonObject Ambient() => new() { ["policies"] = null, ["services"] = null, ["workloads"] = null };

    /// <summary>This control plane serves its own cluster alone.</summary>
    public JsonArray Clusters() => [new JsonObject { ["id"] = sources.ClusterId, ["secretName"] = "", ["syncStatus"] = sources.Pushes.Current.IsReady ? "synced" : "syncing" }];

    private JsonObject Policies<T>(string field, IEnumerable<T> objects, bool withAnnotations)
        where T : class, IKubeObject
    {
        var namespaces = new JsonObject();
        foreach (var group in objects.GroupBy(item => item.Metadata.Namespace ?? "").OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            namespaces[group.Key] = new JsonArray([.. group.Select(item => Policy(item, withAnnotations))]);
        }

        return new JsonObject { [field] = namespaces, ["root_namespace"] = sources.Snapshot.Mesh.RootNamespace };
    }

    private static JsonObject Policy<T>(T item, bool withAnnotations)
        where T : class, IKubeObject
    {
        var policy = new JsonObject { ["name"] = item.Metadata.Name, ["namespace"] = item.Metadata.Namespace };
        if (withAnnotations)
        {
            policy["annotations"] = new JsonObject(item.Metadata.Annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        }

        policy["spec"] = JsonSerializer.SerializeToNode(item, IstioJson.Options.TypeInfoOf<T>())!["spec"]?.DeepClone();
        return policy;
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
