using System.Globalization;
using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Injection;

/// <summary>The two containers of the sidecar, as Istio's template writes them.</summary>
internal static class SidecarContainers
{
    private const int ProxyUser = 1337;
    private const string UnredirectedPorts = "15090,15021,15020";
    private const string Traffic = "traffic.sidecar.istio.io/";

    public static JsonObject Init(SidecarInjector.InjectedPod pod) => new()
    {
        ["name"] = SidecarInjector.InitContainer,
        ["image"] = pod.Image,
        ["args"] = Texts([.. CaptureArguments(pod)]),
        ["resources"] = Resources(pod),
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["privileged"] = false,
            ["capabilities"] = new JsonObject { ["add"] = Texts("NET_ADMIN", "NET_RAW"), ["drop"] = Texts("ALL") },
            ["readOnlyRootFilesystem"] = false,
            ["runAsGroup"] = 0,
            ["runAsNonRoot"] = false,
            ["runAsUser"] = 0,
        },
    };

    /// <param name="probers">The application's probes that the agent answers.</param>
    public static JsonObject Proxy(SidecarInjector.InjectedPod pod, JsonObject probers) => new()
    {
        ["name"] = SidecarInjector.ProxyContainer,
        ["image"] = pod.Image,
        ["args"] = Texts(
            "proxy", pod.IsGateway ? "router" : "sidecar", "--domain", "$(POD_NAMESPACE).svc.cluster.local",
            $"--proxyLogLevel={pod.Annotation("sidecar.istio.io/logLevel") ?? "warning"}",
            $"--proxyComponentLogLevel={pod.Annotation("sidecar.istio.io/componentLogLevel") ?? "misc:error"}",
            $"--log_output_level={pod.Annotation("sidecar.istio.io/agentLogLevel") ?? "default:info"}"),
        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 15090, ["protocol"] = "TCP", ["name"] = "http-envoy-prom" }),
        ["env"] = SidecarEnvironment.Of(pod, probers),
        ["resources"] = Resources(pod),
        ["readinessProbe"] = Readiness(pod),
        ["startupProbe"] = Probe(periodSeconds: 1, failureThreshold: 600),
        ["securityContext"] = Unprivileged(),
        ["volumeMounts"] = SidecarVolumes.Mounts(),
    };

    /// <summary>The proxy needs no rights.</summary>
    internal static JsonObject Unprivileged() => new()
    {
        ["allowPrivilegeEscalation"] = false,
        ["capabilities"] = new JsonObject { ["drop"] = Texts("ALL") },
        ["privileged"] = false,
        ["readOnlyRootFilesystem"] = true,
        ["runAsGroup"] = ProxyUser,
        ["runAsNonRoot"] = true,
        ["runAsUser"] = ProxyUser,
    };

    private static IEnumerable<string> CaptureArguments(SidecarInjector.InjectedPod pod)
    {
        yield return "istio-iptables";
        foreach (var (flag, value) in CaptureOptions(pod))
        {
            yield return flag;
            yield return value;
        }

        yield return "--log_output_level=default:info";
    }

    private static IEnumerable<(string Flag, string Value)> CaptureOptions(SidecarInjector.InjectedPod pod)
    {
        var excluded = pod.Annotation($"{Traffic}excludeInboundPorts") is { Length: > 0 } ports ? $"{UnredirectedPorts},{ports}" : UnredirectedPorts;
        yield return ("-p", "15001");
        yield return ("-z", "15006");
        yield return ("-u", "1337");
        yield return ("-m", pod.InterceptionMode);
        yield return ("-i", pod.Annotation($"{Traffic}includeOutboundIPRanges") ?? "*");
        yield return ("-x", pod.Annotation($"{Traffic}excludeOutboundIPRanges") ?? "");
        yield return ("-b", pod.Annotation($"{Traffic}includeInboundPorts") ?? "*");
        yield return ("-d", excluded);
        if (pod.Annotation($"{Traffic}includeOutboundPorts") is { Length: > 0 } included)
        {
            yield return ("-q", included);
        }

        if (pod.Annotation($"{Traffic}excludeOutboundPorts") is { Length: > 0 } left)
        {
            yield return ("-o", left);
        }

        if ((pod.Annotation("istio.io/reroute-virtual-interfaces") ?? pod.Annotation($"{Traffic}kubevirtInterfaces")) is { } rerouted)
        {
            yield return ("-k", rerouted);
        }

        if (pod.Annotation($"{Traffic}excludeInterfaces") is { } interfaces)
        {
            yield return ("-c", interfaces);
        }
    }

    private static JsonObject Readiness(SidecarInjector.InjectedPod pod)
    {
        var probe = Probe(Stated("periodSeconds") ?? 15, Stated("failureThreshold") ?? 4);
        if (Stated("initialDelaySeconds") is { } delay)
        {
            probe["initialDelaySeconds"] = delay;
        }

        return probe;

        int? Stated(string field) => int.TryParse(pod.Annotation($"readiness.status.sidecar.istio.io/{field}"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
    }

    internal static JsonObject Probe(int periodSeconds, int failureThreshold) => new()
    {
        ["httpGet"] = new JsonObject { ["path"] = "/healthz/ready", ["port"] = 15021 },
        ["periodSeconds"] = periodSeconds,
        ["timeoutSeconds"] = 3,
        ["failureThreshold"] = failureThreshold,
    };

    /// <summary>Istio's, or what the pod states and nothing besides.</summary>
    private static JsonObject Resources(SidecarInjector.InjectedPod pod)
    {
        var requests = Amounts(pod.Annotation("sidecar.istio.io/proxyCPU"), pod.Annotation("sidecar.istio.io/proxyMemory"));
        var limits = Amounts(pod.Annotation("sidecar.istio.io/proxyCPULimit"), pod.Annotation("sidecar.istio.io/proxyMemoryLimit"));
        if (requests.Count == 0 && limits.Count == 0)
        {
            return new JsonObject { ["requests"] = Amounts("100m", "128Mi"), ["limits"] = Amounts("2", "1Gi") };
        }

        var stated = new JsonObject();
        foreach (var (name, amounts) in ((string, JsonObject)[])[("requests", requests), ("limits", limits)])
        {
            if (amounts.Count > 0)
            {
                stated[name] = amounts;
            }
        }

        return stated;
    }

    private static JsonObject Amounts(string? cpu, string? memory)
    {
        var amounts = new JsonObject();
        foreach (var (name, value) in ((string, string?)[])[("cpu", cpu), ("memory", memory)])
        {
            if (value is not null)
            {
                amounts[name] = value;
            }
        }

        return amounts;
    }

    internal static JsonArray Texts(params string[] values) => [.. values.Select(value => JsonValue.Create(value))];
}
