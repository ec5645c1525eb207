using System.Text.Json.Serialization;

namespace Weft.Api.Health;

/// <summary>Health of an app (with <c>workloadStatuses</c>), a workload (with <c>workloadStatus</c>) or a service (with neither), as graphs show it.</summary>
public sealed record HealthDto
{
    public required RequestHealthDto Requests { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthStatusDto? Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WorkloadStatusDto? WorkloadStatus { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WorkloadStatusDto[]? WorkloadStatuses { get; init; }
}

/// <summary>Rates by protocol and code.</summary>
public sealed record RequestHealthDto(
    Dictionary<string, Dictionary<string, double>>? Inbound,
    Dictionary<string, Dictionary<string, double>>? Outbound,
    IReadOnlyDictionary<string, string>? HealthAnnotations);

public sealed record HealthStatusDto
{
    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double ErrorRatio { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double TotalRequestRate { get; init; }
}

public sealed record WorkloadStatusDto
{
    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int DesiredReplicas { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int CurrentReplicas { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int AvailableReplicas { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int SyncedProxies { get; init; }
}

/// <summary>Health of a workload; its status is null where nobody asked for it.</summary>
public sealed record WorkloadHealthDto
{
    public required RequestHealthDto Requests { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthStatusDto? Status { get; init; }

    public WorkloadStatusDto? WorkloadStatus { get; init; }
}

/// <summary>One of the first three maps is there, by the type that was asked for: namespace, name, health.</summary>
public sealed record ClustersHealthDto
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, Dictionary<string, HealthDto>>? NamespaceAppHealth { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, Dictionary<string, HealthDto>>? NamespaceServiceHealth { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, Dictionary<string, HealthDto>>? NamespaceWorkloadHealth { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, NamespaceHealthDto>? NamespaceHealth { get; init; }
}

public sealed record NamespaceHealthDto
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthBucketsDto? StatusApp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthBucketsDto? StatusService { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthBucketsDto? StatusWorkload { get; init; }

    public required string WorstStatus { get; init; }
}

/// <summary>Names by their status.</summary>
public sealed record HealthBucketsDto(string[] InError, string[] InWarning, string[] InSuccess, string[] InNotReady, string[] NotAvailable);
