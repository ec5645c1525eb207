using System.Text.Json.Serialization;
using Weft.Api.Health;

namespace Weft.Api.Graph;

/// <summary>The answer of every graph endpoint, field by field as Kiali 2.30 writes it: what is empty or false is left out.</summary>
public sealed record GraphDto
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Timestamp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Duration { get; init; }

    public required string GraphType { get; init; }

    public required GraphElementsDto Elements { get; init; }
}

public sealed record GraphElementsDto(GraphElementDto<NodeDto>[] Nodes, GraphElementDto<EdgeDto>[] Edges);

public sealed record GraphElementDto<T>(T Data);

public sealed record NodeDto
{
    public required string Id { get; init; }

    public string? Parent { get; init; }

    public required string NodeType { get; init; }

    public required string Cluster { get; init; }

    public string? Namespace { get; init; }

    public string? Workload { get; init; }

    public string? App { get; init; }

    public string? Version { get; init; }

    public string? Service { get; init; }

    public string? Aggregate { get; init; }

    public DestinationServiceDto[]? DestServices { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public ProtocolTrafficDto[]? Traffic { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public HealthDto? HealthData { get; init; }

    [JsonPropertyName("hasCB")]
    public bool HasCircuitBreaker { get; init; }

    public bool HasFaultInjection { get; init; }

    public bool HasIngressWaypoint { get; init; }

    public bool HasMirroring { get; init; }

    public bool HasRequestRouting { get; init; }

    public bool HasRequestTimeout { get; init; }

    [JsonPropertyName("hasTCPTrafficShifting")]
    public bool HasTcpTrafficShifting { get; init; }

    public bool HasTrafficShifting { get; init; }

    [JsonPropertyName("hasVS")]
    public HostnamesDto? HasVirtualService { get; init; }

    public WorkloadEntryDto[]? HasWorkloadEntry { get; init; }

    public bool IsAmbient { get; init; }

    public string? IsBox { get; init; }

    public bool IsDead { get; init; }

    public ExtensionDto? IsExtension { get; init; }

    public GatewayDto? IsGateway { get; init; }

    public bool IsIdle { get; init; }

    public bool IsInaccessible { get; init; }

    public bool IsInjected { get; init; }

    [JsonPropertyName("isK8sGatewayAPI")]
    public bool IsK8sGatewayApi { get; init; }

    public bool IsOutOfMesh { get; init; }

    public bool IsOutside { get; init; }

    public bool IsRoot { get; init; }

    public ServiceEntryDto? IsServiceEntry { get; init; }

    public bool IsWaypoint { get; init; }
}

public sealed record EdgeDto
{
    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public string? DestPrincipal { get; init; }

    public string? HealthStatus { get; init; }

    [JsonPropertyName("isMTLS")]
    public string? IsMutualTls { get; init; }

    public string? ResponseTime { get; init; }

    public string? SourcePrincipal { get; init; }

    public string? Throughput { get; init; }

    public required ProtocolTrafficDto Traffic { get; init; }

    public WaypointDto? Waypoint { get; init; }
}

/// <summary>Which way an edge passes a waypoint (<c>to</c>, <c>from</c>), and the edge back when both are shown as one.</summary>
public sealed record WaypointDto(string Direction, EdgeDto? FromEdge);

public sealed record DestinationServiceDto(string Cluster, string Namespace, string Name);

public sealed record ProtocolTrafficDto(string Protocol, Dictionary<string, string>? Rates, Dictionary<string, ResponseDto>? Responses);

public sealed record ResponseDto(Dictionary<string, string>? Flags, Dictionary<string, string> Hosts);

public sealed record HostnamesDto(string[]? Hostnames);

public sealed record ExtensionDto(string Name, string Url);

public sealed record WorkloadEntryDto(string Name);

public sealed record ServiceEntryDto(string[] Hosts, string Location, string Namespace);

public sealed record GatewayDto(HostnamesDto IngressInfo, HostnamesDto EgressInfo, [property: JsonPropertyName("gatewayAPIInfo")] HostnamesDto GatewayApiInfo);
