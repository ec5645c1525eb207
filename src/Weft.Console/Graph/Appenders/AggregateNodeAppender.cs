using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;

namespace Weft.Console.Graph.Appenders;

/// <summary>Leads requests through a node per value of a label (such as the classified operation), between source and destination.</summary>
internal sealed class AggregateNodeAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => 
        (options.Wants(AppenderNames.AggregateNode) || options.Focus?.Kind == FocusKind.Aggregate) && options.GraphType != GraphType.Service;

    public void Apply(GraphContext context)
    {
        var label = context.Options.Focus is { Kind: FocusKind.Aggregate } focus ? focus.Name : context.Options.Aggregate;
        var direct = new HashSet<(TrafficNode Source, EdgeKey Key)>();
        var seen = new HashSet<(TrafficPeers, TrafficResponse, string?)>();
        foreach (var sample in context.SamplesOf(TelemetryKind.Aggregate))
        {
            if (NodeIdentity.IsKnown(sample[TelemetryLabel.Aggregate])
                && TrafficPeers.TryRead(sample, groupsByHost: true, out var peers)
                && TrafficRoute.Of(peers, context.Options, context.Mesh) is { } route
                && TrafficResponse.Of(TelemetryKind.Requests, sample, context.Options) is { } response
                && seen.Add((peers, response, sample[TelemetryLabel.Aggregate]))
                && context.Map.Find(route.Source.Id) is { } source
                && context.Map.Find((route.Service ?? route.Destination).Id) is { } target)
            {
                var node = GetOrAddNode(context.Map, peers, label, sample[TelemetryLabel.Aggregate]!, context.Options.InjectServiceNodes);
                AddHop(source, node, peers, response, sample.Value);
                AddHop(node, target, peers, response, sample.Value);
                node.Inbound(response.Protocol).Add(response.Protocol, sample.Value, response.Code);
                node.Outbound(response.Protocol) += sample.Value;
                direct.Add((source, new EdgeKey(target.Id, response.Protocol)));
            }
        }

        foreach (var (source, key) in direct)
        {
            source.Out.Remove(key);
        }
    }

    private static TrafficNode GetOrAddNode(TrafficMap map, in TrafficPeers peers, string label, string value, bool perService)
    {
        var detail = perService ? $"{value}_{peers.Service}" : value;
        // Before a service it stands with it, before a workload with that.
        var ns = perService ? peers.ServiceNamespace : peers.WorkloadNamespace;
        var id = new NodeId(NodePrefix.Aggregate, peers.DestinationCluster, ns, label, detail);
        if (!map.Nodes.TryGetValue(id, out var node))
        {
            map.Nodes[id] = node = new TrafficNode
            {
                Id = id,
                Type = NodeType.Aggregate,
                Cluster = peers.DestinationCluster,
                Namespace = ns,
                Aggregate = $"{label}={value}",
                App = perService ? peers.App : "",
                Service = perService ? peers.Service : "",
            };
        }

        // A service may lead to several applications: the first in order, whichever series comes first.
        if (perService && NodeIdentity.IsKnown(peers.App) && (!NodeIdentity.IsKnown(node.App) || string.CompareOrdinal(peers.App, node.App) < 0))
        {
            node.App = peers.App;
        }

        return node;
    }

    private static void AddHop(TrafficNode source, TrafficNode target, in TrafficPeers peers, in TrafficResponse response, double rate)
    {
        var edge = source.EdgeTo(target, response.Protocol);
        edge.Rates.Add(response.Protocol, rate, response.Code);
        edge.Responses.Add(response.Code, response.Flags, peers.Host, rate);
    }
}
