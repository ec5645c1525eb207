using System.Text.Json.Serialization;

namespace Weft.Api.Overview;

public sealed record OverviewServicesDto(OverviewServiceDto[] Services);

/// <summary>A service among the slowest, the busiest or the most faulty; only what was asked for is there.</summary>
public sealed record OverviewServiceDto
{
    public required string Cluster { get; init; }

    public required string Namespace { get; init; }

    public required string ServiceName { get; init; }

    public required string HealthStatus { get; init; }

    /// <summary>Share of requests, 0 to 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ErrorRate { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RequestRate { get; init; }

    /// <summary>95th percentile in milliseconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Latency { get; init; }

    /// <summary>Bytes per second.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TcpRate { get; init; }
}

public sealed record OverviewAppsDto(OverviewAppDto[] Apps);

public sealed record OverviewAppDto(string Cluster, string Namespace, string AppName, string HealthStatus, double RequestRateIn, double RequestRateOut);
