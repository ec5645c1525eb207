using System.Collections.Immutable;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Console.Links;
using Weft.Console.Traces;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;

namespace Weft.Console.MeshTopology;

public enum ComponentState
{
    Healthy,
    Unhealthy,
    Unreachable,
    NotFound,
    NotReady,
}

/// <summary>A part that the mesh or its console needs. Without a core part there is no mesh.</summary>
public sealed record MeshComponent(string Name, ComponentState State, bool IsCore, bool IsOfMesh);

/// <summary>State of the control plane, of what carries traffic for others (gateways, waypoints, ztunnel), and of the stores that the console reads.</summary>
public sealed class MeshComponents(PrometheusClient prometheus, TracingOptions? tracing, ImmutableArray<DashboardLinks> links, SnapshotSource<MeshInventory> inventory)
{
    private const string ControlPlane = "istiod";

    public async Task<ImmutableArray<MeshComponent>> ReadAsync(CancellationToken cancellationToken)
    {
        var traces = tracing is null ? Task.FromResult<string?>(null) : TracingDiagnosis.ProbeAsync(tracing.Source, cancellationToken);
        var metrics = await StateOfPrometheusAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<MeshComponent> mesh = [.. OfMesh(inventory.Current)];
        if (tracing is not null)
        {
            mesh = mesh.Add(External("tracing", await traces.ConfigureAwait(false) is null ? ComponentState.Healthy : ComponentState.Unreachable));
        }

        var dashboards = await Task.WhenAll(links.Select(one => StateOfAsync(one, cancellationToken))).ConfigureAwait(false);
        // Custom dashboards are drawn from the same store.
        return [.. mesh, .. dashboards, External("custom dashboards", metrics), External("prometheus", metrics)];
    }

    private static async Task<MeshComponent> StateOfAsync(DashboardLinks links, CancellationToken cancellationToken)
    {
        var name = links.Product.ToLowerInvariant();
        try
        {
            await links.ReadAsync(cancellationToken).ConfigureAwait(false);
            return External(name, ComponentState.Healthy);
        }
        catch (LinksException)
        {
            return External(name, ComponentState.Unreachable);
        }
    }

    private static MeshComponent External(string name, ComponentState state) => new(name, state, IsCore: false, IsOfMesh: false);

    private static IEnumerable<MeshComponent> OfMesh(MeshInventory mesh)
    {
        var workloads = mesh.FindNamespace(mesh.ControlPlaneNamespace)?.Workloads.Values.OrderBy(workload => workload.Name, StringComparer.Ordinal).ToList() ?? [];
        var controlPlanes = ControlPlanes.Workloads(mesh).ToList();
        if (controlPlanes.Count == 0)
        {
            yield return new MeshComponent(ControlPlane, ComponentState.NotFound, IsCore: true, IsOfMesh: true);
        }

        foreach (var controlPlane in controlPlanes)
        {
            yield return new MeshComponent(controlPlane.Name, StateOf(controlPlane), IsCore: true, IsOfMesh: true);
        }

        var waypoints = mesh.Namespaces.Values.SelectMany(ns => ns.Workloads.Values).Where(workload => workload.IsWaypoint)
            .OrderBy(workload => workload.Namespace, StringComparer.Ordinal).ThenBy(workload => workload.Name, StringComparer.Ordinal);
        foreach (var carrier in workloads.Where(workload => workload is { IsGateway: true, IsWaypoint: false } or { IsZtunnel: true }).Concat(waypoints))
        {
            yield return new MeshComponent(carrier.Name, StateOf(carrier), IsCore: false, IsOfMesh: true);
        }
    }

    internal static ComponentState StateOf(WorkloadFacts workload)
    {
        return HealthEvaluation.JudgeReplicas(WorkloadStatus.Of(workload)) switch
        {
            HealthLevel.Healthy => ComponentState.Healthy,
            HealthLevel.NotReady => ComponentState.NotReady,
            _ => ComponentState.Unhealthy,
        };
    }

    private async Task<ComponentState> StateOfPrometheusAsync(CancellationToken cancellationToken)
    {
        try
        {
            await prometheus.BuildInfoAsync(cancellationToken).ConfigureAwait(false);
            return ComponentState.Healthy;
        }
        catch (MetricsQueryException)
        {
            return ComponentState.Unreachable;
        }
    }
}
