using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Appenders;

/// <summary>Marks nodes of other namespaces than those asked for, and those that nothing more can be known of.</summary>
internal sealed class OutsiderAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => true;

    public void Apply(GraphContext context)
    {
        foreach (var node in context.Map.Nodes.Values)
        {
            if (IsInaccessible(context, node))
            {
                node.Marks |= NodeMarks.Inaccessible;
            }

            if (NodeIdentity.IsKnown(node.Namespace) && !context.Options.Namespaces.Contains(node.Namespace))
            {
                node.Marks |= NodeMarks.Outside;
            }
        }
    }

    private static bool IsInaccessible(GraphContext context, TrafficNode node) =>
        node.Type == NodeType.Unknown
        || node.IsEgressCluster
        || (node.Type == NodeType.Service && !NodeIdentity.IsKnown(node.Namespace))
        || (NodeIdentity.IsKnown(node.Namespace) && context.FindNamespace(node) is null);
}
