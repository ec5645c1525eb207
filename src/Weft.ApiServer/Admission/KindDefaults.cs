using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>The values Kubernetes fills in for what the author of an object left open.</summary>
internal static class KindDefaults
{
    private static readonly Dictionary<string, Action<JsonObject>> ByType = new(StringComparer.Ordinal)
    {
        ["core/v1.Namespace"] = Namespace,
        ["core/v1.Node"] = o => o.Ensure("spec"),
        ["core/v1.Pod"] = Pod,
        ["core/v1.Secret"] = Secret,
        ["core/v1.PersistentVolume"] = PersistentVolume,
        ["core/v1.PersistentVolumeClaim"] = PersistentVolumeClaim,
        ["core/v1.PodTemplate"] = Template,
        ["core/v1.ReplicationController"] = ReplicationController,
        ["core/v1.Service"] = Service,
        ["core/v1.Endpoints"] = o => Each(o.Array("subsets"), s => Each(s.Array("ports"), p => p.Default("protocol", "TCP"))),
        ["apps/v1.Deployment"] = Deployment,
        ["apps/v1.ReplicaSet"] = ReplicaSet,
        ["apps/v1.StatefulSet"] = StatefulSet,
        ["apps/v1.DaemonSet"] = DaemonSet,
        ["batch/v1.CronJob"] = CronJob,
        ["batch/v1.Job"] = Job,
        ["discovery/v1.EndpointSlice"] = o => Each(o.Array("ports"), EndpointPort),
        ["rbac/v1.RoleBinding"] = RoleBinding,
        ["rbac/v1.ClusterRoleBinding"] = RoleBinding,
        ["autoscaling/v1.HorizontalPodAutoscaler"] = o => o.Ensure("spec").Default("minReplicas", 1),
        ["autoscaling/v2.HorizontalPodAutoscaler"] = HorizontalPodAutoscaler,
        ["networking/v1.NetworkPolicy"] = NetworkPolicy,
        ["scheduling/v1.PriorityClass"] = o => o.Default("preemptionPolicy", "PreemptLowerPriority"),
        ["storage/v1.StorageClass"] = StorageClass,
        ["networking/v1.Ingress"] = o => o.Ensure("status").Ensure("loadBalancer"),
    };

    public static void Apply(string typeName, JsonObject item)
    {
        if (ByType.TryGetValue(typeName, out var apply)) apply(item);
        else ClusterKindDefaults.Apply(typeName, item);
    }

    /// <summary>Text becomes data: stringData is a way to write, and is never kept.</summary>
    private static void Secret(JsonObject item)
    {
        item.Default("type", "Opaque");
        foreach (var (name, value) in item.Object("stringData") ?? [])
            item.Ensure("data")[name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
        item.Remove("stringData");
    }

    private static void PersistentVolume(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("persistentVolumeReclaimPolicy", "Retain");
        spec.Default("volumeMode", "Filesystem");
        item.Ensure("status").Default("phase", "Pending");
    }

    private static void PersistentVolumeClaim(JsonObject item)
    {
        item.Ensure("spec").Default("volumeMode", "Filesystem");
        item.Ensure("status").Default("phase", "Pending");
    }

    private static void ReplicationController(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("replicas", 1);
        if (spec.Object("template")?.Object("metadata")?.Object("labels") is { Count: > 0 } labels)
        {
            if (spec.Object("selector") is null) spec["selector"] = labels.DeepClone();
            if (item.Object("metadata")?.Object("labels") is null) item.Ensure("metadata")["labels"] = labels.DeepClone();
        }

        Template(spec);
    }

    private static void CronJob(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3);
        spec.Default("failedJobsHistoryLimit", 1);
        Template(spec.Ensure("jobTemplate").Ensure("spec"));
    }

    private static void HorizontalPodAutoscaler(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("minReplicas", 1);
        if (spec.Array("metrics") is { Count: > 0 }) return;
        spec["metrics"] = new JsonArray(new JsonObject
        {
            ["type"] = "Resource",
            ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80 } },
        });
    }

    private static void NetworkPolicy(JsonObject item)
    {
        var spec = item.Ensure("spec");
        foreach (var side in new[] { "ingress", "egress" })
            Each(spec.Array(side), rule => Each(rule.Array("ports"), port => port.Default("protocol", "TCP")));
        if (spec.Array("policyTypes") is not null) return;
        spec["policyTypes"] = spec.Array("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    private static void StorageClass(JsonObject item)
    {
        item.Default("reclaimPolicy", "Delete");
        item.Default("volumeBindingMode", "Immediate");
    }

    private static void Namespace(JsonObject item)
    {
        var metadata = item.Ensure("metadata");
        if (metadata.Text("name") is { Length: > 0 } name) metadata.Ensure("labels")["kubernetes.io/metadata.name"] = name;
        item.Ensure("status").Default("phase", "Active");
    }

    private static void Pod(JsonObject item)
    {
        PodSpec(item.Ensure("spec"));
        item.Ensure("spec").Default("enableServiceLinks", true);
        item.Ensure("status").Default("phase", "Pending");
        item.Ensure("status").Default("qosClass", QualityOfService.Of(item.Ensure("spec")));
    }

    private static void Service(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("sessionAffinity", "None");
        spec.Default("type", "ClusterIP");
        var type = spec.Text("type");
        if (type != "ExternalName") spec.Default("internalTrafficPolicy", "Cluster");
        if (type is "NodePort" or "LoadBalancer") spec.Default("externalTrafficPolicy", "Cluster");
        if (type == "LoadBalancer") spec.Default("allocateLoadBalancerNodePorts", true);
        if (spec.Text("sessionAffinity") == "ClientIP") spec.Ensure("sessionAffinityConfig").Ensure("clientIP").Default("timeoutSeconds", 10800);
        Each(spec.Array("ports"), ServicePort);
        var status = item.Ensure("status").Ensure("loadBalancer");
        Each(status.Array("ingress"), i =>
        {
            if (i.Text("ip") is not null) i.Default("ipMode", "VIP");
        });
    }

    private static void ServicePort(JsonObject port)
    {
        port.Default("protocol", "TCP");
        if (port["targetPort"] is null or JsonValue { } && port.Text("targetPort") is "" || port["targetPort"] is null)
            port["targetPort"] = port["port"]?.DeepClone();
        if (port.Number("targetPort") == 0) port["targetPort"] = port["port"]?.DeepClone();
    }

    private static void EndpointPort(JsonObject port)
    {
        port.Default("name", "");
        port.Default("protocol", "TCP");
    }

    private static void Deployment(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.Ensure("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling.Default("maxUnavailable", "25%");
            rolling.Default("maxSurge", "25%");
        }

        Template(spec);
        item.Ensure("status");
    }

    private static void ReplicaSet(JsonObject item)
    {
        item.Ensure("spec").Default("replicas", 1);
        Template(item.Ensure("spec"));
        item.Ensure("status").Default("replicas", 0);
    }

    private static void StatefulSet(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("podManagementPolicy", "OrderedReady");
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate") strategy.Ensure("rollingUpdate").Default("partition", 0);
        var retention = spec.Ensure("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        Each(spec.Array("volumeClaimTemplates"), claim =>
        {
            claim.Default("kind", "PersistentVolumeClaim");
            claim.Default("apiVersion", "v1");
            PersistentVolumeClaim(claim);
        });
        Template(spec);
        var status = item.Ensure("status");
        status.Default("replicas", 0);
        status.Default("availableReplicas", 0);
    }

    private static void DaemonSet(JsonObject item)
    {
        item.Ensure("metadata").Ensure("annotations").Default(DaemonSetTemplates.Annotation, "1");
        var spec = item.Ensure("spec");
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate").Default("maxUnavailable", 1);
            strategy.Ensure("rollingUpdate").Default("maxSurge", 0);
        }

        Template(spec);
        var status = item.Ensure("status");
        foreach (var counter in new[] { "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady" }) status.Default(counter, 0);
    }

    private static void Job(JsonObject item)
    {
        var spec = item.Ensure("spec");
        if (spec["completions"] is null && spec["parallelism"] is null) spec["completions"] = 1;
        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", "TerminatingOrFailed");
        spec.Default("manualSelector", false);
        Template(spec);
        item.Ensure("status");
    }

    private static void RoleBinding(JsonObject item)
    {
        item.Object("roleRef")?.Default("apiGroup", "rbac.authorization.k8s.io");
        Each(item.Array("subjects"), s =>
        {
            if (s.Text("kind") is "User" or "Group") s.Default("apiGroup", "rbac.authorization.k8s.io");
        });
    }

    private static void Template(JsonObject spec)
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
        Each(spec.Array("containers"), Container);
        Each(spec.Array("initContainers"), Container);
        Each(spec.Array("ephemeralContainers"), Container);
        Each(spec.Array("volumes"), Volume);
    }

    private static void Container(JsonObject container)
    {
        container.Ensure("resources");
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Default("imagePullPolicy", PullPolicy(container.Text("image") ?? ""));
        Each(container.Array("ports"), p => p.Default("protocol", "TCP"));
        Each(container.Array("env"), e => e.Object("valueFrom")?.Object("fieldRef")?.Default("apiVersion", "v1"));
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
        Each(volume.Object("downwardAPI")?.Array("items"), i => i.Object("fieldRef")?.Default("apiVersion", "v1"));
        Each(volume.Object("projected")?.Array("sources"), s =>
        {
            s.Object("serviceAccountToken")?.Default("expirationSeconds", 3600);
            Each(s.Object("downwardAPI")?.Array("items"), i => i.Object("fieldRef")?.Default("apiVersion", "v1"));
        });
        volume.Object("hostPath")?.Default("type", "");
        if (volume.Count == 1) volume["emptyDir"] = new JsonObject();
    }

    private static void Each(JsonArray? array, Action<JsonObject> apply)
    {
        foreach (var item in JsonAccess.Objects(array)) apply(item);
    }
}
