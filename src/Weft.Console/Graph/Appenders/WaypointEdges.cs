using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Appenders;

/// <summary>
/// Shows a pair of edges, to a waypoint and back from it, as one. The last step that looks at edges: all before see both.
/// </summary>
internal sealed class WaypointEdges : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.Ambient) && options.ShowWaypoints;

    public void Apply(GraphContext context)
    {
        foreach (var waypoint in context.Map.Nodes.Values.Where(node => node.Marks.HasFlag(NodeMarks.Waypoint)))
        {
            foreach (var edge in waypoint.Out.Values)
            {
                edge.Waypoint = WaypointDirection.From;
            }
        }

        foreach (var edge in context.Map.Edges.Where(edge => edge.Target.Marks.HasFlag(NodeMarks.Waypoint)).ToList())
        {
            edge.Waypoint = WaypointDirection.To;
            var back = new EdgeKey(edge.Source.Id, edge.Protocol);
            // Of two waypoints that call each other one edge stays in each direction.
            if (!edge.Source.Marks.HasFlag(NodeMarks.Waypoint) && edge.Target.Out.Remove(back, out var returning))
            {
                edge.Returning = returning;
            }
        }
    }
}
