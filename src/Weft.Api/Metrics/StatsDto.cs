namespace Weft.Api.Metrics;

// What the sender leaves out is null to the reader of JSON, whatever the property begins with.

/// <summary>Body of <c>POST /api/stats/metrics</c>.</summary>
public sealed record StatsRequestDto
{
    public StatsQueryDto[] Queries { get => field ?? []; init; }
}

public sealed record StatsQueryDto
{
    public StatsTargetDto? Target { get; init; }

    public StatsTargetDto? PeerTarget { get; init; }

    public string Direction { get => field ?? ""; init; }

    /// <summary>A duration of Prometheus.</summary>
    public string Interval { get => field ?? ""; init; }

    public bool Avg { get; init; }

    public string[] Quantiles { get => field ?? []; init; }

    /// <summary>Unix seconds; 0: now.</summary>
    public long QueryTime { get; init; }

    public string[]? Reporters { get; init; }
}

public sealed record StatsTargetDto
{
    public string Namespace { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }

    /// <summary>app, workload or service.</summary>
    public string Kind { get => field ?? ""; init; }

    public string Cluster { get => field ?? ""; init; }
}

public sealed record StatsDto(Dictionary<string, ResponseTimesDto> Stats, string[]? Warnings);

public sealed record ResponseTimesDto(ResponseTimeDto[] ResponseTimes);

public sealed record ResponseTimeDto(string Name, double Value);
