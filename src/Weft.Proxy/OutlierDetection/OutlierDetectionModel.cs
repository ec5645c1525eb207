using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.OutlierDetection;

/// <summary>When endpoints are ejected and for how long, resolved (envoy.config.cluster.v3.OutlierDetection with Envoy's defaults).</summary>
internal sealed record OutlierDetectionModel
{
    public required TimeSpan Interval { get; init; }

    /// <summary>Times the number of ejections, up to <see cref="MaxEjectionTime"/>.</summary>
    public required TimeSpan BaseEjectionTime { get; init; }

    public required TimeSpan MaxEjectionTime { get; init; }

    public required TimeSpan MaxEjectionJitter { get; init; }

    /// <summary>Of all endpoints; no endpoint is ejected that would exceed it.</summary>
    public required uint MaxEjectionPercent { get; init; }

    public required bool AlwaysEjectsOne { get; init; }

    /// <summary>Whether failures to connect, resets and time-outs count by themselves rather than as 5xx answers.</summary>
    public required bool SplitsLocalOrigin { get; init; }

    public required ConsecutiveRule Consecutive5xx { get; init; }

    public required ConsecutiveRule ConsecutiveGateway { get; init; }

    /// <summary>Only where local origin errors are split off.</summary>
    public required ConsecutiveRule ConsecutiveLocalOrigin { get; init; }

    public required SuccessRateRule SuccessRate { get; init; }

    public required FailurePercentageRule FailurePercentage { get; init; }

    /// <returns>Null when nothing is configured.</returns>
    public static OutlierDetectionModel? Compile(Envoy.Config.Cluster.V3.OutlierDetection? config)
    {
        if (config is null)
        {
            return null;
        }

        var ejection = Positive(config.BaseEjectionTime, TimeSpan.FromSeconds(30));
        return new OutlierDetectionModel
        {
            Interval = Positive(config.Interval, TimeSpan.FromSeconds(10)),
            BaseEjectionTime = ejection,
            MaxEjectionTime = config.MaxEjectionTime?.ToTimeSpan() ?? TimeSpan.FromTicks(Math.Max(ejection.Ticks, TimeSpan.FromSeconds(300).Ticks)),
            MaxEjectionJitter = config.MaxEjectionTimeJitter?.ToTimeSpan() ?? TimeSpan.Zero,
            MaxEjectionPercent = config.MaxEjectionPercent ?? 10,
            AlwaysEjectsOne = config.AlwaysEjectOneHost ?? false,
            SplitsLocalOrigin = config.SplitExternalLocalOriginErrors,
            Consecutive5xx = new ConsecutiveRule(config.Consecutive5Xx ?? 5, config.EnforcingConsecutive5Xx ?? 100),
            ConsecutiveGateway = new ConsecutiveRule(config.ConsecutiveGatewayFailure ?? 5, config.EnforcingConsecutiveGatewayFailure ?? 0),
            ConsecutiveLocalOrigin = new ConsecutiveRule(config.ConsecutiveLocalOriginFailure ?? 5, config.EnforcingConsecutiveLocalOriginFailure ?? 100),
            SuccessRate = new SuccessRateRule(
                config.SuccessRateMinimumHosts ?? 5, config.SuccessRateRequestVolume ?? 100, (config.SuccessRateStdevFactor ?? 1900) / 1000.0, config.EnforcingSuccessRate ?? 100),
            FailurePercentage = new FailurePercentageRule(
                config.FailurePercentageMinimumHosts ?? 5, config.FailurePercentageRequestVolume ?? 50, config.FailurePercentageThreshold ?? 85, config.EnforcingFailurePercentage ?? 0),
        };
    }

    private static TimeSpan Positive(Duration? duration, TimeSpan absent) => duration?.ToTimeSpan() is { Ticks: > 0 } time ? time : absent;
}

/// <param name="Threshold">So many failures in a row; 0 is never reached.</param>
/// <param name="Enforcing">The percentage of detections that eject.</param>
internal sealed record ConsecutiveRule(uint Threshold, uint Enforcing);

/// <param name="MinHosts">So many endpoints must have the request volume.</param>
/// <param name="RequestVolume">Answers within one interval.</param>
/// <param name="StdevFactor">Ejected is who lies more than so many standard deviations below the mean.</param>
/// <param name="Enforcing">The percentage of detections that eject.</param>
internal sealed record SuccessRateRule(uint MinHosts, uint RequestVolume, double StdevFactor, uint Enforcing);

/// <param name="MinHosts">So many endpoints must have the request volume.</param>
/// <param name="RequestVolume">Answers within one interval.</param>
/// <param name="Threshold">The percentage of failures from which on an endpoint is an outlier.</param>
/// <param name="Enforcing">The percentage of detections that eject.</param>
internal sealed record FailurePercentageRule(uint MinHosts, uint RequestVolume, uint Threshold, uint Enforcing);
