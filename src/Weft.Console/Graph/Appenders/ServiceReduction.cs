using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Appenders;

/// <summary>Makes a service graph: what the workloads of a service call, the service calls. Callers that no service leads to stay.</summary>
internal sealed class ServiceReduction : IAppender
{
    public bool IsWanted(GraphOptions options) => options.GraphType == GraphType.Service && options.Focus is null;

    public void Apply(GraphContext context)
    {
        var map = context.Map;
        var absorbed = new Dictionary<NodeId, TrafficNode>();
        // In an order of their own: a workload behind several services is counted to the first.
        foreach (var service in map.Nodes.Values.Where(node => node.Type == NodeType.Service).OrderBy(node => node.Id.ToString(), StringComparer.Ordinal).ToList())
        {
            Absorb(service, absorbed);
        }

        foreach (var id in absorbed.Keys)
        {
            map.Nodes.Remove(id);
        }

        RedirectDirectCalls(map, absorbed);
    }

    private static void Absorb(TrafficNode service, Dictionary<NodeId, TrafficNode> absorbed)
    {
        var behind = service.Out.Values.Where(edge => edge.Target.Type != NodeType.Service).ToList();
        foreach (var edge in behind)
        {
            service.Out.Remove(new EdgeKey(edge.Target.Id, edge.Protocol));
            service.Outbound(edge.Protocol) = RateTally.Floor(service.Outbound(edge.Protocol) - edge.Rates.Total);
        }

        foreach (var workload in behind.Select(edge => edge.Target).Distinct())
        {
            absorbed.TryAdd(workload.Id, service);
            foreach (var edge in workload.Out.Values)
            {
                service.Outbound(edge.Protocol) += edge.Rates.Total;
                Join(service, edge.Target, edge);
            }
        }
    }

    /// <summary>Whoever calls a workload past its service now calls the service.</summary>
    private static void RedirectDirectCalls(TrafficMap map, Dictionary<NodeId, TrafficNode> absorbed)
    {
        foreach (var edge in map.Edges.Where(edge => absorbed.ContainsKey(edge.Target.Id)).ToList())
        {
            var service = absorbed[edge.Target.Id];
            edge.Source.Out.Remove(new EdgeKey(edge.Target.Id, edge.Protocol));
            service.Inbound(edge.Protocol).Add(edge.Rates);
            Join(edge.Source, service, edge);
        }
    }

    private static void Join(TrafficNode source, TrafficNode target, TrafficEdge edge)
    {
        var key = new EdgeKey(target.Id, edge.Protocol);
        if (!source.Out.TryGetValue(key, out var joined))
        {
            source.Out[key] = edge.Between(source, target);
            return;
        }

        joined.AddTraffic(edge);
        joined.ResponseTime ??= edge.ResponseTime;
        joined.Throughput += edge.Throughput;
        joined.SecuredRate += edge.SecuredRate;
        joined.MutualTlsRate += edge.MutualTlsRate;
        joined.SourcePrincipal ??= edge.SourcePrincipal;
        joined.DestinationPrincipal ??= edge.DestinationPrincipal;
    }
}
