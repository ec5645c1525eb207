using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Appenders;

/// <summary>Marks nodes that only call others.</summary>
internal sealed class TrafficGeneratorAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => true;

    public void Apply(GraphContext context)
    {
        var called = context.Map.Edges.Select(edge => edge.Target.Id).ToHashSet();
        foreach (var node in context.Map.Nodes.Values)
        {
            if (node.Out.Count > 0 && !called.Contains(node.Id))
            {
                node.Marks |= NodeMarks.Root;
            }
        }
    }
}
