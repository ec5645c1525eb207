using System.Collections.Immutable;
using Weft.Console.Graph.Model;
using Weft.Console.Health;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Appenders;

/// <summary>Judges nodes by the traffic that the graph shows, and by the replicas behind them.</summary>
internal sealed class HealthAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.Health);

    public void Apply(GraphContext context)
    {
        var rates = RatesOfNodes(context.Map);
        foreach (var node in context.Map.Nodes.Values)
        {
            if (node.Type is NodeType.App or NodeType.Workload or NodeType.Service)
            {
                node.Health = HealthOf(context, node, rates[node.Id]);
            }
        }
    }

    /// <summary>The tolerances of what a node stands for.</summary>
    internal static ImmutableArray<ToleranceRule> RulesOf(GraphContext context, TrafficNode node)
    {
        var (kind, name, annotation) = node.Type switch
        {
            NodeType.Service => ("service", node.Service, AnnotationOf(context.FindService(node)?.Annotations)),
            NodeType.Workload => ("workload", node.Workload, AnnotationOf(context.FindWorkload(node)?.Annotations)),
            _ => ("app", node.App, AnnotationOf(context.FindWorkload(node)?.Annotations)),
        };
        return context.HealthRules.For(node.Namespace, kind, name, annotation);
    }

    /// <summary>Health of an app as a whole.</summary>
    internal static NodeHealth AppHealth(GraphContext context, string ns, string app, RequestRates requests, ImmutableArray<WorkloadStatus> statuses)
    {
        var rules = context.HealthRules.For(ns, "app", app, null);
        return new NodeHealth(requests, HealthEvaluation.Judge(requests, rules, statuses)) { WorkloadStatuses = statuses };
    }

    internal static ImmutableArray<WorkloadStatus> StatusesOf(GraphContext context, string cluster, string ns, string app) =>
        [.. context.FindWorkloadsOfApp(cluster, ns, app).Select(WorkloadStatus.Of)];

    private static Dictionary<NodeId, RequestRates> RatesOfNodes(TrafficMap map)
    {
        var rates = map.Nodes.Keys.ToDictionary(id => id, _ => new RequestRates());
        foreach (var edge in map.Edges)
        {
            var (outbound, inbound) = (rates[edge.Source.Id].Outbound, rates[edge.Target.Id].Inbound);
            for (var i = 0; i < edge.Responses.Count; i++)
            {
                if (edge.Responses.CodeAt(i) is { Length: > 0 } code)
                {
                    var rate = edge.Responses.At(i).Total;
                    outbound.Add(edge.Protocol.Name(), code, rate);
                    inbound.Add(edge.Protocol.Name(), code, rate);
                }
            }
        }

        return rates;
    }

    private static NodeHealth HealthOf(GraphContext context, TrafficNode node, RequestRates requests)
    {
        if (!NodeIdentity.IsKnown(node.Namespace))
        {
            return new NodeHealth(requests, null);
        }

        if (node.Type == NodeType.App && !NodeIdentity.IsKnown(node.Workload))
        {
            return AppHealth(context, node.Namespace, node.App, requests, StatusesOf(context, node.Cluster, node.Namespace, node.App));
        }

        var rules = RulesOf(context, node);
        switch (node.Type)
        {
            case NodeType.Service:
                requests.HealthAnnotations = ShownAnnotations(context.FindService(node)?.Annotations);
                return new NodeHealth(requests, HealthEvaluation.JudgeRequests(requests, rules));
            case NodeType.App:
                // One version of an app is judged by its traffic only; the box around it knows the replicas.
                return new NodeHealth(requests, HealthEvaluation.JudgeRequests(requests, rules)) { WorkloadStatuses = [] };
            default:
                return WorkloadHealth(context.FindWorkload(node), requests, rules);
        }
    }

    private static NodeHealth WorkloadHealth(WorkloadFacts? workload, RequestRates requests, ImmutableArray<ToleranceRule> rules)
    {
        requests.HealthAnnotations = ShownAnnotations(workload?.Annotations);
        var status = workload is null ? null : WorkloadStatus.Of(workload);
        return new NodeHealth(requests, HealthEvaluation.Judge(requests, rules, status is null ? [] : [status])) { WorkloadStatus = status };
    }

    private static string? AnnotationOf(ImmutableDictionary<string, string>? annotations) => annotations?.GetValueOrDefault(HealthRules.RateAnnotation);

    private static ImmutableSortedDictionary<string, string> ShownAnnotations(ImmutableDictionary<string, string>? annotations) =>
        AnnotationOf(annotations) is { } value
            ? ImmutableSortedDictionary<string, string>.Empty.Add(HealthRules.RateAnnotation, value)
            : ImmutableSortedDictionary<string, string>.Empty;
}
