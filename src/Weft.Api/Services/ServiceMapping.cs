using System.Text.Json.Nodes;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.Pods;
using Weft.Api.Workloads;
using Weft.Console.Health;
using Weft.Console.IstioConfig;
using Weft.Console.Inventory;

namespace Weft.Api.Services;

internal static class ServiceMapping
{
    private const string WizardLabel = "kiali_wizard";

    /// <summary>Its definition only. Health is null when nobody asked for it.</summary>
    public static ServiceListItemDto ToListItem(ServiceFacts service, string cluster, MeshHealth? health) => new()
    {
        Cluster = cluster,
        Namespace = service.Namespace,
        Name = service.Name,
        Labels = PodMapping.OrNull(service.Labels),
        Selector = PodMapping.OrNull(service.Selector),
        HealthAnnotations = WorkloadMapping.HealthAnnotations(service.Annotations),
        AdditionalDetailSample = AdditionalDetails.Of(service.Annotations).FirstOrDefault(),
        // Of the pods that it selects: an application is theirs.
        AppLabel = AppIdentity.Of(service.Selector).App is not null,
        IstioSidecar = true,
        IsAmbient = false,
        IstioReferences = [],
        ServiceRegistry = "Kubernetes",
        Health = health?.OfService(service).ToDto() ?? HealthMapping.Unasked(),
    };

    /// <summary>With what the mesh makes of it.</summary>
    public static ServiceListItemDto ToFullListItem(ServiceFacts service, NamespaceInventory ns, MeshInventory mesh, MeshHealth? health, bool withReferences)
    {
        var workloads = WorkloadsOf(ns, service);
        return ToListItem(service, mesh.Cluster, health) with
        {
            IstioSidecar = HasSidecar(workloads),
            IsAmbient = workloads.Count > 0 && workloads.All(workload => workload.IsAmbient),
            IstioReferences = withReferences ? [.. service.References.Select(ReferenceDto.Of)] : [],
            KialiWizard = WizardOf(mesh, service.References),
        };
    }

    public static ServiceListItemDto ToListItem(ExternalServiceFacts service, string cluster, MeshHealth? health, bool withReferences) => new()
    {
        Cluster = cluster,
        Namespace = service.Namespace,
        Name = service.Host,
        Labels = PodMapping.OrNull(service.Entries[0].Metadata.Labels),
        Selector = null,
        HealthAnnotations = WorkloadMapping.HealthAnnotations(service.Entries[0].Metadata.Annotations),
        AppLabel = false,
        IstioSidecar = true,
        IsAmbient = false,
        // What defines it is always named.
        IstioReferences = [.. service.References.Where(reference => withReferences || reference.Kind == ConfigKinds.ServiceEntry).Select(ReferenceDto.Of)],
        ServiceRegistry = "External",
        Health = health?.OfExternalService(service).ToDto() ?? HealthMapping.Unasked(),
    };

    public static ServiceDto ToDto(ServiceFacts service, string cluster)
    {
        var spec = service.Definition.Spec;
        return new ServiceDto
        {
            Cluster = cluster,
            Namespace = service.Namespace,
            Name = service.Name,
            CreatedAt = PodMapping.Time(service.Definition.Metadata.CreationTimestamp),
            ResourceVersion = service.Definition.Metadata.ResourceVersion ?? "",
            Type = spec.Type ?? "ClusterIP",
            Ip = spec.ClusterIP ?? "",
            Ips = spec.ClusterIPs.IsEmpty ? null : [.. spec.ClusterIPs],
            IpFamilies = spec.IpFamilies.IsEmpty ? null : [.. spec.IpFamilies],
            ExternalName = spec.ExternalName ?? "",
            Ports = [.. spec.Ports.Select(port => new ServicePortDto { Name = port.Name ?? "", Port = port.Port, Protocol = port.Protocol ?? "TCP", AppProtocol = port.AppProtocol })],
            Labels = PodMapping.OrNull(service.Labels),
            Selectors = PodMapping.OrNull(service.Selector),
            Annotations = service.Annotations,
            HealthAnnotations = WorkloadMapping.HealthAnnotations(service.Annotations),
            AdditionalDetails = [.. AdditionalDetails.Of(service.Annotations)],
        };
    }

    public static ServiceDto ToDto(ExternalServiceFacts service, string cluster) => new()
    {
        Cluster = cluster,
        Namespace = service.Namespace,
        Name = service.Host,
        CreatedAt = "",
        ResourceVersion = "",
        Type = "External",
        Ip = "",
        ExternalName = "",
        Ports = PortsOf(service),
        Labels = PodMapping.OrNull(service.Entries[0].Metadata.Labels),
        Selectors = null,
        Annotations = null,
        HealthAnnotations = WorkloadMapping.HealthAnnotations(service.Entries[0].Metadata.Annotations),
        AdditionalDetails = null,
    };

    /// <summary>The part of a service that stands for itself among those of its host.</summary>
    public static ServiceListItemDto ToSubService(ServiceDto service) => new()
    {
        Cluster = "",
        Namespace = "",
        Name = service.Name,
        Labels = null,
        Selector = null,
        Ports = service.Ports.DistinctBy(port => port.Name).ToDictionary(port => port.Name, port => port.Port),
        HealthAnnotations = null,
        AppLabel = false,
        IstioSidecar = false,
        IsAmbient = false,
        IstioReferences = null,
        ServiceRegistry = "",
        Health = new HealthDto { Requests = new RequestHealthDto(null, null, null) },
    };

    /// <summary>One entry per address, in order of addresses.</summary>
    public static EndpointsDto[] EndpointsOf(ServiceFacts service) =>
    [
        .. service.Endpoints
            .SelectMany(slice => slice.Endpoints)
            .Where(endpoint => endpoint.Conditions.Ready ?? true)
            .SelectMany(endpoint => endpoint.Addresses.Select(address => new EndpointAddressDto(address, endpoint.TargetRef?.Kind ?? "", endpoint.TargetRef?.Name ?? "")))
            .OrderBy(address => address.Ip, StringComparer.Ordinal)
            .Select(address => new EndpointsDto([address], [])),
    ];

    public static List<WorkloadFacts> WorkloadsOf(NamespaceInventory ns, ServiceFacts service) =>
        [.. ns.Workloads.Values.Where(service.Selects).OrderBy(workload => workload.Name, StringComparer.Ordinal)];

    /// <summary>Of no workload at all it cannot be said.</summary>
    public static bool HasSidecar(List<WorkloadFacts> workloads) => workloads.Any(workload => !workload.Pods.IsEmpty || !workload.Entries.IsEmpty) && workloads.All(workload => workload.HasSidecar);

    private static ServicePortDto[] PortsOf(ExternalServiceFacts service) =>
    [
        .. service.Entries
            .SelectMany(entry => entry.Content["spec"]?["ports"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(port => new ServicePortDto { Name = Text(port["name"]), Port = port["number"] is JsonValue number && number.TryGetValue<int>(out var value) ? value : 0, Protocol = Text(port["protocol"]) })
            .DistinctBy(port => (port.Name, port.Port)),
    ];

    private static string WizardOf(MeshInventory mesh, IEnumerable<ConfigReference> references) => references
        .Select(reference => mesh.Configuration.Find(reference.Kind, reference.Namespace, reference.Name)?.Metadata.Labels.GetValueOrDefault(WizardLabel))
        .FirstOrDefault(wizard => !string.IsNullOrEmpty(wizard)) ?? "";

    private static string Text(JsonNode? node) => node is JsonValue value ? value.ToString() : "";
}
