using System.Collections.Immutable;
using Weft.Console.Inventory;

namespace Weft.Console.Health;

/// <summary>Worse is greater.</summary>
public enum HealthLevel
{
    NotAvailable,
    Healthy,
    NotReady,
    Degraded,
    Failure,
}

public static class HealthLevels
{
    public static string Text(this HealthLevel level) => level switch
    {
        HealthLevel.Healthy => "Healthy",
        HealthLevel.NotReady => "Not Ready",
        HealthLevel.Degraded => "Degraded",
        HealthLevel.Failure => "Failure",
        _ => "NA",
    };

    public static HealthLevel Worst(HealthLevel one, HealthLevel other) => one > other ? one : other;
}

/// <summary>Request rates per response code. At most a handful of entries.</summary>
public sealed class CodeRates
{
    private readonly SortedList<string, double> _rates = new(1, StringComparer.Ordinal);

    public SortedList<string, double> Rates => _rates;

    public double Total
    {
        get
        {
            double total = 0;
            for (var i = 0; i < _rates.Count; i++)
            {
                total += _rates.GetValueAtIndex(i);
            }

            return total;
        }
    }

    public void Add(string code, double rate) => _rates[code] = _rates.GetValueOrDefault(code) + rate;
}

/// <summary>Rates in one direction, per protocol (http, grpc, tcp) and code.</summary>
public sealed class DirectionRates
{
    private readonly SortedList<string, CodeRates> _protocols = new(StringComparer.Ordinal);

    public SortedList<string, CodeRates> Protocols => _protocols;

    public double Total
    {
        get
        {
            double total = 0;
            for (var i = 0; i < _protocols.Count; i++)
            {
                total += _protocols.GetValueAtIndex(i).Total;
            }

            return total;
        }
    }

    public void Add(string protocol, string code, double rate)
    {
        if (!_protocols.TryGetValue(protocol, out var rates))
        {
            _protocols[protocol] = rates = new CodeRates();
        }

        rates.Add(code, rate);
    }
}

/// <summary>What an object was asked and what it asked of others. Filled by one owner, then only read.</summary>
public sealed class RequestRates
{
    public DirectionRates Inbound { get; } = new();

    public DirectionRates Outbound { get; } = new();

    public ImmutableSortedDictionary<string, string> HealthAnnotations { get; set; } = ImmutableSortedDictionary<string, string>.Empty;

    public double Total => Inbound.Total + Outbound.Total;
}

/// <summary>Replicas of a workload. <see cref="SyncedProxies"/> is -1 when not known.</summary>
public sealed record WorkloadStatus(string Name, int DesiredReplicas, int CurrentReplicas, int AvailableReplicas, int SyncedProxies)
{
    public static WorkloadStatus Of(WorkloadFacts workload) =>
        new(workload.Name, workload.DesiredReplicas, workload.CurrentReplicas, workload.AvailableReplicas, SyncedProxies: -1);
}

/// <summary>The verdict. The ratio is in percent: absent when there is no error, -1 when nothing could be judged.</summary>
public sealed record HealthVerdict(HealthLevel Level, double ErrorRatio, double TotalRequestRate);

/// <summary>Health of a node: of an app (several workloads), a workload (one) or a service (none).</summary>
public sealed record NodeHealth(RequestRates Requests, HealthVerdict? Verdict)
{
    /// <summary>Set for apps.</summary>
    public ImmutableArray<WorkloadStatus>? WorkloadStatuses { get; init; }

    /// <summary>Set for workloads.</summary>
    public WorkloadStatus? WorkloadStatus { get; init; }
}
