using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>The defaults of pods, and of the templates that pods are made from.</summary>
internal static class PodDefaults
{
    public static void Pod(JsonObject item)
    {
        PodSpec(item.Ensure("spec"));
        foreach (var list in new[] { "containers", "initContainers" })
            KindDefaults.Each(item.Object("spec")?.Array(list), Requests);
        item.Ensure("spec").Default("enableServiceLinks", true);
        item.Ensure("status").Default("phase", "Pending");
        item.Ensure("status").Default("qosClass", QualityOfService.Of(item.Ensure("spec")));
    }

    /// <summary>Who says how much a container may take at most and not what it needs, reserves that.</summary>
    private static void Requests(JsonObject container)
    {
        if (container.Object("resources") is not { } resources || resources.Object("limits") is not { Count: > 0 } limits) return;
        var requests = resources.Ensure("requests");
        foreach (var (name, limit) in limits)
            if (requests[name] is null) requests[name] = limit?.DeepClone();
    }

    public static void Template(JsonObject spec)
    {
        var template = spec.Ensure("template");
        template.Ensure("metadata");
        PodSpec(template.Ensure("spec"));
    }

    private static void PodSpec(JsonObject spec)
    {
        spec.Default("restartPolicy", "Always");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("schedulerName", "default-scheduler");
        spec.Ensure("securityContext");
        if (spec.Text("serviceAccountName") is { } account) spec["serviceAccount"] = account;
        else if (spec.Text("serviceAccount") is { } old) spec["serviceAccountName"] = old;
        KindDefaults.Each(spec.Array("containers"), Container);
        KindDefaults.Each(spec.Array("initContainers"), Container);
        KindDefaults.Each(spec.Array("ephemeralContainers"), Container);
        KindDefaults.Each(spec.Array("volumes"), Volume);
    }

    private static void Container(JsonObject container)
    {
        container.Ensure("resources");
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Default("imagePullPolicy", PullPolicy(container.Text("image") ?? ""));
        KindDefaults.Each(container.Array("ports"), p => p.Default("protocol", "TCP"));
        KindDefaults.Each(container.Array("env"), e => e.Object("valueFrom")?.Object("fieldRef")?.Default("apiVersion", "v1"));
        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
            if (container.Object(probe) is { } present) Probe(present);
        foreach (var hook in new[] { "postStart", "preStop" })
            if (container.Object("lifecycle")?.Object(hook)?.Object("httpGet") is { } get) HttpGet(get);
    }

    private static void Probe(JsonObject probe)
    {
        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
        if (probe.Object("httpGet") is { } get) HttpGet(get);
        probe.Object("grpc")?.Default("service", "");
    }

    private static void HttpGet(JsonObject get)
    {
        get.Default("path", "/");
        get.Default("scheme", "HTTP");
    }

    /// <summary>Always for the tag latest (also when implied), else IfNotPresent.</summary>
    private static string PullPolicy(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal)) return "IfNotPresent";
        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || name[(colon + 1)..] == "latest" ? "Always" : "IfNotPresent";
    }

    private static void Volume(JsonObject volume)
    {
        foreach (var source in new[] { "configMap", "secret", "downwardAPI", "projected" })
            volume.Object(source)?.Default("defaultMode", 420);
        KindDefaults.Each(volume.Object("downwardAPI")?.Array("items"), i => i.Object("fieldRef")?.Default("apiVersion", "v1"));
        KindDefaults.Each(volume.Object("projected")?.Array("sources"), s =>
        {
            s.Object("serviceAccountToken")?.Default("expirationSeconds", 3600);
            KindDefaults.Each(s.Object("downwardAPI")?.Array("items"), i => i.Object("fieldRef")?.Default("apiVersion", "v1"));
        });
        volume.Object("hostPath")?.Default("type", "");
        if (volume.Count == 1) volume["emptyDir"] = new JsonObject();
    }
}
