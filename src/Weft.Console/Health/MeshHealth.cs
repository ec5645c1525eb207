using System.Collections.Immutable;
using Weft.Console.Inventory;
using Weft.Console.Proxies;

namespace Weft.Console.Health;

/// <summary>
/// Health of everything in the mesh in one window, judged when asked. Without rates (the metrics store did not answer)
/// replicas are still judged, and <see cref="Failure"/> says why.
/// </summary>
public sealed class MeshHealth
{
    private readonly RateLedger _rates;
    private readonly HealthRules _rules;
    private readonly MeshInventory _mesh;
    private readonly PodStates _proxies;

    internal MeshHealth(RateLedger rates, HealthRules rules, MeshInventory mesh, PodStates proxies, string? failure)
    {
        _proxies = proxies;
        _rates = rates;
        _rules = rules;
        _mesh = mesh;
        Failure = failure;
    }

    /// <summary>Why there are no rates; null when there are.</summary>
    public string? Failure { get; }

    internal bool IsOf(MeshInventory mesh, PodStates proxies) => ReferenceEquals(mesh, _mesh) && ReferenceEquals(proxies, _proxies);

    public NodeHealth OfApp(string @namespace, string app)
    {
        var workloads = _mesh.FindWorkloadsOfApp(@namespace, app);
        var requests = workloads.Any(IsInMesh) ? _rates.OfApp(@namespace, app, None) : new RequestRates();
        ImmutableArray<WorkloadStatus> statuses = [.. workloads.Select(StatusOf)];
        return new NodeHealth(requests, HealthEvaluation.Judge(requests, _rules.For(@namespace, "app", app, null), statuses)) { WorkloadStatuses = statuses };
    }

    public NodeHealth OfWorkload(WorkloadFacts workload)
    {
        var annotation = workload.Annotations.GetValueOrDefault(HealthRules.RateAnnotation);
        var requests = IsInMesh(workload) ? _rates.OfWorkload(workload.Namespace, workload.Name, Shown(annotation)) : new RequestRates { HealthAnnotations = Shown(annotation) };
        var status = StatusOf(workload);
        var rules = _rules.For(workload.Namespace, "workload", workload.Name, annotation);
        return new NodeHealth(requests, HealthEvaluation.Judge(requests, rules, [status])) { WorkloadStatus = status };
    }

    public NodeHealth OfService(ServiceFacts service)
    {
        var annotation = service.Annotations.GetValueOrDefault(HealthRules.RateAnnotation);
        var requests = _rates.OfService(service.Namespace, service.Name, Shown(annotation));
        return new NodeHealth(requests, HealthEvaluation.JudgeRequests(requests, _rules.For(service.Namespace, "service", service.Name, annotation)));
    }

    public NodeHealth OfExternalService(ExternalServiceFacts service)
    {
        var requests = _rates.OfHost(service.Namespace, service.Host);
        return new NodeHealth(requests, HealthEvaluation.JudgeRequests(requests, _rules.For(service.Namespace, "service", service.Host, null)));
    }

    private WorkloadStatus StatusOf(WorkloadFacts workload) => WorkloadStatus.Of(workload) with { SyncedProxies = _proxies.SyncedOf(workload) };

    private static ImmutableSortedDictionary<string, string> None => ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What Istio's proxies do not see has no requests of its own, even where its callers report some.</summary>
    private static bool IsInMesh(WorkloadFacts workload) => workload.HasSidecar || workload.IsAmbient || workload.IsGateway || workload.IsWaypoint;

    private static ImmutableSortedDictionary<string, string> Shown(string? annotation) =>
        annotation is null ? None : None.Add(HealthRules.RateAnnotation, annotation);
}
