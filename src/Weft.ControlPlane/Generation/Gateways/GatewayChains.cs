using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Weft.ControlPlane.Generation.Authorization;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Gateways;

/// <summary>The filter chains of a gateway's servers, by what each server does with a connection.</summary>
internal sealed class GatewayChains(ProxyView view)
{
    private static readonly string[] s_meshAlpn = ["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"];

    /// <summary>Envoy refuses a listener in which two chains match the same.</summary>
    private readonly HashSet<(int Port, string Bind, string ServerName)> _forwarded = [];

    public IEnumerable<FilterChain> Of(GatewayPort port, string listenerName)
    {
        if (port.Protocol.IsHttp())
        {
            // One chain for all of them: their hosts are told apart by routes.
            return [new FilterChain { Filters = { HttpConnectionManagers.Gateway(view, StatPrefix(listenerName), port.Servers[0].RouteName, port.Protocol) } }];
        }

        return port.Servers.SelectMany(server => Of(server, listenerName));
    }

    private IEnumerable<FilterChain> Of(BoundServer server, string listenerName) => server switch
    {
        { PassesThroughAutomatically: true } => ToAnyService(server),
        { PassesThrough: true } => Forwarded(server),
        { IsHttp: true } => [Terminated(server, [HttpConnectionManagers.Gateway(
            view, server.Server.Name is { Length: > 0 } name ? name : StatPrefix(listenerName), server.RouteName, server.Protocol)])],
        _ => TcpFilters(server) is { } filters ? [server.IsTls ? Terminated(server, filters) : new FilterChain { Filters = { filters } }] : [],
    };

    private static string StatPrefix(string listenerName) => $"outbound_{listenerName};";

    private FilterChain Terminated(BoundServer server, IEnumerable<Filter> filters)
    {
        var chain = new FilterChain { FilterChainMatch = MatchOf([.. server.ServerNames]), TransportSocket = TlsContexts.Server(view.Mesh, server) };
        chain.Filters.Add(filters);
        return chain;
    }

    /// <summary>A star among the names means any name, so that none is asked for.</summary>
    private static FilterChainMatch? MatchOf(List<string> serverNames) =>
        serverNames.Count == 0 || serverNames.Contains("*") ? null : new FilterChainMatch { ServerNames = { serverNames } };

    /// <summary>To the destinations of the first VirtualService with a TCP rule for this server; null when there is none.</summary>
    private IEnumerable<Filter>? TcpFilters(BoundServer server)
    {
        var context = view.RoutingAt(server.GatewayName);
        foreach (var virtualService in view.VirtualServicesAt(server.GatewayName).Where(item => SharesHost(server, item)))
        {
            if (EffectiveRoutes.TcpAtGateway(virtualService, context, server.Server.Port.Number) is { } route)
            {
                var proxy = TcpChains.Proxy(view, virtualService, route.Route, server.Server.Port.Number);
                return Filters(proxy, exchangesMetadata: server.Server.Tls?.Mode == "ISTIO_MUTUAL", server.Protocol);
            }
        }

        return null;
    }

    /// <summary>By server name, as the TLS rules of the VirtualServices say; the TLS is not touched.</summary>
    private IEnumerable<FilterChain> Forwarded(BoundServer server)
    {
        var context = view.RoutingAt(server.GatewayName);
        foreach (var virtualService in view.VirtualServicesAt(server.GatewayName).Where(item => SharesHost(server, item)))
        {
            foreach (var (route, match) in EffectiveRoutes.TlsAtGateway(virtualService, context, server.Server.Port.Number))
            {
                if (match.SniHosts.All(name => !_forwarded.Contains((server.Port, server.Bind, name))))
                {
                    _forwarded.UnionWith(match.SniHosts.Select(name => (server.Port, server.Bind, name)));
                    var chain = new FilterChain { FilterChainMatch = MatchOf([.. match.SniHosts]) };
                    chain.Filters.Add(Filters(TcpChains.Proxy(view, virtualService, route.Route, server.Server.Port.Number), exchangesMetadata: false, server.Protocol));
                    yield return chain;
                }
            }
        }
    }

    /// <summary>AUTO_PASSTHROUGH: the server name of Istio's mutual TLS names the cluster.</summary>
    private IEnumerable<FilterChain> ToAnyService(BoundServer server)
    {
        foreach (var service in view.Services.Where(service => !service.IsExternal && server.ServerNames.Any(name => Hostname.IsSubsetOf(service.Host, name))))
        {
            foreach (var port in service.Ports.Where(port => port.Protocol != PortProtocol.Udp))
            {
                foreach (var subset in (IEnumerable<Subset?>)[null, .. view.RuleFor(service)?.Subsets ?? []])
                {
                    var name = ClusterNames.ServerName(port.Number, subset?.Name ?? "", service.Host);
                    var chain = new FilterChain { FilterChainMatch = new FilterChainMatch { ServerNames = { name }, ApplicationProtocols = { s_meshAlpn } } };
                    // No policy of this gateway's: who may call is decided where the TLS ends.
                    chain.Filters.Add(TcpChains.Filters(view, new TcpProxy { Cluster = name, StatPrefix = name }, port.Protocol));
                    yield return chain;
                }
            }
        }
    }

    private IEnumerable<Filter> Filters(TcpProxy proxy, bool exchangesMetadata, PortProtocol protocol)
    {
        if (exchangesMetadata)
        {
            yield return NetworkFilters.MetadataExchange();
        }

        foreach (var filter in AuthorizationFilters.Network(view))
        {
            yield return filter;
        }

        foreach (var filter in TcpChains.Filters(view, proxy, protocol))
        {
            yield return filter;
        }
    }

    private static bool SharesHost(BoundServer server, VirtualService virtualService)
    {
        var @namespace = virtualService.Metadata.Namespace ?? "";
        return server.HostsFor(@namespace).Any(own => virtualService.Spec.Hosts.Any(other => Hostname.Matches(own, Hostname.Resolve(other, @namespace))));
    }
}
