using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Weft.Api.Dashboards;
using Weft.Api.Health;
using Weft.Api.IstioConfig;
using Weft.Api.Pods;
using Weft.Api.Services;

namespace Weft.Api.Workloads;

public sealed record WorkloadListDto(string Cluster, WorkloadListItemDto[] Workloads, Dictionary<string, Dictionary<string, ValidationDto>> Validations);

/// <summary>What lists and details of workloads have in common.</summary>
public record WorkloadCommonDto
{
    public required string Cluster { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required GroupVersionKindDto Gvk { get; init; }

    public required string CreatedAt { get; init; }

    public required string ResourceVersion { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public required IReadOnlyDictionary<string, string> HealthAnnotations { get; init; }

    public required IReadOnlyDictionary<string, string>? DashboardAnnotations { get; init; }

    public required AdditionalDetailDto? AdditionalDetailSample { get; init; }

    public required bool AppLabel { get; init; }

    public required bool VersionLabel { get; init; }

    public required bool IstioSidecar { get; init; }

    public required bool IsAmbient { get; init; }

    public required bool IsGateway { get; init; }

    public required bool IsWaypoint { get; init; }

    public required bool IsZtunnel { get; init; }

    /// <summary>Null in details, where the page asks for the objects themselves.</summary>
    public required ReferenceDto[]? IstioReferences { get; init; }

    public required int PodCount { get; init; }

    public required string[] ServiceAccountNames { get; init; }

    /// <summary>Of a waypoint the workloads that are called through it, of another workload the waypoints that it is called through. In details only.</summary>
    public WaypointLinkDto[]? WaypointWorkloads { get; init; }

    [JsonPropertyName("ValidationKey")]
    public string ValidationKey { get; init; } = "";

    [JsonPropertyName("ValidationVersion")]
    public string ValidationVersion { get; init; } = "";
}

public sealed record WorkloadListItemDto : WorkloadCommonDto
{
    [SetsRequiredMembers]
    public WorkloadListItemDto(WorkloadCommonDto common, WorkloadHealthDto health)
        : base(common) => Health = health;

    public WorkloadHealthDto Health { get; init; }
}

/// <summary>A workload behind a service: without health.</summary>
public sealed record ServiceWorkloadDto : WorkloadCommonDto
{
    [SetsRequiredMembers]
    public ServiceWorkloadDto(WorkloadCommonDto common)
        : base(common)
    {
    }

    public WorkloadHealthDto Health { get; } = new() { Requests = new RequestHealthDto(null, null, null) };
}

public sealed record WorkloadDto : WorkloadCommonDto
{
    [SetsRequiredMembers]
    public WorkloadDto(WorkloadCommonDto common, WorkloadHealthDto health)
        : base(common) => Health = health;

    public WorkloadHealthDto Health { get; init; }

    public int DesiredReplicas { get; init; }

    public int CurrentReplicas { get; init; }

    public int AvailableReplicas { get; init; }

    public PodDto[] Pods { get; init; } = [];

    public ServiceListItemDto[] Services { get; init; } = [];

    public WorkloadEntryDto[]? WorkloadEntries { get; init; }

    public RuntimeDto[] Runtimes { get; init; } = [];

    public AdditionalDetailDto[] AdditionalDetails { get; init; } = [];

    /// <summary>What the pod template says of injection; absent when it says nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IstioInjectionAnnotation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TemplateLabels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? TemplateAnnotations { get; init; }

    public Dictionary<string, Dictionary<string, ValidationDto>> Validations { get; init; } = [];

    /// <summary>Of a waypoint the Services that are called through it.</summary>
    public WaypointLinkDto[]? WaypointServices { get; init; }
}

public sealed record WorkloadEntryDto
{
    public required string Name { get; init; }

    public required string CreatedAt { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public required string ServiceAccountName { get; init; }

    public required string Status { get; init; }

    public required string StatusReason { get; init; }

    public required bool AppLabel { get; init; }

    public required bool VersionLabel { get; init; }
}

/// <summary>A link or text that an annotation of the object brings.</summary>
public sealed record AdditionalDetailDto(string Title, string Value, string Icon);
