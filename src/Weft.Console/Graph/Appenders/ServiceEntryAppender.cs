using Weft.Console.Graph.Model;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Appenders;

/// <summary>Puts one node for a ServiceEntry in the place of the service nodes of its hosts.</summary>
internal sealed class ServiceEntryAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.ServiceEntry);

    public void Apply(GraphContext context)
    {
        var entries = context.Mesh.ServiceEntries.Where(entry => context.Options.Namespaces.Any(entry.IsExportedTo)).ToList();
        if (entries.Count == 0)
        {
            return;
        }

        var replaced = new Dictionary<NodeId, TrafficNode>();
        foreach (var node in context.Map.Nodes.Values.Where(IsCandidate).ToList())
        {
            if (entries.Find(entry => Covers(entry, node.Service)) is { } entry)
            {
                var entryNode = EntryNode(context, entry);
                entryNode.DestinationServices.UnionWith(node.DestinationServices);
                replaced[node.Id] = entryNode;
            }
        }

        Redirect(context.Map, replaced);
    }

    private static bool IsCandidate(TrafficNode node) => node.Type == NodeType.Service && !node.Marks.HasFlag(NodeMarks.Injected) && node.ServiceEntry is null;

    private static bool Covers(ServiceEntryFacts entry, string service) => entry.Hosts.Any(host => CoversHost(entry, host, service));

    private static bool CoversHost(ServiceEntryFacts entry, string host, string service)
    {
        if (host.StartsWith('*'))
        {
            return host.Length > 1 && service.EndsWith(host[1..], StringComparison.Ordinal);
        }

        // The host of a service inside the mesh is reported by its first label.
        var isShortName = entry.Location == "MESH_INTERNAL"
            && host.Length > service.Length && host[service.Length] == '.' && host.StartsWith(service, StringComparison.Ordinal);
        return host == service || isShortName;
    }

    private static TrafficNode EntryNode(GraphContext context, ServiceEntryFacts entry)
    {
        var node = context.Map.GetOrAdd(NodeIdentity.ServiceNode(context.Mesh.Cluster, entry.Namespace, entry.Name));
        node.ServiceEntry = new ServiceEntryNode(entry.Namespace, entry.Location, entry.Hosts);
        return node;
    }

    private static void Redirect(TrafficMap map, Dictionary<NodeId, TrafficNode> replaced)
    {
        if (replaced.Count == 0)
        {
            return;
        }

        foreach (var edge in map.Edges.Where(edge => replaced.ContainsKey(edge.Target.Id)).ToList())
        {
            var target = replaced[edge.Target.Id];
            edge.Source.Out.Remove(new EdgeKey(edge.Target.Id, edge.Protocol));
            edge.Source.EdgeTo(target, edge.Protocol).AddTraffic(edge);
            target.Inbound(edge.Protocol).Add(edge.Rates);
        }

        foreach (var id in replaced.Keys)
        {
            map.Nodes.Remove(id);
        }
    }
}
