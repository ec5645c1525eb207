using System.Collections.Immutable;

namespace Weft.Console.Health;

/// <summary>How errors are tolerated, as configured. The first rate whose namespace, kind and name match an object applies to it, alone.</summary>
public sealed record HealthConfig
{
    public static HealthConfig Default { get; } = new() { Rates = [new HealthRate()] };

    public required ImmutableArray<HealthRate> Rates { get; init; }

    /// <summary>The window of background health, its refresh and its limit.</summary>
    public HealthCompute Compute { get; init; } = new();
}

public sealed record HealthCompute
{
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(3);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Tolerances for the objects whose namespace, kind and name match; each an anchored regular expression.</summary>
public sealed record HealthRate
{
    public string Namespace { get; init; } = ".*";

    public string Kind { get; init; } = ".*";

    public string Name { get; init; } = ".*";

    public ImmutableArray<HealthTolerance> Tolerances { get; init; } = HealthTolerance.Defaults;
}

/// <summary>From which share of matching responses, in percent, an object is degraded or failed. <c>X</c> in a code stands for any digit.</summary>
public sealed record HealthTolerance(string Code, double Degraded, double Failure, string Protocol, string Direction)
{
    public static ImmutableArray<HealthTolerance> Defaults { get; } =
    [
        new("5XX", 0, 10, "http", ".*"),
        new("4XX", 10, 20, "http", ".*"),
        new("^[1-9]$|^1[0-6]$", 0, 10, "grpc", ".*"),
        new("^-$", 0, 10, "http|grpc", ".*"),
    ];
}
