using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Appenders;

/// <summary>Removes nodes that have neither traffic nor a definition, until none is left, and marks those whose workload has no pods.</summary>
internal sealed class DeadNodeAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.DeadNode);

    public void Apply(GraphContext context)
    {
        var map = context.Map;
        while (map.Nodes.Values.Where(node => IsDead(context, node)).Select(node => node.Id).ToList() is { Count: > 0 } dead)
        {
            foreach (var id in dead)
            {
                map.Nodes.Remove(id);
            }

            foreach (var edge in map.Edges.Where(edge => !map.Nodes.ContainsKey(edge.Target.Id)).ToList())
            {
                edge.Source.Out.Remove(new EdgeKey(edge.Target.Id, edge.Protocol));
            }
        }
    }

    private static bool IsDead(GraphContext context, TrafficNode node) => node.Type switch
    {
        NodeType.Service => node.Out.Count == 0 && node.ServiceEntry is null && !node.IsEgressCluster && !node.HasTraffic,
        NodeType.Aggregate => false,
        _ => !node.HasTraffic && LacksWorkload(context, node),
    };

    private static bool LacksWorkload(GraphContext context, TrafficNode node)
    {
        // A node that stands for no single workload cannot miss it.
        if (node.Type != NodeType.Unknown && !NodeIdentity.IsKnown(node.Workload))
        {
            return false;
        }

        // Where we cannot look, it may well be there.
        if (node.Type != NodeType.Unknown && context.FindNamespace(node) is null)
        {
            return false;
        }

        var workload = context.FindWorkload(node);
        if (workload is { PodCount: 0 })
        {
            node.Marks |= NodeMarks.Dead;
        }

        return workload is null;
    }
}
