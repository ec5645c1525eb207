using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Inventory;

/// <summary>Finds the workloads of a cluster: controllers, pods without one, and WorkloadGroups.</summary>
internal static class WorkloadCollector
{
    private const string ProxyContainer = "istio-proxy";
    private const string GatewayNameLabel = "gateway.networking.k8s.io/gateway-name";

    public static IEnumerable<WorkloadFacts> Collect(InventoryObjects objects)
    {
        var pods = objects.Pods
            .Where(pod => pod.Status.Phase is not ("Succeeded" or "Failed"))
            .ToLookup(pod => new OwnerKey(pod.Metadata.Namespace ?? "", WorkloadOwner.Of(pod.Metadata)));
        return objects.Deployments.Select(deployment => OfDeployment(deployment, pods))
            .Concat(objects.StatefulSets.Select(set => OfStatefulSet(set, pods)))
            .Concat(objects.DaemonSets.Select(set => OfDaemonSet(set, pods)))
            .Concat(pods.Where(group => group.Key.Owner.Kind is not ("Deployment" or "StatefulSet" or "DaemonSet")).Select(group => OfPods(group.Key, [.. group])))
            .Concat(objects.WorkloadGroups.Select(group => OfWorkloadGroup(group, objects)));
    }

    private static WorkloadFacts OfDeployment(Deployment deployment, ILookup<OwnerKey, Pod> pods) =>
        Of(deployment.Metadata, "Deployment", deployment.Spec.Template, PodsOf(pods, deployment.Metadata, "apps/v1", "Deployment")) with
        {
            DesiredReplicas = deployment.Spec.Replicas ?? 1,
            CurrentReplicas = deployment.Status.Replicas,
            AvailableReplicas = deployment.Status.AvailableReplicas,
        };

    private static WorkloadFacts OfStatefulSet(StatefulSet set, ILookup<OwnerKey, Pod> pods) =>
        Of(set.Metadata, "StatefulSet", set.Spec.Template, PodsOf(pods, set.Metadata, "apps/v1", "StatefulSet")) with
        {
            DesiredReplicas = set.Spec.Replicas ?? 1,
            CurrentReplicas = set.Status.Replicas,
            AvailableReplicas = set.Status.ReadyReplicas,
        };

    private static WorkloadFacts OfDaemonSet(DaemonSet set, ILookup<OwnerKey, Pod> pods) =>
        Of(set.Metadata, "DaemonSet", set.Spec.Template, PodsOf(pods, set.Metadata, "apps/v1", "DaemonSet")) with
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
        return Of(new ObjectMeta { Name = key.Owner.Name, Namespace = key.Namespace }, key.Owner.Kind, template, pods) with
        {
            DesiredReplicas = pods.Length,
            CurrentReplicas = pods.Length,
            AvailableReplicas = running,
        };
    }

    private static WorkloadFacts OfWorkloadGroup(UntypedObject group, InventoryObjects objects)
    {
        var ns = group.Metadata.Namespace ?? "";
        var labels = LabelsOf(group.Content["spec"]?["metadata"]?["labels"]);
        var entries = objects.WorkloadEntries
            .Where(entry => entry.Metadata.Namespace == ns && !labels.IsEmpty && labels.All(pair => entry.Spec.Labels.GetValueOrDefault(pair.Key) == pair.Value))
            .ToList();
        return new WorkloadFacts
        {
            Namespace = ns,
            Name = group.Metadata.Name,
            Kind = "WorkloadGroup",
            Labels = entries.Aggregate(labels, (sum, entry) => sum.SetItems(entry.Spec.Labels)),
            Annotations = group.Metadata.Annotations,
            PodCount = entries.Count,
            DesiredReplicas = entries.Count,
            CurrentReplicas = entries.Count,
            AvailableReplicas = entries.Count,
            HasSidecar = true,
        };
    }

    private static ImmutableDictionary<string, string> LabelsOf(JsonNode? labels) =>
        (labels as JsonObject ?? []).Where(pair => pair.Value is JsonValue).ToImmutableDictionary(pair => pair.Key, pair => pair.Value!.ToString());

    private static IReadOnlyList<Pod> PodsOf(ILookup<OwnerKey, Pod> pods, ObjectMeta owner, string apiVersion, string kind) =>
        [.. pods[new OwnerKey(owner.Namespace ?? "", new WorkloadOwner(apiVersion, kind, owner.Name))]];

    private static WorkloadFacts Of(ObjectMeta owner, string kind, PodTemplateSpec template, IReadOnlyList<Pod> pods)
    {
        var labels = template.Metadata.Labels;
        return new WorkloadFacts
        {
            Namespace = owner.Namespace ?? "",
            Name = owner.Name,
            Kind = kind,
            Labels = labels,
            Annotations = template.Metadata.Annotations.SetItems(owner.Annotations),
            PodCount = pods.Count,
            HasSidecar = pods.All(HasSidecar),
            IsGateway = labels.ContainsKey(GatewayNameLabel)
                || labels.GetValueOrDefault("istio") is "ingressgateway" or "egressgateway"
                || labels.GetValueOrDefault("operator.istio.io/component") is "IngressGateways" or "EgressGateways",
            IsWaypoint = labels.GetValueOrDefault("gateway.istio.io/managed") == "istio.io-mesh-controller",
            IsAmbient = pods.Count > 0 && pods.All(pod => pod.Metadata.Annotations.GetValueOrDefault("ambient.istio.io/redirection") == "enabled"),
        };
    }

    private static bool HasSidecar(Pod pod) =>
        pod.Spec.Containers.Any(container => container.Name == ProxyContainer) || pod.Spec.InitContainers.Any(container => container.Name == ProxyContainer);

    private readonly record struct OwnerKey(string Namespace, WorkloadOwner Owner);
}
