using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Telemetry;

/// <summary>The nodes that one series passes: source, perhaps an injected service node, and destination.</summary>
internal readonly record struct TrafficRoute(NodeIdentity Source, NodeIdentity? Service, NodeIdentity Destination)
{
    private const string PassthroughCluster = "PassthroughCluster";
    private const string BlackHoleCluster = "BlackHoleCluster";

    public static TrafficRoute? Of(in TrafficPeers peers, GraphType graphType, bool injectServiceNodes)
    {
        var source = NodeIdentity.Of(
            graphType, peers.SourceCluster, peers.SourceNamespace, "", peers.SourceNamespace, peers.SourceWorkload, peers.SourceApp, peers.SourceVersion);
        var destination = NodeIdentity.Of(
            graphType, peers.DestinationCluster, peers.ServiceNamespace, peers.Service, peers.WorkloadNamespace, peers.Workload, peers.App, peers.Version);
        if (source is null || destination is null)
        {
            return null;
        }

        var inject = injectServiceNodes
            && NodeIdentity.IsKnown(peers.Service)
            && !IsEgressCluster(peers.Service)
            && destination.Value.Type != NodeType.Service;
        return new TrafficRoute(
            source.Value,
            inject ? NodeIdentity.ServiceNode(peers.DestinationCluster, peers.ServiceNamespace, peers.Service) : null,
            destination.Value);
    }

    public static bool IsEgressCluster(string service) => service is PassthroughCluster or BlackHoleCluster;
}
