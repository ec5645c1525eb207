using Weft.Console.Graph.Model;
using Weft.Console.Health;

namespace Weft.Console.Graph.Appenders;

/// <summary>Frames nodes of one application, namespace and cluster.</summary>
internal sealed class Boxing : IAppender
{
    public bool IsWanted(GraphOptions options) => true;

    public void Apply(GraphContext context)
    {
        var options = context.Options;
        if (options.BoxBy.HasFlag(BoxBy.App) || options.GraphType is GraphType.App or GraphType.VersionedApp)
        {
            BoxApps(context);
        }

        if (options.BoxBy.HasFlag(BoxBy.Namespace))
        {
            Box(context, BoxBy.Namespace, (cluster, ns) => new NodeId(NodePrefix.NamespaceBox, cluster, ns, "", null));
        }

        if (options.BoxBy.HasFlag(BoxBy.Cluster))
        {
            Box(context, BoxBy.Cluster, (cluster, _) => new NodeId(NodePrefix.ClusterBox, cluster, "", "", null));
        }
    }

    private static void BoxApps(GraphContext context)
    {
        var apps = context.Map.Nodes.Values
            .Where(node => NodeIdentity.IsKnown(node.App))
            .GroupBy(node => new NodeId(NodePrefix.AppBox, node.Cluster, node.Namespace, node.App, null))
            .Where(group => group.Count() > 1);
        foreach (var app in apps)
        {
            var box = new GraphBox(BoxBy.App, app.Key);
            box.Members.AddRange(app);
            foreach (var node in app)
            {
                node.Parent = box;
                box.Marks |= node.Marks & (NodeMarks.OutOfMesh | NodeMarks.Outside | NodeMarks.Inaccessible);
            }

            box.Health = context.Options.Wants(AppenderNames.Health) && app.Any(node => node.Type == NodeType.App) ? HealthOf(context, box) : null;
            context.Boxes.Add(box);
        }
    }

    /// <summary>The app's requests are those of its workloads; its services only pass them on.</summary>
    private static NodeHealth HealthOf(GraphContext context, GraphBox box)
    {
        var requests = new RequestRates();
        foreach (var health in box.Members.Where(node => node.Type != NodeType.Service).Select(node => node.Health).OfType<NodeHealth>())
        {
            Add(requests.Inbound, health.Requests.Inbound);
            Add(requests.Outbound, health.Requests.Outbound);
        }

        var statuses = HealthAppender.StatusesOf(context, box.Id.Cluster, box.Id.Namespace, box.Id.Name);
        return HealthAppender.AppHealth(context, box.Id.Namespace, box.Id.Name, requests, statuses);
    }

    private static void Add(DirectionRates sum, DirectionRates rates)
    {
        foreach (var (protocol, codes) in rates.Protocols)
        {
            foreach (var (code, rate) in codes.Rates)
            {
                sum.Add(protocol, code, rate);
            }
        }
    }

    /// <summary>Boxes of namespaces or clusters, unless there is only one.</summary>
    private static void Box(GraphContext context, BoxBy kind, Func<string, string, NodeId> boxId)
    {
        var members = context.Map.Nodes.Values
            .Where(node => NodeIdentity.IsKnown(node.Cluster) && (kind == BoxBy.Cluster || NodeIdentity.IsKnown(node.Namespace)))
            .GroupBy(node => boxId(node.Cluster, node.Namespace))
            .ToList();
        if (members.Count < 2)
        {
            return;
        }

        // A frame around one thing would say nothing.
        foreach (var group in members.Where(group => group.Select(node => (object?)OutermostOf(node) ?? node).Distinct().Skip(1).Any()))
        {
            var box = new GraphBox(kind, group.Key);
            box.Members.AddRange(group);
            foreach (var node in group)
            {
                PutInto(box, node);
            }

            context.Boxes.Add(box);
        }
    }

    private static void PutInto(GraphBox box, TrafficNode node)
    {
        if (OutermostOf(node) is not { } outermost)
        {
            node.Parent = box;
        }
        else if (outermost != box)
        {
            outermost.Parent = box;
        }
    }

    private static GraphBox? OutermostOf(TrafficNode node)
    {
        var box = node.Parent;
        while (box?.Parent is { } parent)
        {
            box = parent;
        }

        return box;
    }
}
