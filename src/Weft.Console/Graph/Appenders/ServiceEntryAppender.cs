using Weft.Console.Graph.Model;
using Weft.Console.Inventory;
using Weft.Istio.Effective;

namespace Weft.Console.Graph.Appenders;

/// <summary>
/// Puts one node for a ServiceEntry in the place of the service nodes of its hosts. Whether a host is one of a ServiceEntry is a matter of
/// the caller, to whose namespace it must be exported; the node stands in that namespace, as if it were defined in each that may use it.
/// </summary>
internal sealed class ServiceEntryAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.ServiceEntry);

    public void Apply(GraphContext context)
    {
        if (context.Mesh.ServiceEntries.IsEmpty)
        {
            return;
        }

        var left = new HashSet<TrafficNode>();
        foreach (var edge in context.Map.Edges.Where(edge => IsCandidate(edge.Target)).ToList())
        {
            if (EntryOf(context, edge) is { } entry)
            {
                Redirect(edge, EntryNode(context, entry, edge));
                left.Add(edge.Target);
            }
        }

        if (left.Count > 0)
        {
            left.ExceptWith(context.Map.Edges.Select(edge => edge.Target).ToHashSet());
            foreach (var node in left)
            {
                context.Map.Nodes.Remove(node.Id);
            }
        }
    }

    private static bool IsCandidate(TrafficNode node) =>
        node is { Type: NodeType.Service, ServiceEntry: null, IsEgressCluster: false } && !node.Marks.HasFlag(NodeMarks.Injected);

    private static ServiceEntryFacts? EntryOf(GraphContext context, TrafficEdge edge)
    {
        foreach (var entry in context.Mesh.ServiceEntries)
        {
            if (Covers(entry, edge.Target.Service) && (IsSeenBy(context, entry, edge.Source) || IsSeenBy(context, entry, edge.Target)))
            {
                return entry;
            }
        }

        return null;
    }

    private static bool IsSeenBy(GraphContext context, ServiceEntryFacts entry, TrafficNode node) => 
        context.FindNamespace(node) is { } ns && ExportTo.Reaches(entry.ExportTo, context.Mesh.Config.DefaultServiceExportTo, entry.Namespace, ns.Name);

    private static bool Covers(ServiceEntryFacts entry, string service)
    {
        foreach (var host in entry.Hosts)
        {
            if (CoversHost(entry, host, service))
            {
                return true;
            }
        }

        return false;
    }

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

    private static TrafficNode EntryNode(GraphContext context, ServiceEntryFacts entry, TrafficEdge edge)
    {
        var requested = context.Options.Namespaces;
        var ns = requested.Contains(edge.Source.Namespace) ? edge.Source.Namespace
            : requested.Contains(edge.Target.Namespace) ? edge.Target.Namespace
            : requested[0];
        var node = context.Map.GetOrAdd(NodeIdentity.ServiceNode(context.Mesh.Cluster, ns, entry.Name));
        node.ServiceEntry = new ServiceEntryNode(entry.Namespace, entry.Location, entry.Hosts);
        return node;
    }

    /// <summary>Leads an edge, and what its target passes on (to an egress gateway), by way of the entry's node.</summary>
    private static void Redirect(TrafficEdge edge, TrafficNode entryNode)
    {
        var host = edge.Target;
        entryNode.DestinationServices.UnionWith(host.DestinationServices);
        edge.Source.Out.Remove(new EdgeKey(host.Id, edge.Protocol));
        edge.Source.EdgeTo(entryNode, edge.Protocol).AddTraffic(edge);
        entryNode.Inbound(edge.Protocol).Add(edge.Rates);
        host.Inbound(edge.Protocol).Subtract(edge.Rates);
        foreach (var passed in host.Out.Values)
        {
            entryNode.EdgeTo(passed.Target, passed.Protocol).AddTraffic(passed);
            entryNode.Outbound(passed.Protocol) += passed.Rates.Total;
            host.Outbound(passed.Protocol) = RateTally.Floor(host.Outbound(passed.Protocol) - passed.Rates.Total);
        }

        host.Out.Clear();
    }
}
