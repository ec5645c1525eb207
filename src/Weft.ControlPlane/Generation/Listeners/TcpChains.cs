using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Weft.ControlPlane.Generation.Authorization;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Where connections to a TCP port go: by the rules of a VirtualService, else to the service. A chain without a match takes the rest.</summary>
internal static class TcpChains
{
    public static IReadOnlyList<FilterChain> Of(ProxyView view, MeshService service, MeshServicePort port)
    {
        if (view.VirtualServiceFor(service.Host) is { } virtualService)
        {
            var rules = EffectiveRoutes.Tcp(virtualService, view.Routing, port.Number).ToList();
            if (rules.Count > 0)
            {
                return [.. rules.Select(rule => Routed(view, virtualService, rule.Route, rule.DestinationSubnets, port.Number))];
            }
        }

        var cluster = ClusterNames.Outbound(port.Number, "", service.Host);
        return [Chain(view, new TcpProxy { Cluster = cluster, StatPrefix = cluster })];
    }

    private static FilterChain Routed(ProxyView view, VirtualService virtualService, TcpRoute route, ImmutableArray<string> subnets, int port)
    {
        var chain = Chain(view, Proxy(view, virtualService, route, port));
        chain.Metadata = EnvoyShapes.IstioMetadata(EnvoyShapes.StructOf(
            ("config", EnvoyShapes.ConfigPath("virtual-service", virtualService.Metadata.Namespace ?? "", virtualService.Metadata.Name))));
        if (subnets.Length > 0)
        {
            chain.FilterChainMatch = new FilterChainMatch { PrefixRanges = { subnets.Select(IpBlocks.Range) } };
        }

        return chain;
    }

    private static TcpProxy Proxy(ProxyView view, VirtualService virtualService, TcpRoute route, int port)
    {
        var @namespace = virtualService.Metadata.Namespace ?? "";
        var destinations = route.Route.Length == 1 ? route.Route : [.. route.Route.Where(destination => destination.Weight > 0)];
        if (destinations is [var only])
        {
            var cluster = RouteActions.ClusterOf(view, only.Destination, @namespace, port);
            return new TcpProxy { Cluster = cluster, StatPrefix = cluster };
        }

        var weighted = new TcpProxy.Types.WeightedCluster();
        weighted.Clusters.Add(destinations.Select(destination => new TcpProxy.Types.WeightedCluster.Types.ClusterWeight
        {
            Name = RouteActions.ClusterOf(view, destination.Destination, @namespace, port),
            Weight = (uint)destination.Weight,
        }));
        return new TcpProxy { WeightedClusters = weighted, StatPrefix = $"{virtualService.Metadata.Name}.{@namespace}" };
    }

    private static FilterChain Chain(ProxyView view, TcpProxy proxy)
    {
        proxy.AccessLog.Add(AccessLogs.Of(view.Mesh));
        var chain = new FilterChain();
        chain.Filters.Add(NetworkFilters.Stats(view, inbound: false));
        chain.Filters.Add(NetworkFilters.TcpProxy(proxy));
        return chain;
    }
}
