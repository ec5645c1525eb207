using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Weft.ControlPlane.Generation.Authorization;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>
/// Where connections to a port go that is not HTTP: by the TLS and TCP rules of a VirtualService, else to the service. A chain without a match takes the rest.
/// </summary>
internal static class TcpChains
{
    /// <param name="port">The port that is listened on.</param>
    /// <param name="range">The service's address range, when the listener is for any address; else null.</param>
    /// <param name="sharesAddress">Other services are called at the same address, so that only the server name tells them apart.</param>
    public static IReadOnlyList<FilterChain> Of(ProxyView view, MeshService service, MeshServicePort port, string? range, bool sharesAddress)
    {
        string[] ranges = range is null ? [] : [range];
        var virtualServices = view.Sidecar.VirtualServices.ForConnections(service.Host).ToList();
        if (port.Protocol.IsTls())
        {
            var byName = ByServerName(view, virtualServices, port, ranges);
            return byName.Count > 0 ? byName : [ToService(view, service, port, ranges, sharesAddress || range is not null ? ServerNamesOf(view, service) : [])];
        }

        var chains = ByAddress(view, virtualServices, port, ranges).ToList();
        if (chains.Count == 0 || chains[^1].Metadata is null)
        {
            chains.Add(ToService(view, service, port, ranges, []));
        }

        return chains;
    }

    /// <summary>To the destinations of a rule, by their weights.</summary>
    public static TcpProxy Proxy(ProxyView view, VirtualService virtualService, ImmutableArray<RouteDestination> route, int port)
    {
        var @namespace = virtualService.Metadata.Namespace ?? "";
        if (route is [var only])
        {
            var cluster = RouteActions.ClusterOf(view, only.Destination, @namespace, port);
            var single = new TcpProxy { Cluster = cluster, StatPrefix = StatNameOf(view, cluster, port) };
            ApplyPolicy(single, view, cluster);
            return single;
        }

        var weighted = new TcpProxy.Types.WeightedCluster();
        weighted.Clusters.Add(route.Where(destination => destination.Weight > 0).Select(destination => new TcpProxy.Types.WeightedCluster.Types.ClusterWeight
        {
            Name = RouteActions.ClusterOf(view, destination.Destination, @namespace, port),
            Weight = (uint)destination.Weight,
        }));
        var proxy = new TcpProxy { WeightedClusters = weighted, StatPrefix = $"{virtualService.Metadata.Name}.{@namespace}" };
        if (route.Length > 0)
        {
            // The policy of the first destination's service; that of a subset cannot hold for all of them.
            ApplyPolicy(proxy, view, RouteActions.ClusterOf(view, route[0].Destination with { Subset = null }, @namespace, port));
        }

        return proxy;
    }

    /// <summary>Statistics, the protocol's own filter, and the proxy that ends the chain.</summary>
    public static IEnumerable<Filter> Filters(ProxyView view, TcpProxy proxy, PortProtocol protocol)
    {
        foreach (var filter in NetworkFilters.Stats(view, TelemetryMode.Client))
        {
            yield return filter;
        }

        if (protocol == PortProtocol.Mongo)
        {
            yield return NetworkFilters.Mongo(proxy.StatPrefix);
        }

        proxy.AccessLog.Add(AccessLogs.OfConnections(view, TelemetryMode.Client));
        yield return NetworkFilters.TcpProxy(proxy);
    }

    /// <summary>Of rules with the same condition only the first can ever match.</summary>
    private static List<FilterChain> ByServerName(ProxyView view, List<VirtualService> virtualServices, MeshServicePort port, string[] ranges)
    {
        var chains = new List<FilterChain>();
        var handled = new HashSet<string>();
        foreach (var (virtualService, route, match) in virtualServices.SelectMany(item => EffectiveRoutes.Tls(item, view.Routing, port.Number).Select(rule => (item, rule.Route, rule.Match))))
        {
            if (handled.Add($"{string.Join(',', match.SniHosts.Order(StringComparer.Ordinal))};{string.Join(',', match.DestinationSubnets.Order(StringComparer.Ordinal))}"))
            {
                var chain = Chain(view, Proxy(view, virtualService, route.Route, port.Number), port.Protocol);
                chain.Metadata = MetadataOf(virtualService);
                chain.FilterChainMatch = MatchOf(match.DestinationSubnets.Length > 0 ? match.DestinationSubnets : ranges, match.SniHosts);
                chains.Add(chain);
            }
        }

        return chains;
    }

    /// <summary>A rule without subnets ends the search; its chain, and only such a one, names its VirtualService.</summary>
    private static IEnumerable<FilterChain> ByAddress(ProxyView view, List<VirtualService> virtualServices, MeshServicePort port, string[] ranges)
    {
        foreach (var (virtualService, route, subnets) in virtualServices.SelectMany(item => EffectiveRoutes.Tcp(item, view.Routing, port.Number).Select(rule => (item, rule.Route, rule.DestinationSubnets))))
        {
            var chain = Chain(view, Proxy(view, virtualService, route.Route, port.Number), port.Protocol);
            chain.FilterChainMatch = MatchOf(subnets.Length > 0 ? subnets : ranges, []);
            if (subnets.Length > 0)
            {
                yield return chain;
                continue;
            }

            chain.Metadata = MetadataOf(virtualService);
            yield return chain;
            yield break;
        }
    }

    private static string[] ServerNamesOf(ProxyView view, MeshService service) =>
        [service.Host, .. view.AliasesOf(service).SelectMany(alias => ServiceNames.Alternatives(alias.Host, view.Node.Namespace).Prepend(alias.Host))];

    private static FilterChain ToService(ProxyView view, MeshService service, MeshServicePort port, string[] ranges, string[] serverNames)
    {
        var cluster = ClusterNames.Outbound(service.Ports is [var only] ? only.Number : port.Number, "", service.Host);
        var proxy = new TcpProxy { Cluster = cluster, StatPrefix = StatNameOf(view, cluster, service.Ports is [var single] ? single.Number : port.Number) };
        ApplyPolicy(proxy, view, cluster);
        var chain = Chain(view, proxy, port.Protocol);
        if (service.Resolution == ServiceResolution.DynamicDns)
        {
            chain.Filters.Insert(chain.Filters.Count - 1, NetworkFilters.DynamicServerName(service.Host, port.Number));
        }

        chain.FilterChainMatch = MatchOf(ranges, serverNames);
        return chain;
    }

    private static string StatNameOf(ProxyView view, string cluster, int port) =>
        ClusterNames.TryParseOutbound(cluster, out var parts) && view.Service(parts.Host) is { } service ? StatNames.Of(view.Mesh.OutboundClusterStatName, cluster, service, port, subset: parts.Subset) : cluster;

    private static FilterChain Chain(ProxyView view, TcpProxy proxy, PortProtocol protocol)
    {
        var chain = new FilterChain();
        chain.Filters.Add(Filters(view, proxy, protocol));
        return chain;
    }

    private static FilterChainMatch? MatchOf(IReadOnlyCollection<string> ranges, IReadOnlyCollection<string> serverNames) => ranges.Count + serverNames.Count == 0
        ? null
        : new FilterChainMatch { PrefixRanges = { ranges.Select(IpBlocks.Range) }, ServerNames = { serverNames.Contains("*") ? [] : serverNames } };

    private static Envoy.Config.Core.V3.Metadata MetadataOf(VirtualService virtualService) => EnvoyShapes.IstioMetadata(EnvoyShapes.StructOf(
        ("config", EnvoyShapes.ConfigPath("virtual-service", virtualService.Metadata.Namespace ?? "", virtualService.Metadata.Name))));

    /// <summary>The idle time, the longest duration, the tunnel and the hashing by source address of the first destination's DestinationRule.</summary>
    private static void ApplyPolicy(TcpProxy proxy, ProxyView view, string cluster)
    {
        if (!ClusterNames.TryParseOutbound(cluster, out var parts) || view.Service(parts.Host) is not { } service || view.RuleFor(service) is not { } rule)
        {
            return;
        }

        // As istiod reads them: settings for a port do not count for the listener.
        var limits = rule.Policy?.ConnectionPool?.Tcp;
        if (limits?.IdleTimeout is { } idle)
        {
            proxy.IdleTimeout = idle.ToDuration();
        }

        if (limits?.MaxConnectionDuration is { } longest)
        {
            proxy.MaxDownstreamConnectionDuration = longest.ToDuration();
        }

        var policy = rule.PolicyOf(parts.Port, rule.Subset(parts.Subset));
        if (policy.Tunnel is { } tunnel)
        {
            proxy.TunnelingConfig = new()
            {
                Hostname = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{tunnel.TargetHost}:{tunnel.TargetPort}"),
                UsePost = tunnel.Protocol == "POST",
            };
        }

        if ((rule.Subset(parts.Subset)?.TrafficPolicy?.LoadBalancer ?? rule.Policy?.LoadBalancer)?.ConsistentHash is { UseSourceIp: true })
        {
            proxy.HashPolicy.Add(new Envoy.Type.V3.HashPolicy { SourceIp = new() });
        }
    }
}
