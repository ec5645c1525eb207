using System.Collections.Immutable;
using Weft.Console.Health;
using Weft.Console.Inventory;
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

/// <summary>State of the control plane, the gateways and the metrics store.</summary>
public sealed class MeshComponents(PrometheusClient prometheus, SnapshotSource<MeshInventory> inventory)
{
    private const string ControlPlane = "istiod";

    public async Task<ImmutableArray<MeshComponent>> ReadAsync(CancellationToken cancellationToken) =>
    [
        .. OfMesh(inventory.Current),
        new MeshComponent("prometheus", await StateOfPrometheusAsync(cancellationToken).ConfigureAwait(false), IsCore: false, IsOfMesh: false),
    ];

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

        foreach (var gateway in workloads.Where(workload => workload.IsGateway && !workload.IsWaypoint))
        {
            yield return new MeshComponent(gateway.Name, StateOf(gateway), IsCore: false, IsOfMesh: true);
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
