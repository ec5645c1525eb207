using System.Collections.Immutable;
using Weft.Istio.Mesh;

namespace Weft.Console.Inventory;

/// <summary>A workload or Service on the other side of a waypoint, and where the label stands that joins them.</summary>
/// <param name="LabelType"><c>workload</c>, <c>service</c> or <c>namespace</c>.</param>
/// <param name="Takes">What calls the waypoint takes (<see cref="WaypointLabels.Takes"/>).</param>
public sealed record WaypointLink(string Namespace, string Name, string LabelType, string Takes, ImmutableDictionary<string, string> Labels);

/// <summary>Who is called through which waypoint in an ambient mesh.</summary>
public static class WaypointUse
{
    /// <summary>The waypoints that calls of a workload pass: those that name it, and those of its Services.</summary>
    public static ImmutableArray<WaypointLink> Of(MeshInventory mesh, WorkloadFacts workload)
    {
        if (mesh.Waypoints.Count == 0 || workload.IsWaypoint)
        {
            return [];
        }

        var own = Named(mesh, workload.Labels, workload.Namespace, "workload");
        return [.. own.Concat(workload.Services.SelectMany(service => Of(mesh, service))).DistinctBy(link => (link.Namespace, link.Name))];
    }

    public static ImmutableArray<WaypointLink> Of(MeshInventory mesh, ServiceFacts service) => Named(mesh, service.Labels, service.Namespace, "service");

    /// <summary>The workloads whose calls pass a waypoint.</summary>
    public static ImmutableArray<WaypointLink> WorkloadsOf(MeshInventory mesh, WorkloadFacts waypoint) => !waypoint.IsWaypoint ? [] :
    [
        .. from ns in mesh.Namespaces.Values
           from workload in ns.Workloads.Values
           from link in Of(mesh, workload)
           where link.Namespace == waypoint.Namespace && link.Name == waypoint.Name
           orderby workload.Namespace, workload.Name
           select link with { Namespace = workload.Namespace, Name = workload.Name, Labels = workload.Labels },
    ];

    public static ImmutableArray<WaypointLink> ServicesOf(MeshInventory mesh, WorkloadFacts waypoint) => !waypoint.IsWaypoint ? [] :
    [
        .. from ns in mesh.Namespaces.Values
           from service in ns.Services.Values
           from link in Of(mesh, service)
           where link.Namespace == waypoint.Namespace && link.Name == waypoint.Name
           orderby service.Namespace, service.Name
           select link with { Namespace = service.Namespace, Name = service.Name, Labels = service.Labels },
    ];

    /// <param name="kind"><c>workload</c> or <c>service</c>: what carries the labels, and what the waypoint must take calls of.</param>
    private static ImmutableArray<WaypointLink> Named(MeshInventory mesh, ImmutableDictionary<string, string> labels, string ns, string kind)
    {
        var decides = WaypointLabels.Decide(labels);
        var carrier = decides ? labels : mesh.FindNamespace(ns)?.Labels ?? labels;
        if (WaypointLabels.Of(carrier, ns) is not { } name || mesh.FindWorkload(name.Namespace, name.Name) is not { IsWaypoint: true } waypoint)
        {
            return [];
        }

        var takes = WaypointLabels.Takes(waypoint.Labels);
        return takes == kind || takes == "all" ? [new WaypointLink(name.Namespace, name.Name, decides ? kind : "namespace", takes, waypoint.Labels)] : [];
    }
}
