using System.Globalization;
using Envoy.Config.Route.V3;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Gateways;

/// <summary>The virtual hosts of a gateway's route configuration: one per host that servers and VirtualServices share, with the rules of all of them.</summary>
internal static class GatewayRoutes
{
    public static IEnumerable<VirtualHost> Of(ProxyView view, string routeName)
    {
        var servers = view.Gateways.ServersOf(routeName).ToList();
        var hosts = new Dictionary<string, VirtualHost>(StringComparer.OrdinalIgnoreCase);
        foreach (var server in servers)
        {
            AddRouted(hosts, view, server);
            if (server.RedirectsToHttps)
            {
                AddRedirected(hosts, server);
            }
        }

        if (hosts.Count == 0 && servers.Count > 0)
        {
            // Without routes every request gets 404.
            return [new VirtualHost { Name = NameOf("blackhole", servers[0]), Domains = { "*" } }];
        }

        foreach (var host in hosts.Values)
        {
            PutCatchAllsLast(host);
        }

        return hosts.Values.OrderBy(host => host.Name, StringComparer.Ordinal);
    }

    private static void AddRouted(Dictionary<string, VirtualHost> hosts, ProxyView view, BoundServer server)
    {
        foreach (var virtualService in view.VirtualServicesAt(server.GatewayName))
        {
            var shared = server.HostsSharedWith(virtualService);
            if (shared.Length == 0)
            {
                continue;
            }

            var routes = RoutesOf(view, server, virtualService).ToList();
            foreach (var name in shared)
            {
                if (!hosts.TryGetValue(name, out var host))
                {
                    host = New(name, server);
                    hosts.Add(name, host);
                }

                host.Routes.Add(routes);
            }
        }
    }

    private static IEnumerable<Route> RoutesOf(ProxyView view, BoundServer server, VirtualService virtualService)
    {
        var port = server.Server.Port.Number;
        return EffectiveRoutes.Http(view.Snapshot, virtualService, view.RoutingAt(server.GatewayName), port)
            .Select(rule => HttpRouteTranslation.Translate(view, virtualService, rule, port, isTls: server.Server.Tls is not null));
    }

    /// <summary>Also hosts that nobody routes are redirected.</summary>
    private static void AddRedirected(Dictionary<string, VirtualHost> hosts, BoundServer server)
    {
        foreach (var name in server.ServerNames)
        {
            if (!hosts.TryGetValue(name, out var host))
            {
                host = New(name, server);
                hosts.Add(name, host);
            }

            host.RequireTls = VirtualHost.Types.TlsRequirementType.All;
        }
    }

    private static VirtualHost New(string name, BoundServer server) => new()
    {
        Name = NameOf(name, server),
        Domains = { name },
        IncludeRequestAttemptCount = true,
        RequireTls = server.RedirectsToHttps ? VirtualHost.Types.TlsRequirementType.All : VirtualHost.Types.TlsRequirementType.None,
    };

    private static string NameOf(string host, BoundServer server) => string.Create(CultureInfo.InvariantCulture, $"{host}:{server.Server.Port.Number}");

    /// <summary>A rule that matches everything would hide the rules of later VirtualServices of the same host.</summary>
    private static void PutCatchAllsLast(VirtualHost host)
    {
        var routes = host.Routes.OrderBy(route => MatchesEverything(route.Match) ? 1 : 0).ToList();
        host.Routes.Clear();
        host.Routes.Add(routes);
    }

    private static bool MatchesEverything(RouteMatch match) =>
        match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => match.Prefix == "/",
            RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix => match.PathSeparatedPrefix == "/",
            RouteMatch.PathSpecifierOneofCase.SafeRegex => match.SafeRegex.Regex is ".*" or "*",
            _ => false,
        }
        && match.Headers.Count + match.QueryParameters.Count + match.DynamicMetadata.Count == 0;
}
