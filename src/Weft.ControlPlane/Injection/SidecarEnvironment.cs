using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Injection;

/// <summary>The environment by which the agent learns who its workload is.</summary>
internal static class SidecarEnvironment
{
    /// <param name="probers">The application's probes that the agent answers.</param>
    public static JsonArray Of(SidecarInjector.InjectedPod pod, JsonObject probers)
    {
        var settings = pod.Settings;
        var variables = new JsonArray(
            Value("PILOT_CERT_PROVIDER", "istiod"),
            Value("CA_ADDR", settings.DiscoveryAddress),
            Field("POD_NAME", "metadata.name"),
            Field("POD_NAMESPACE", "metadata.namespace"),
            Field("INSTANCE_IP", "status.podIP"),
            Field("SERVICE_ACCOUNT", "spec.serviceAccountName"),
            Field("HOST_IP", "status.hostIP"),
            Value("PROXY_CONFIG", pod.ProxyConfig),
            Value("ISTIO_META_POD_PORTS", Ports(pod).ToJsonString()),
            Value("ISTIO_META_APP_CONTAINERS", string.Join(',', pod.ApplicationContainers)),
            Value("ISTIO_META_CLUSTER_ID", settings.ClusterId),
            Field("ISTIO_META_NODE_NAME", "spec.nodeName"),
            Value("ISTIO_META_INTERCEPTION_MODE", pod.InterceptionMode),
            Value("ISTIO_META_WORKLOAD_NAME", pod.Owner.Name),
            Value("ISTIO_META_OWNER", Owner(pod)),
            Value("ISTIO_META_MESH_ID", settings.MeshId),
            Value("TRUST_DOMAIN", settings.TrustDomain));
        if (pod.Metadata.Labels.GetValueOrDefault("topology.istio.io/network") is { Length: > 0 } network)
        {
            variables.Add(Value("ISTIO_META_NETWORK", network));
        }

        foreach (var (name, value) in ProxyConfigMerge.VariablesOf(pod.ProxyConfig))
        {
            variables.Add(Value(name, value));
        }

        if (probers.Count > 0)
        {
            variables.Add(Value(ProbeRewriting.Variable, probers.ToJsonString()));
        }

        if (pod.MergesPrometheus && pod.OwnScrapeTarget is { } target)
        {
            variables.Add(Value("ISTIO_PROMETHEUS_ANNOTATIONS", target.ToJsonString()));
        }

        return variables;
    }

    private static string Owner(SidecarInjector.InjectedPod pod)
    {
        // The core group is written like the others: apis/v1.
        return $"kubernetes://apis/{pod.Owner.ApiVersion}/namespaces/{pod.Namespace}/{pod.Owner.Kind.ToLowerInvariant()}s/{pod.Owner.Name}";
    }

    private static JsonArray Ports(SidecarInjector.InjectedPod pod)
    {
        var ports = new JsonArray();
        foreach (var port in pod.Spec.Containers.SelectMany(container => container.Ports))
        {
            var entry = new JsonObject();
            if (!string.IsNullOrEmpty(port.Name))
            {
                entry["name"] = port.Name;
            }

            entry["containerPort"] = port.Port;
            entry["protocol"] = port.Protocol ?? "TCP";
            ports.Add(entry);
        }

        return ports;
    }

    internal static JsonObject Value(string name, string value) => new() { ["name"] = name, ["value"] = value };

    internal static JsonObject Field(string name, string path) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };
}
