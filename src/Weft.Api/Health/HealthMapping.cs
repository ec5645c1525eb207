using Weft.Console.Health;

namespace Weft.Api.Health;

internal static class HealthMapping
{
    public static HealthDto ToDto(this NodeHealth health) => new()
    {
        Requests = new RequestHealthDto(ToDto(health.Requests.Inbound), ToDto(health.Requests.Outbound), health.Requests.HealthAnnotations),
        Status = health.Verdict is { } verdict
            ? new HealthStatusDto { Status = verdict.Level.Text(), ErrorRatio = verdict.ErrorRatio, TotalRequestRate = verdict.TotalRequestRate }
            : null,
        WorkloadStatus = health.WorkloadStatus is { } status ? ToDto(status) : null,
        WorkloadStatuses = health.WorkloadStatuses is { } statuses ? [.. statuses.Select(ToDto)] : null,
    };

    /// <summary>Health that nobody asked for: no rates and no verdict.</summary>
    public static HealthDto Unasked(bool ofApp = false) => new()
    {
        Requests = new RequestHealthDto([], [], new Dictionary<string, string>()),
        WorkloadStatuses = ofApp ? [] : null,
    };

    public static WorkloadHealthDto ToWorkloadDto(NodeHealth? health)
    {
        var dto = health?.ToDto() ?? Unasked();
        return new WorkloadHealthDto { Requests = dto.Requests, Status = dto.Status, WorkloadStatus = dto.WorkloadStatus };
    }

    /// <summary>Names by status, of the kinds that are given, and the worst of all.</summary>
    public static NamespaceHealthDto Summarize(Dictionary<string, NodeHealth>? apps, Dictionary<string, NodeHealth>? services, Dictionary<string, NodeHealth>? workloads) => new()
    {
        StatusApp = Buckets(apps),
        StatusService = Buckets(services),
        StatusWorkload = Buckets(workloads),
        WorstStatus = new[] { apps, services, workloads }.SelectMany(kind => kind?.Values ?? Enumerable.Empty<NodeHealth>()).Select(LevelOf).Append(HealthLevel.NotAvailable).Max().Text(),
    };

    private static HealthBucketsDto? Buckets(Dictionary<string, NodeHealth>? objects)
    {
        return objects is null
            ? null
            : new HealthBucketsDto(At(HealthLevel.Failure), At(HealthLevel.Degraded), At(HealthLevel.Healthy), At(HealthLevel.NotReady), At(HealthLevel.NotAvailable));

        string[] At(HealthLevel level) => [.. objects.Where(pair => LevelOf(pair.Value) == level).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
    }

    private static HealthLevel LevelOf(NodeHealth health) => health.Verdict?.Level ?? HealthLevel.NotAvailable;

    private static Dictionary<string, Dictionary<string, double>> ToDto(DirectionRates rates) =>
        rates.Protocols.ToDictionary(pair => pair.Key, pair => new Dictionary<string, double>(pair.Value.Rates));

    private static WorkloadStatusDto ToDto(WorkloadStatus status) => new()
    {
        Name = status.Name,
        DesiredReplicas = status.DesiredReplicas,
        CurrentReplicas = status.CurrentReplicas,
        AvailableReplicas = status.AvailableReplicas,
        SyncedProxies = status.SyncedProxies,
    };
}
