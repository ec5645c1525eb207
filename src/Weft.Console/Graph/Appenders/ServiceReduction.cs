using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Appenders;

/// <summary>Makes a service graph: what the workloads of a service call, the service calls. Callers that no service leads to stay.</summary>
internal sealed class ServiceReduction : IAppender
{
    public bool IsWanted(GraphOptions options) => options.GraphType == GraphType.Service && options.Focus is null;

    public void Apply(GraphContext context)
    {
        var map = context.Map;
        var removed = new HashSet<NodeId>();
        foreach (var service in map.Nodes.Values.Where(node => node.Type == NodeType.Service))
        {
            var behind = service.Out.Values.Where(edge => edge.Target.Type != NodeType.Service).ToList();
            if (behind.Count > 0)
            {
                removed.UnionWith(Absorb(service, behind));
            }
        }

        foreach (var id in removed)
        {
            map.Nodes.Remove(id);
        }
    }

    private static IEnumerable<NodeId> Absorb(TrafficNode service, List<TrafficEdge> behind)
    {
        foreach (var edge in behind)
        {
            service.Out.Remove(new EdgeKey(edge.Target.Id, edge.Protocol));
            service.Outbound(edge.Protocol) = RateTally.Floor(service.Outbound(edge.Protocol) - edge.Rates.Total);
        }

        var workloads = behind.Select(edge => edge.Target).Distinct().ToList();
        foreach (var edge in workloads.SelectMany(workload => workload.Out.Values))
        {
            Join(service, edge);
        }

        return workloads.Select(workload => workload.Id);
    }

    private static void Join(TrafficNode service, TrafficEdge edge)
    {
        service.Outbound(edge.Protocol) += edge.Rates.Total;
        var key = new EdgeKey(edge.Target.Id, edge.Protocol);
        if (!service.Out.TryGetValue(key, out var joined))
        {
            service.Out[key] = edge.Between(service, edge.Target);
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
