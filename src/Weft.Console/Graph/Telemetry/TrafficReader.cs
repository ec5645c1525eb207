using Weft.Console.Graph.Model;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Telemetry;

/// <summary>Reads vectors of traffic into a map. Traffic that several queries report is counted once.</summary>
internal sealed class TrafficReader(GraphOptions options, MeshInventory mesh, TrafficMap map, int expected)
{
    private readonly HashSet<SeenTraffic> _seen = new(expected);

    public void Read(GraphQuery query, IReadOnlyList<TelemetrySample> vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            var sample = vector[i];
            if (!double.IsNaN(sample.Value) && TrafficPeers.TryRead(sample, groupsByHost: true, out var peers))
            {
                Read(query, sample, peers);
            }
        }
    }

    private void Read(GraphQuery query, in TelemetrySample sample, in TrafficPeers peers)
    {
        if (TrafficResponse.Of(query.Kind, sample, options) is { } response
            && _seen.Add(new SeenTraffic(query.Metric, peers, response))
            && TrafficRoute.Of(peers, options, mesh) is { } route)
        {
            AddTraffic(sample.Value, route, peers, response);
        }
    }

    private void AddTraffic(double rate, in TrafficRoute route, in TrafficPeers peers, in TrafficResponse response)
    {
        var source = NodeOf(route.Source, route.FromWaypoint, rate);
        if (route.Service is { } serviceIdentity)
        {
            var service = map.GetOrAdd(serviceIdentity);
            service.Marks |= NodeMarks.Injected;
            AddHop(rate, source, service, peers, response);
            AddHop(rate, service, NodeOf(route.Destination, isWaypoint: false, rate), peers, response);
        }
        else
        {
            AddHop(rate, source, NodeOf(route.Destination, route.ToWaypoint, rate), peers, response);
        }
    }

    private TrafficNode NodeOf(in NodeIdentity identity, bool isWaypoint, double rate)
    {
        var node = map.GetOrAdd(identity);
        node.Marks |= isWaypoint ? NodeMarks.Waypoint : NodeMarks.None;
        node.Call(identity.App, identity.Version, rate > 0);
        return node;
    }

    private static void AddHop(double rate, TrafficNode source, TrafficNode target, in TrafficPeers peers, in TrafficResponse response)
    {
        var edge = source.EdgeTo(target, response.Protocol);
        if (NodeIdentity.IsKnown(peers.Service))
        {
            target.AddDestinationService(peers.DestinationCluster, peers.ServiceNamespace, peers.Service);
            target.IsEgressCluster |= target.Type == NodeType.Service && TrafficRoute.IsEgressCluster(peers.Service);
        }

        if (rate <= 0)
        {
            return;
        }

        edge.Rates.Add(response.Protocol, rate, response.Code);
        edge.Responses.Add(response.Code, response.Flags, peers.Host, rate);
        source.Outbound(response.Protocol) += rate;
        target.Inbound(response.Protocol).Add(response.Protocol, rate, response.Code);
    }

    /// <summary>What makes two series the same traffic, whoever reports it.</summary>
    private readonly record struct SeenTraffic(string Metric, TrafficPeers Peers, TrafficResponse Response)
    {
        public override int GetHashCode() => HashCode.Combine(Peers.GetHashCode(), Response.Protocol, Response.Code.GetHashCode(StringComparison.Ordinal));
    }
}
