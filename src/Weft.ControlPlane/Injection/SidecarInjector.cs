using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Injection;

/// <summary>
/// Puts Istio's sidecar into a pod about to be created, or makes the pod a gateway, as istiod's webhook does by the annotation
/// <c>inject.istio.io/templates</c>. Pure: the given object stays as it is.
/// </summary>
public static class SidecarInjector
{
    public const string ProxyContainer = "istio-proxy";
    public const string InitContainer = "istio-init";
    public const string StatusAnnotation = "sidecar.istio.io/status";
    private const string TemplatesAnnotation = "inject.istio.io/templates";
    private const string GatewayTemplate = "gateway";
    private const string RewriteProbesAnnotation = "sidecar.istio.io/rewriteAppHTTPProbers";
    private const int MaxLabelLength = 63;
    private const string ScrapeAnnotation = "prometheus.io/scrape";
    private const string PortAnnotation = "prometheus.io/port";
    private const string PathAnnotation = "prometheus.io/path";
    private const string MergedPort = "15020";

    /// <summary>The pod with its sidecar; null when it gets none.</summary>
    /// <exception cref="JsonException">The object is no pod.</exception>
    public static JsonObject? Inject(JsonObject pod, InjectionNamespace @namespace, InjectionSettings settings)
    {
        var read = pod.Deserialize(KubernetesJson.TypeInfo<Pod>()) ?? throw new JsonException("the pod is null");
        if (IsInjected(read) || !InjectionDecision.IsInjected(
            @namespace.Name, @namespace.Labels, read.Metadata.Labels, read.Metadata.Annotations, read.Spec.HostNetwork, settings.Revision))
        {
            return null;
        }

        var context = new InjectedPod(read, @namespace.Name, settings);
        var result = (JsonObject)pod.DeepClone();
        AddContainers(Member(result, "spec"), context);
        AddLabels(Member(Member(result, "metadata"), "labels"), context);
        AddAnnotations(Member(Member(result, "metadata"), "annotations"), context);
        return result;
    }

    private static bool IsInjected(Pod pod) =>
        pod.Metadata.Annotations.ContainsKey(StatusAnnotation)
        && pod.Spec.Containers.Concat(pod.Spec.InitContainers).Any(container => container.Name == ProxyContainer);

    private static void AddContainers(JsonObject spec, InjectedPod pod)
    {
        var stated = TakeStated(spec);
        var probers = pod.RewritesProbes ? ProbeRewriting.Rewrite(Items(spec, "containers").OfType<JsonObject>()) : [];
        if (pod.HasInit)
        {
            // The application's init containers may need no mesh, but what they open later must be captured: istio-init runs last of them.
            Items(spec, "initContainers").Add(SidecarContainers.Init(pod));
        }

        var proxy = SidecarContainers.Proxy(pod, probers);
        Items(spec, "containers").Add(stated is null ? proxy : ProxyOverrides.Apply(proxy, stated));
        var volumes = Items(spec, "volumes");
        foreach (var volume in SidecarVolumes.Of())
        {
            volumes.Add(volume);
        }
    }

    /// <summary>The container istio-proxy that the pod's author wrote, taken out of the pod; null when there is none.</summary>
    private static JsonObject? TakeStated(JsonObject spec)
    {
        foreach (var list in (JsonArray[])[Items(spec, "containers"), Items(spec, "initContainers")])
        {
            if (list.OfType<JsonObject>().FirstOrDefault(container => container["name"] is JsonValue name && name.TryGetValue<string>(out var text) && text == ProxyContainer) is { } stated)
            {
                list.Remove(stated);
                return stated;
            }
        }

        return null;
    }

    private static void AddLabels(JsonObject labels, InjectedPod pod)
    {
        if (!pod.IsGateway)
        {
            labels["security.istio.io/tlsMode"] = "istio";
        }

        labels[CanonicalService.NameLabel] = Truncate(pod.Canonical.Name);
        labels[CanonicalService.RevisionLabel] = Truncate(pod.Canonical.Revision);
    }

    private static void AddAnnotations(JsonObject annotations, InjectedPod pod)
    {
        annotations["istio.io/rev"] = pod.Settings.Revision;
        annotations[StatusAnnotation] = SidecarVolumes.Status(pod.Settings.Revision, pod.HasInit);
        if (pod.ApplicationContainers.Length > 0)
        {
            annotations["kubectl.kubernetes.io/default-container"] ??= pod.ApplicationContainers[0];
            annotations["kubectl.kubernetes.io/default-logs-container"] ??= pod.ApplicationContainers[0];
        }

        if (pod.MergesPrometheus)
        {
            annotations[ScrapeAnnotation] = "true";
            annotations[PortAnnotation] = MergedPort;
            annotations[PathAnnotation] = "/stats/prometheus";
        }
    }

    /// <summary>A label's value holds 63 characters and ends with a letter or digit.</summary>
    private static string Truncate(string value) => value.Length <= MaxLabelLength ? value : value[..MaxLabelLength].TrimEnd('-', '_', '.');

    private static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject member)
        {
            member = [];
            parent[name] = member;
        }

        return member;
    }

    private static JsonArray Items(JsonObject parent, string name)
    {
        if (parent[name] is not JsonArray items)
        {
            items = [];
            parent[name] = items;
        }

        return items;
    }

    /// <summary>A pod under injection and what is derived from it.</summary>
    internal sealed class InjectedPod(Pod pod, string @namespace, InjectionSettings settings)
    {
        public InjectionSettings Settings { get; } = settings;

        public string Namespace { get; } = @namespace;

        public ObjectMeta Metadata { get; } = pod.Metadata;

        public PodSpec Spec { get; } = pod.Spec;

        public WorkloadOwner Owner { get; } = WorkloadOwner.Of(pod.Metadata);

        public CanonicalService Canonical { get; } = CanonicalService.Of(pod.Metadata.Labels, WorkloadOwner.Of(pod.Metadata).Name);

        public ImmutableArray<string> ApplicationContainers { get; } = [.. pod.Spec.Containers.Select(container => container.Name).Where(name => name != ProxyContainer)];

        /// <summary>The pod is a proxy alone, at the edge of the mesh.</summary>
        public bool IsGateway { get; } = pod.Metadata.Annotations.GetValueOrDefault(TemplatesAnnotation)?.Split(',', StringSplitOptions.TrimEntries).Contains(GatewayTemplate) == true;

        /// <summary>How the pod's traffic comes to the proxy: REDIRECT, TPROXY or NONE.</summary>
        public string InterceptionMode => Annotation("sidecar.istio.io/interceptionMode") ?? ProxyConfigMerge.InterceptionModeOf(ProxyConfig) ?? "REDIRECT";

        /// <summary>Traffic that stays where it is needs nobody to redirect it.</summary>
        public bool HasInit => !IsGateway && InterceptionMode != "NONE";

        public bool RewritesProbes => Settings.RewritesProbes && !IsGateway && Annotation(RewriteProbesAnnotation) != "false";

        /// <summary>The ProxyConfig of the mesh and of its objects, with what the pod states in its place.</summary>
        public string ProxyConfig { get; } = ProxyConfigMerge.Of(
            EffectiveProxyConfig.For(settings.Mesh, settings.ProxyConfigs, @namespace, pod.Metadata.Labels),
            pod.Metadata.Annotations.GetValueOrDefault("proxy.istio.io/config"));

        /// <summary>The image of the proxy: stated whole, or the mesh's in the stated kind.</summary>
        public string Image => Annotation("sidecar.istio.io/proxyImage") ?? ProxyImages.OfType(Settings.Image, Annotation("sidecar.istio.io/proxyImageType") ?? ProxyConfigMerge.ImageTypeOf(ProxyConfig));

        /// <summary>Unless the pod or its author says no; a pod that already points at the agent stays as it is.</summary>
        public bool MergesPrometheus =>
            Settings.MergesPrometheus
            && Annotation("prometheus.istio.io/merge-metrics") != "false"
            && Annotation(ScrapeAnnotation) != "false"
            && Annotation(PortAnnotation) != MergedPort;

        /// <summary>The application's own scrape target, which the agent merges; null when it has none.</summary>
        public JsonObject? OwnScrapeTarget =>
            Annotation(ScrapeAnnotation) is null && Annotation(PortAnnotation) is null && Annotation(PathAnnotation) is null
                ? null
                : new JsonObject
                {
                    ["scrape"] = Annotation(ScrapeAnnotation) ?? "",
                    ["path"] = Annotation(PathAnnotation) ?? "",
                    ["port"] = Annotation(PortAnnotation) ?? "",
                };

        public string? Annotation(string name) => Metadata.Annotations.GetValueOrDefault(name);
    }
}
