namespace Weft.Api.Config;

/// <summary>Which of Istio's metrics the store does not have: true where charts would stay empty.</summary>
public sealed record DisabledMetricsDto(
    bool RequestSize,
    bool RequestSizeAverage,
    bool RequestSizePercentiles,
    bool ResponseSize,
    bool ResponseSizeAverage,
    bool ResponseSizePercentiles,
    bool ResponseTime,
    bool ResponseTimeAverage,
    bool ResponseTimePercentiles);
