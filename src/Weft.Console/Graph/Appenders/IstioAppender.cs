using System.Collections.Immutable;
using Weft.Console.Graph.Model;
using Weft.Console.Inventory;
using Weft.Console.IstioConfig;
using Weft.Istio.Mesh;

namespace Weft.Console.Graph.Appenders;

/// <summary>Shows which configuration acts on a node: routes, circuit breakers, gateways; and gives services their application.</summary>
internal sealed class IstioAppender : IAppender
{

    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.Istio);

    public void Apply(GraphContext context)
    {
        var rules = context.Mesh.DestinationRules.ToLookup(rule => rule.Host, StringComparer.Ordinal);
        var routes = context.Mesh.VirtualServices
            .SelectMany(service => service.Destinations.Distinct().Select(host => (host, service)))
            .ToLookup(pair => pair.host, pair => pair.service, StringComparer.Ordinal);
        foreach (var node in context.Map.Nodes.Values)
        {
            if (!context.Mesh.IsHome(node.Cluster))
            {
                continue;
            }

            MarkCircuitBreaker(node, rules);
            if (node.Type == NodeType.Service && node.Marks.HasFlag(NodeMarks.Outside))
            {
                continue;
            }

            if (node.Type == NodeType.Service)
            {
                MarkRoutes(node, routes);
                node.App = AppOf(context, node) ?? node.App;
            }
            else if (NodeIdentity.IsKnown(node.Workload))
            {
                node.Gateway = GatewayOf(context, node);
            }
        }
    }

    private static string? AppOf(GraphContext context, TrafficNode node) =>
        context.FindService(node) is { } service ? AppIdentity.Of(service.Labels).App : null;

    private static void MarkCircuitBreaker(TrafficNode node, ILookup<string, DestinationRuleFacts> rules)
    {
        var services = node.Type == NodeType.Service ? [(node.Namespace, node.Service)] : node.DestinationServices.Select(service => (service.Namespace, Service: service.Name));
        if (services.Any(service => rules[HostOf(service.Namespace, service.Service)].Any(rule => Breaks(rule, node))))
        {
            node.Marks |= NodeMarks.CircuitBreaker;
        }
    }

    private static bool Breaks(DestinationRuleFacts rule, TrafficNode node) =>
        rule.HasCircuitBreaker
        || (NodeIdentity.IsKnown(node.Version)
            ? rule.CircuitBreakingSubsets.Any(labels => labels.GetValueOrDefault("version") == node.Version)
            : !rule.CircuitBreakingSubsets.IsEmpty);

    private static void MarkRoutes(TrafficNode node, ILookup<string, VirtualServiceFacts> routes)
    {
        // A VirtualService goes before routes of the Gateway API, which then do not show.
        var all = routes[HostOf(node.Namespace, node.Service)].ToList();
        var virtualServices = all.Exists(service => !service.IsK8sGatewayApi) ? all.FindAll(service => !service.IsK8sGatewayApi) : all;
        if (virtualServices.Count == 0)
        {
            return;
        }

        node.VirtualServiceHosts = [.. virtualServices.SelectMany(service => service.Hosts).Distinct().Order(StringComparer.Ordinal)];
        node.Marks |= virtualServices.Aggregate(NodeMarks.None, (marks, service) => marks | MarksOf(service));
    }

    private static NodeMarks MarksOf(VirtualServiceFacts service) =>
        (service.HasRequestRouting ? NodeMarks.RequestRouting : 0)
        | (service.HasRequestTimeout ? NodeMarks.RequestTimeout : 0)
        | (service.HasFaultInjection ? NodeMarks.FaultInjection : 0)
        | (service.HasTrafficShifting ? NodeMarks.TrafficShifting : 0)
        | (service.HasTcpTrafficShifting ? NodeMarks.TcpTrafficShifting : 0)
        | (service.HasMirroring ? NodeMarks.Mirroring : 0)
        | (service.IsK8sGatewayApi ? NodeMarks.K8sGatewayApi : 0);

    private static GatewayNode? GatewayOf(GraphContext context, TrafficNode node)
    {
        if (context.FindWorkload(node) is not { } workload)
        {
            return null;
        }

        var gateways = context.Mesh.Gateways.Where(gateway => Selects(gateway, workload)).ToList();
        if (gateways.Count == 0)
        {
            return null;
        }

        ImmutableArray<string> hosts = [.. gateways.SelectMany(gateway => gateway.Hostnames).Distinct().Order(StringComparer.Ordinal)];
        var isEgress = workload.Labels.GetValueOrDefault("istio") == "egressgateway"
            || workload.Labels.GetValueOrDefault("operator.istio.io/component") == "EgressGateways";
        return workload.Labels.ContainsKey(ConfigKinds.GatewayNameLabel) ? new GatewayNode([], [], hosts)
            : isEgress ? new GatewayNode([], hosts, [])
            : new GatewayNode(hosts, [], []);
    }

    private static bool Selects(GatewayFacts gateway, WorkloadFacts workload) =>
        !gateway.Selector.IsEmpty
        && (!gateway.IsK8sGatewayApi || gateway.Namespace == workload.Namespace)
        && LabelMatch.IsSubset(gateway.Selector, workload.Labels);

    private static string HostOf(string ns, string service) => $"{service}.{ns}.svc.cluster.local";
}
