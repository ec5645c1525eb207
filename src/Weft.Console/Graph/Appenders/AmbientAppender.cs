using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Appenders;

/// <summary>
/// Takes waypoints out of a graph that shall not show them, with what only they connected; and marks services whose waypoint
/// gateways use too (<c>istio.io/ingress-use-waypoint</c>).
/// </summary>
internal sealed class AmbientAppender : IAppender
{
    private const string IngressLabel = "istio.io/ingress-use-waypoint";

    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.Ambient);

    public void Apply(GraphContext context)
    {
        foreach (var node in context.Map.Nodes.Values.Where(node => node.Type == NodeType.Service))
        {
            if (context.FindService(node) is { } service
                && (service.Labels.GetValueOrDefault(IngressLabel) ?? context.Mesh.FindNamespace(node.Namespace)?.Labels.GetValueOrDefault(IngressLabel)) == "true")
            {
                node.Marks |= NodeMarks.IngressWaypoint;
            }
        }

        if (!context.Options.ShowWaypoints)
        {
            RemoveWaypoints(context.Map);
        }
    }

    private static void RemoveWaypoints(TrafficMap map)
    {
        var waypoints = map.Nodes.Values.Where(node => node.Marks.HasFlag(NodeMarks.Waypoint)).ToList();
        if (waypoints.Count == 0)
        {
            return;
        }

        var touched = waypoints.SelectMany(waypoint => waypoint.Out.Values.Select(edge => edge.Target)).ToHashSet();
        foreach (var edge in map.Edges.Where(edge => edge.Target.Marks.HasFlag(NodeMarks.Waypoint)).ToList())
        {
            edge.Source.Out.Remove(new EdgeKey(edge.Target.Id, edge.Protocol));
            touched.Add(edge.Source);
        }

        foreach (var waypoint in waypoints)
        {
            map.Nodes.Remove(waypoint.Id);
        }

        var called = map.Edges.Select(edge => edge.Target).ToHashSet();
        foreach (var node in touched.Where(node => node.Out.Count == 0 && !called.Contains(node)))
        {
            map.Nodes.Remove(node.Id);
        }
    }
}
