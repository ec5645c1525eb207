using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Console.IstioConfig;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Inventory;

/// <summary>Finds the workloads of a cluster: controllers, pods without one, and WorkloadGroups.</summary>
internal static class WorkloadCollector
{

    public static IEnumerable<WorkloadFacts> Collect(InventoryObjects objects)
    {
        var pods = objects.Pods
            .Where(pod => pod.Status.Phase is not ("Succeeded" or "Failed"))
            .ToLookup(pod => new OwnerKey(pod.Metadata.Namespace ?? "", WorkloadOwner.Of(pod.Metadata)));
        return objects.Deployments.Select(deployment => OfDeployment(deployment, pods))
            .Concat(objects.StatefulSets.Select(set => OfStatefulSet(set, pods)))
            .Concat(objects.DaemonSets.Select(set => OfDaemonSet(set, pods)))
            .Concat(pods.Where(group => group.Key.Owner.Kind is not ("Deployment" or "StatefulSet" or "DaemonSet")).Select(group => OfPods(group.Key, [.. group])))
            .Concat(objects.Configuration.Of(ConfigKinds.WorkloadGroup).Select(group => OfWorkloadGroup(group, objects.Configuration)));
    }

    private static WorkloadFacts OfDeployment(Deployment deployment, ILookup<OwnerKey, Pod> pods) =>
        Of(deployment.Metadata, new GroupVersionKind("apps", "v1", "Deployment"), deployment.Spec.Template, PodsOf(pods, deployment.Metadata, "apps/v1", "Deployment")) with
        {
            DesiredReplicas = deployment.Spec.Replicas ?? 1,
            CurrentReplicas = deployment.Status.Replicas,
            AvailableReplicas = deployment.Status.AvailableReplicas,
        };

    private static WorkloadFacts OfStatefulSet(StatefulSet set, ILookup<OwnerKey, Pod> pods) =>
        Of(set.Metadata, new GroupVersionKind("apps", "v1", "StatefulSet"), set.Spec.Template, PodsOf(pods, set.Metadata, "apps/v1", "StatefulSet")) with
        {
            DesiredReplicas = set.Spec.Replicas ?? 1,
            CurrentReplicas = set.Status.Replicas,
            AvailableReplicas = set.Status.ReadyReplicas,
        };

    private static WorkloadFacts OfDaemonSet(DaemonSet set, ILookup<OwnerKey, Pod> pods) =>
        Of(set.Metadata, new GroupVersionKind("apps", "v1", "DaemonSet"), set.Spec.Template, PodsOf(pods, set.Metadata, "apps/v1", "DaemonSet")) with
        {
            DesiredReplicas = set.Status.DesiredNumberScheduled,
            CurrentReplicas = set.Status.CurrentNumberScheduled,
            AvailableReplicas = set.Status.NumberAvailable,
        };

    private static WorkloadFacts OfPods(OwnerKey key, Pod[] pods)
    {
        var first = pods[0];
        var template = new PodTemplateSpec { Metadata = first.Metadata, Spec = first.Spec };
        var running = pods.Count(pod => pod.Status.Phase == "Running");
        var owner = key.Owner.Kind == "Pod" ? first.Metadata : new ObjectMeta { Name = key.Owner.Name, Namespace = key.Namespace, CreationTimestamp = first.Metadata.CreationTimestamp };
        return Of(owner, GroupVersionKind.Parse(key.Owner.ApiVersion, key.Owner.Kind), template, pods) with
        {
            DesiredReplicas = pods.Length,
            CurrentReplicas = pods.Length,
            AvailableReplicas = running,
        };
    }

    private static WorkloadFacts OfWorkloadGroup(UntypedObject group, ConfigInventory configuration)
    {
        var ns = group.Metadata.Namespace ?? "";
        var labels = LabelsOf(group.Content["spec"]?["metadata"]?["labels"]);
        ImmutableArray<UntypedObject> entries =
        [
            .. configuration.Of(ConfigKinds.WorkloadEntry, ns).Where(entry => !labels.IsEmpty && LabelMatch.IsSubset(labels, LabelsOf(entry.Content["spec"]?["labels"]))),
        ];
        return new WorkloadFacts
        {
            Namespace = ns,
            Name = group.Metadata.Name,
            GroupVersionKind = ConfigKinds.WorkloadGroup,
            Created = group.Metadata.CreationTimestamp,
            ResourceVersion = group.Metadata.ResourceVersion ?? "",
            Labels = entries.Aggregate(labels, (sum, entry) => sum.SetItems(LabelsOf(entry.Content["spec"]?["labels"]))),
            Annotations = group.Metadata.Annotations,
            OwnAnnotations = group.Metadata.Annotations,
            TemplateAnnotations = group.Metadata.Annotations,
            Entries = entries,
            PodCount = entries.Length,
            DesiredReplicas = entries.Length,
            CurrentReplicas = entries.Length,
            AvailableReplicas = entries.Length,
            HasSidecar = true,
        };
    }

    private static ImmutableDictionary<string, string> LabelsOf(JsonNode? labels) =>
        (labels as JsonObject ?? []).Where(pair => pair.Value is JsonValue).ToImmutableDictionary(pair => pair.Key, pair => pair.Value!.ToString());

    private static IReadOnlyList<Pod> PodsOf(ILookup<OwnerKey, Pod> pods, ObjectMeta owner, string apiVersion, string kind) =>
        [.. pods[new OwnerKey(owner.Namespace ?? "", new WorkloadOwner(apiVersion, kind, owner.Name))]];

    private static WorkloadFacts Of(ObjectMeta owner, GroupVersionKind kind, PodTemplateSpec template, IReadOnlyList<Pod> pods)
    {
        var labels = template.Metadata.Labels;
        return new WorkloadFacts
        {
            Namespace = owner.Namespace ?? "",
            Name = owner.Name,
            GroupVersionKind = kind,
            Created = owner.CreationTimestamp,
            ResourceVersion = owner.ResourceVersion ?? "",
            Labels = labels,
            Annotations = template.Metadata.Annotations.SetItems(owner.Annotations),
            OwnAnnotations = owner.Annotations,
            TemplateLabels = labels,
            TemplateAnnotations = template.Metadata.Annotations,
            Pods = [.. pods.OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal)],
            ServiceAccounts = [.. pods.Select(pod => AccountOf(pod.Spec)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            PodCount = pods.Count,
            HasSidecar = pods.All(pod => PodSidecar.Of(pod).IsThere),
            IsGateway = labels.ContainsKey(ConfigKinds.GatewayNameLabel)
                || labels.GetValueOrDefault("istio") is "ingressgateway" or "egressgateway"
                || labels.GetValueOrDefault("operator.istio.io/component") is "IngressGateways" or "EgressGateways",
            IsZtunnel = kind.Kind == "DaemonSet" && (labels.GetValueOrDefault("app") ?? labels.GetValueOrDefault("app.kubernetes.io/name")) == "ztunnel",
            IsWaypoint = labels.GetValueOrDefault("gateway.istio.io/managed") == "istio.io-mesh-controller",
            IsAmbient = pods.Count > 0 && pods.All(pod => pod.Metadata.Annotations.GetValueOrDefault("ambient.istio.io/redirection") == "enabled"),
        };
    }

    private static string AccountOf(PodSpec spec) => string.IsNullOrEmpty(spec.ServiceAccountName) ? "default" : spec.ServiceAccountName;

    private readonly record struct OwnerKey(string Namespace, WorkloadOwner Owner);
}
