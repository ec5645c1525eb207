using Weft.Console.Graph.Model;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Graph.Telemetry;

/// <summary>The nodes that one series passes: source, perhaps an injected service node, and destination.</summary>
internal readonly record struct TrafficRoute(NodeIdentity Source, NodeIdentity? Service, NodeIdentity Destination)
{
    private const string PassthroughCluster = "PassthroughCluster";
    private const string BlackHoleCluster = "BlackHoleCluster";

    public static TrafficRoute? Of(in TrafficPeers peers, GraphOptions options, MeshInventory mesh)
    {
        var fromWaypoint = IsWaypoint(mesh, peers.SourceCluster, peers.SourceNamespace, peers.SourceWorkload);
        var toWaypoint = IsWaypoint(mesh, peers.DestinationCluster, peers.WorkloadNamespace, peers.Workload);
        // A waypoint is of no application: in every type of graph it is a workload.
        var source = NodeIdentity.Of(
            options.GraphType, peers.SourceCluster, peers.SourceNamespace, "", peers.SourceNamespace, peers.SourceWorkload, fromWaypoint ? NodeIdentity.Unknown : peers.SourceApp, peers.SourceVersion);
        var destination = NodeIdentity.Of(
            options.GraphType, peers.DestinationCluster, peers.ServiceNamespace, peers.Service, peers.WorkloadNamespace, peers.Workload, toWaypoint ? NodeIdentity.Unknown : peers.App, peers.Version);
        if (source is null || destination is null)
        {
            return null;
        }

        var inject = options.InjectServiceNodes
            && NodeIdentity.IsKnown(peers.Service)
            && !IsEgressCluster(peers.Service)
            && !toWaypoint
            && destination.Value.Type != NodeType.Service;
        return new TrafficRoute(
            source.Value,
            inject ? NodeIdentity.ServiceNode(peers.DestinationCluster, peers.ServiceNamespace, peers.Service) : null,
            destination.Value)
        {
            FromWaypoint = fromWaypoint,
            ToWaypoint = toWaypoint,
        };
    }

    public bool FromWaypoint { get; private init; }

    public bool ToWaypoint { get; private init; }

    private static bool IsWaypoint(MeshInventory mesh, string cluster, string ns, string workload) =>
        mesh.Waypoints.Count > 0 && mesh.IsHome(cluster) && mesh.Waypoints.Contains(new NamespacedName(ns, workload));

    public static bool IsEgressCluster(string service) => service is PassthroughCluster or BlackHoleCluster;
}
