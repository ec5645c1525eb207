using System.Text.Json.Serialization;
using Weft.Api.Metrics;

namespace Weft.Api.Dashboards;

public sealed record DashboardDto
{
    /// <summary>Empty for the dashboards of traffic.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    public required ChartDto[] Charts { get; init; }

    public required AggregationDto[] Aggregations { get; init; }

    /// <summary>Links to the same in other programs; null for the dashboards of traffic.</summary>
    public required ExternalLinkDto[]? ExternalLinks { get; init; }

    public required int Rows { get; init; }
}

public sealed record ChartDto
{
    public required string Name { get; init; }

    public required string Unit { get; init; }

    public required int Spans { get; init; }

    public bool StartCollapsed { get; init; }

    /// <summary>Null: time.</summary>
    public string? XAxis { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Min { get; init; }

    public required SeriesDto[] Metrics { get; init; }

    /// <summary>Why there are no series; empty when there could be.</summary>
    public string Error { get; init; } = "";
}

public sealed record AggregationDto(string Label, string DisplayName, bool SingleSelection);

public sealed record ExternalLinkDto(string Url, string Name);
