using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.MeshTopology;
using Weft.Api.Workloads;

namespace Weft.Api.Services;

public sealed record ServiceListDto(string Cluster, ServiceListItemDto[] Services, Dictionary<string, Dictionary<string, ValidationDto>> Validations);

public sealed record ServiceListItemDto
{
    public required string Cluster { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, string>? Labels { get; init; }

    public required IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>Port numbers by name; null in lists.</summary>
    public Dictionary<string, int>? Ports { get; init; }

    /// <summary>Null in lists.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public required IReadOnlyDictionary<string, string>? HealthAnnotations { get; init; }

    public AdditionalDetailDto? AdditionalDetailSample { get; init; }

    public required bool AppLabel { get; init; }

    /// <summary>All workloads behind it have a sidecar; true when lists ask for definitions only.</summary>
    public required bool IstioSidecar { get; init; }

    public required bool IsAmbient { get; init; }

    public required ReferenceDto[]? IstioReferences { get; init; }

    /// <summary>Which wizard wrote its routes; empty when none.</summary>
    public string KialiWizard { get; init; } = "";

    /// <summary>Kubernetes, or External for a host of a ServiceEntry.</summary>
    public required string ServiceRegistry { get; init; }

    public required HealthDto Health { get; init; }
}

public sealed record ServiceDetailsDto
{
    public required ServiceDto Service { get; init; }

    public required EndpointsDto[] Endpoints { get; init; }

    public required ServiceWorkloadDto[] Workloads { get; init; }

    public required JsonObject[] VirtualServices { get; init; }

    public required JsonObject[] DestinationRules { get; init; }

    /// <summary>The entries that define a host; null for a Service of Kubernetes.</summary>
    public required JsonObject[]? ServiceEntries { get; init; }

    [JsonPropertyName("k8sHTTPRoutes")]
    public required JsonObject[] K8sHttpRoutes { get; init; }

    [JsonPropertyName("k8sGRPCRoutes")]
    public required JsonObject[] K8sGrpcRoutes { get; init; }

    /// <summary>Always null, as in Kiali.</summary>
    public JsonObject[]? K8sReferenceGrants { get; init; }

    public JsonObject[] K8sInferencePools { get; init; } = [];

    public required PermissionsDto IstioPermissions { get; init; }

    public required bool IstioSidecar { get; init; }

    public required bool IsAmbient { get; init; }

    [JsonPropertyName("namespaceMTLS")]
    public required NamespaceTlsDto NamespaceTls { get; init; }

    /// <summary>The services that share its host; here only itself.</summary>
    public required ServiceListItemDto[] SubServices { get; init; }

    public required HealthDto Health { get; init; }

    public Dictionary<string, Dictionary<string, ValidationDto>> Validations { get; init; } = [];

    /// <summary>The waypoints that it is called through.</summary>
    public WaypointLinkDto[]? WaypointWorkloads { get; init; }
}

public sealed record ServiceDto
{
    public required string Cluster { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string CreatedAt { get; init; }

    public required string ResourceVersion { get; init; }

    public required string Type { get; init; }

    public required string Ip { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Ips { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? IpFamilies { get; init; }

    public required string ExternalName { get; init; }

    public required ServicePortDto[] Ports { get; init; }

    public required IReadOnlyDictionary<string, string>? Labels { get; init; }

    public required IReadOnlyDictionary<string, string>? Selectors { get; init; }

    public required IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public required IReadOnlyDictionary<string, string> HealthAnnotations { get; init; }

    /// <summary>Null for a host of a ServiceEntry.</summary>
    public required AdditionalDetailDto[]? AdditionalDetails { get; init; }
}

public sealed record ServicePortDto
{
    public required string Name { get; init; }

    public required int Port { get; init; }

    public required string Protocol { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AppProtocol { get; init; }
}

public sealed record EndpointsDto(EndpointAddressDto[] Addresses, ServicePortDto[] Ports);

public sealed record EndpointAddressDto(string Ip, string Kind, string Name);
