using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Api.Dashboards;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.Pods;
using Weft.Api.Services;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Console.Proxies;
using Weft.Kubernetes.Objects;

namespace Weft.Api.Workloads;

internal static class WorkloadMapping
{
    private const string InjectLabel = "sidecar.istio.io/inject";

    /// <param name="health">Null when nobody asked for it.</param>
    public static WorkloadListItemDto ToListItem(WorkloadFacts workload, string cluster, MeshHealth? health, bool withReferences) =>
        new(
            Common(workload, cluster) with { IstioReferences = withReferences ? [.. workload.References.Select(ReferenceDto.Of)] : [] },
            HealthMapping.ToWorkloadDto(health?.OfWorkload(workload)));

    /// <summary>As a service's details show the workloads behind it.</summary>
    public static ServiceWorkloadDto ToServiceWorkload(WorkloadFacts workload) => new(Common(workload, cluster: ""));

    public static WorkloadDto ToDto(WorkloadFacts workload, MeshInventory mesh, MeshHealth? health, PodStates proxies, RuntimeDto[] runtimes) =>
        new(Common(workload, mesh.Cluster), HealthMapping.ToWorkloadDto(health?.OfWorkload(workload)))
        {
            WaypointWorkloads = WaypointLinkDto.Of(workload.IsWaypoint ? WaypointUse.WorkloadsOf(mesh, workload) : WaypointUse.Of(mesh, workload), mesh.Cluster),
            WaypointServices = WaypointLinkDto.Of(WaypointUse.ServicesOf(mesh, workload), mesh.Cluster),
            DashboardAnnotations = WithPrefix(workload.Annotations, "dashboards.kiali.io/"),
            AdditionalDetailSample = null,
            AdditionalDetails = [.. Workloads.AdditionalDetails.Of(workload.Annotations)],
            IstioInjectionAnnotation = Injection(workload),
            IstioReferences = null,
            // Kiali counts pods in lists only; here they are all there.
            PodCount = 0,
            DesiredReplicas = workload.DesiredReplicas,
            CurrentReplicas = workload.CurrentReplicas,
            AvailableReplicas = workload.AvailableReplicas,
            Pods = [.. workload.Pods.Select(pod => pod.ToDto(proxies))],
            Services = [.. workload.Services.Select(service => ServiceMapping.ToListItem(service, mesh.Cluster, null))],
            WorkloadEntries = workload.Entries.IsEmpty ? null : [.. workload.Entries.Select(ToDto)],
            Runtimes = runtimes,
            TemplateLabels = PodMapping.OrNull(workload.TemplateLabels),
            TemplateAnnotations = PodMapping.OrNull(workload.TemplateAnnotations),
        };

    private static WorkloadCommonDto Common(WorkloadFacts workload, string cluster) => new()
    {
        Cluster = cluster,
        Namespace = workload.Namespace,
        Name = workload.Name,
        Gvk = GroupVersionKindDto.Of(workload.GroupVersionKind),
        CreatedAt = PodMapping.Time(workload.Created),
        ResourceVersion = workload.ResourceVersion,
        Labels = workload.Labels,
        Annotations = PodMapping.OrNull(workload.OwnAnnotations),
        HealthAnnotations = HealthAnnotations(workload.Annotations),
        DashboardAnnotations = null,
        AdditionalDetailSample = Workloads.AdditionalDetails.Of(workload.Annotations).FirstOrDefault(),
        AppLabel = workload.Identity.App is not null,
        VersionLabel = workload.Identity.Version is not null,
        IstioSidecar = workload.HasSidecar,
        IsAmbient = workload.IsAmbient,
        IsGateway = workload.IsGateway,
        IsWaypoint = workload.IsWaypoint,
        IsZtunnel = workload.IsZtunnel,
        IstioReferences = [],
        PodCount = workload.Pods.Length,
        ServiceAccountNames = [.. workload.ServiceAccounts],
    };

    public static ImmutableDictionary<string, string> HealthAnnotations(ImmutableDictionary<string, string> annotations) => WithPrefix(annotations, "health.kiali.io/");

    private static ImmutableDictionary<string, string> WithPrefix(ImmutableDictionary<string, string> annotations, string prefix) =>
        annotations.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToImmutableDictionary();

    private static bool? Injection(WorkloadFacts workload) =>
        (workload.TemplateLabels.GetValueOrDefault(InjectLabel) ?? workload.TemplateAnnotations.GetValueOrDefault(InjectLabel)) switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };

    private static WorkloadEntryDto ToDto(UntypedObject entry)
    {
        var spec = entry.Content["spec"] as JsonObject ?? [];
        var labels = (spec["labels"] as JsonObject ?? []).Where(pair => pair.Value is JsonValue).ToImmutableDictionary(pair => pair.Key, pair => pair.Value!.ToString());
        var identity = AppIdentity.Of(labels);
        return new WorkloadEntryDto
        {
            Name = entry.Metadata.Name,
            CreatedAt = PodMapping.Time(entry.Metadata.CreationTimestamp),
            Labels = labels,
            Annotations = PodMapping.OrNull(entry.Metadata.Annotations),
            ServiceAccountName = spec["serviceAccount"] is JsonValue account ? account.ToString() : "",
            Status = "Running",
            StatusReason = "",
            AppLabel = identity.App is not null,
            VersionLabel = identity.Version is not null,
        };
    }
}
