using Weft.Api.Dashboards;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.Namespaces;
using Weft.Api.Workloads;
using Weft.Console.Health;
using Weft.Console.IstioConfig;
using Weft.Console.Inventory;

namespace Weft.Api.Apps;

internal static class AppMapping
{
    /// <param name="health">Null when nobody asked for it.</param>
    public static AppListItemDto ToListItem(NamespaceInventory ns, string app, string cluster, MeshHealth? health, bool withReferences)
    {
        var workloads = ns.WorkloadsByApp[app];
        var services = ServicesOf(ns, app);
        return new AppListItemDto
        {
            Cluster = cluster,
            Namespace = ns.Name,
            Name = app,
            Labels = Merged(workloads.Select(workload => workload.Labels).Concat(services.Select(service => service.Labels))),
            IstioSidecar = workloads.All(workload => workload.HasSidecar),
            IsAmbient = workloads.All(workload => workload.IsAmbient),
            IsGateway = workloads.Any(workload => workload.IsGateway),
            IstioReferences = withReferences ? References(workloads.SelectMany(workload => workload.References).Concat(services.SelectMany(service => service.References))) : [],
            Health = health?.OfApp(ns.Name, app).ToDto() ?? HealthMapping.Unasked(ofApp: true),
        };
    }

    public static AppDto ToDto(NamespaceInventory ns, string app, MeshInventory mesh, MeshHealth? health, RuntimeDto[] runtimes)
    {
        var workloads = ns.WorkloadsByApp[app];
        return new AppDto
        {
            Cluster = mesh.Cluster,
            Namespace = NamespaceEndpoints.ToDto(ns, mesh.Cluster),
            Name = app,
            Workloads = [.. workloads.Select(workload => ToDto(workload, mesh))],
            ServiceNames = [.. ServicesOf(ns, app).Select(service => service.Name)],
            Runtimes = runtimes,
            IsAmbient = workloads.All(workload => workload.IsAmbient),
            Health = health?.OfApp(ns.Name, app).ToDto() ?? HealthMapping.Unasked(ofApp: true),
        };
    }

    private static AppWorkloadDto ToDto(WorkloadFacts workload, MeshInventory mesh) => new()
    {
        WorkloadName = workload.Name,
        Namespace = workload.Namespace,
        Gvk = GroupVersionKindDto.Of(workload.GroupVersionKind),
        Labels = workload.Labels,
        ServiceAccountNames = [.. workload.ServiceAccounts],
        IstioSidecar = workload.HasSidecar,
        IsAmbient = workload.IsAmbient,
        WaypointWorkloads = WaypointLinkDto.Of(WaypointUse.Of(mesh, workload), mesh.Cluster),
    };

    /// <summary>The services that select any of the app's workloads.</summary>
    private static List<ServiceFacts> ServicesOf(NamespaceInventory ns, string app) =>
        [.. ns.WorkloadsByApp[app].SelectMany(workload => workload.Services).DistinctBy(service => service.Name).OrderBy(service => service.Name, StringComparer.Ordinal)];

    private static ReferenceDto[] References(IEnumerable<ConfigReference> references) => [.. references.Distinct().Select(ReferenceDto.Of)];

    private static SortedDictionary<string, string> Merged(IEnumerable<IReadOnlyDictionary<string, string>> labels)
    {
        var values = labels.SelectMany(one => one).ToLookup(pair => pair.Key, pair => pair.Value);
        return new SortedDictionary<string, string>(
            values.ToDictionary(label => label.Key, label => string.Join(',', label.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))), StringComparer.Ordinal);
    }
}
