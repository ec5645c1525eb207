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
        ["core/v1.Pod"] = PodDefaults.Pod,
        ["core/v1.Secret"] = Secret,
        ["core/v1.PersistentVolume"] = PersistentVolume,
        ["core/v1.PersistentVolumeClaim"] = PersistentVolumeClaim,
        ["core/v1.PodTemplate"] = PodDefaults.Template,
        ["core/v1.ReplicationController"] = WorkloadDefaults.ReplicationController,
        ["core/v1.Service"] = Service,
        ["core/v1.Endpoints"] = o => Each(o.Array("subsets"), s => Each(s.Array("ports"), p => p.Default("protocol", "TCP"))),
        ["apps/v1.Deployment"] = WorkloadDefaults.Deployment,
        ["apps/v1.ReplicaSet"] = WorkloadDefaults.ReplicaSet,
        ["apps/v1.StatefulSet"] = WorkloadDefaults.StatefulSet,
        ["apps/v1.DaemonSet"] = WorkloadDefaults.DaemonSet,
        ["batch/v1.CronJob"] = WorkloadDefaults.CronJob,
        ["batch/v1.Job"] = WorkloadDefaults.Job,
        ["discovery/v1.EndpointSlice"] = o => Each(o.Array("ports"), EndpointPort),
        ["rbac/v1.RoleBinding"] = RoleBinding,
        ["rbac/v1.ClusterRoleBinding"] = RoleBinding,
        ["autoscaling/v1.HorizontalPodAutoscaler"] = o => o.Ensure("spec").Default("minReplicas", 1),
        ["autoscaling/v2.HorizontalPodAutoscaler"] = HorizontalPodAutoscaler,
        ["networking/v1.NetworkPolicy"] = NetworkPolicy,
        ["core/v1.LimitRange"] = o => Each(o.Object("spec")?.Array("limits"), LimitRange),
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

    /// <summary>What a container gets when it says nothing follows from what it may have at most and at least.</summary>
    private static void LimitRange(JsonObject limit)
    {
        if (limit.Text("type") != "Container") return;
        Fill("default", "max");
        Fill("defaultRequest", "default");
        Fill("defaultRequest", "min");

        void Fill(string part, string from)
        {
            foreach (var (name, value) in limit.Object(from) ?? [])
                if (value is not null) limit.Ensure(part).Default(name, value.DeepClone());
        }
    }

    private static void PersistentVolume(JsonObject item)
    {
        var spec = item.Ensure("spec");
        spec.Default("persistentVolumeReclaimPolicy", "Retain");
        spec.Default("volumeMode", "Filesystem");
        item.Ensure("status").Default("phase", "Pending");
    }

    public static void PersistentVolumeClaim(JsonObject item)
    {
        item.Ensure("spec").Default("volumeMode", "Filesystem");
        item.Ensure("status").Default("phase", "Pending");
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

    private static void RoleBinding(JsonObject item)
    {
        item.Object("roleRef")?.Default("apiGroup", "rbac.authorization.k8s.io");
        Each(item.Array("subjects"), s =>
        {
            if (s.Text("kind") is "User" or "Group") s.Default("apiGroup", "rbac.authorization.k8s.io");
        });
    }

    public static void Each(JsonArray? array, Action<JsonObject> apply)
    {
        foreach (var item in JsonAccess.Objects(array)) apply(item);
    }
}
