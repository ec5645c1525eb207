using System.Collections.Immutable;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Logs;

/// <summary>A pod of an ambient mesh has no proxy of its own: what is told of its calls stands in the logs of ztunnels and of its waypoints.</summary>
public static class AmbientLogs
{
    /// <summary>The logs of every ztunnel, of which only the lines about the pod are wanted.</summary>
    public static ImmutableArray<LogRequest> OfZtunnels(MeshInventory mesh, Pod pod, LogRequest wanted) =>
    [
        .. from ns in mesh.Namespaces.Values
           from workload in ns.Workloads.Values
           where workload.IsZtunnel
           from source in Sources(workload, wanted, [pod.Metadata.Name])
           orderby source.Namespace, source.Pod
           select source,
    ];

    /// <summary>The logs of the waypoints that calls of the pod's workload pass, of which only the lines about its Services or its address are wanted.</summary>
    /// <param name="service">Only this Service, or all of the workload's.</param>
    public static ImmutableArray<LogRequest> OfWaypoints(MeshInventory mesh, Pod pod, string? service, LogRequest wanted)
    {
        if (mesh.FindNamespace(wanted.Namespace)?.Workloads.Values.FirstOrDefault(workload => workload.Pods.Contains(pod)) is not { } subject)
        {
            return [];
        }

        ImmutableArray<string> about =
        [
            .. subject.Services.Where(one => service is null || one.Name == service).Select(one => $"{one.Name}.{one.Namespace}.svc"),
            .. service is null && pod.Status.PodIP is { Length: > 0 } address ? [$"{address}:"] : Array.Empty<string>(),
        ];
        return about.IsEmpty ? [] :
        [
            .. from link in WaypointUse.Of(mesh, subject)
               let waypoint = mesh.FindWorkload(link.Namespace, link.Name)
               where waypoint is not null
               from source in Sources(waypoint, wanted, about)
               orderby source.Namespace, source.Pod
               select source,
        ];
    }

    private static IEnumerable<LogRequest> Sources(WorkloadFacts workload, LogRequest wanted, ImmutableArray<string> about) => workload.Pods
        .Where(pod => !pod.Spec.Containers.IsEmpty)
        .Select(pod => wanted with { Namespace = workload.Namespace, Pod = pod.Metadata.Name, Container = pod.Spec.Containers[0].Name, About = about, IsProxy = true });
}
