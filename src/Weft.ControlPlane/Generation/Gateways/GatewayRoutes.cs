using System.Globalization;
using Envoy.Config.Route.V3;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Gateways;

/// <summary>The virtual hosts of a gateway's route configuration: one per host that servers and VirtualServices share, with the rules of all of them.</summary>
internal static class GatewayRoutes
{
    public static IEnumerable<VirtualHost> Of(ProxyView view, string routeName)
    {
        var servers = view.Gateways.ServersOf(routeName).ToList();
        var hosts = new Dictionary<string, Routed>();
        foreach (var server in servers)
        {
            AddRouted(hosts, view, server);
            if (server.RedirectsToHttps)
            {
                AddRedirected(hosts, view, server);
            }
        }

        if (hosts.Count == 0 && servers.Count > 0)
        {
            // Without routes every request gets 404.
            return [new VirtualHost { Name = NameOf("blackhole", servers[0]), Domains = { "*" } }];
        }

        return Collapsed(hosts).OrderBy(host => host.Name, StringComparer.Ordinal);
    }

    /// <summary>Hosts with the same rules are one virtual host, named for the most specific of them.</summary>
    private static IEnumerable<VirtualHost> Collapsed(Dictionary<string, Routed> hosts)
    {
        var ordered = hosts.OrderBy(entry => Hostname.IsWildcard(entry.Key)).ThenByDescending(entry => entry.Key.Length).ThenBy(entry => entry.Key, StringComparer.Ordinal);
        foreach (var group in ordered.Select(entry => entry.Value).GroupBy(routed => (string.Join('\n', routed.Sources), routed.Host.RequireTls)))
        {
            var host = group.First().Host;
            host.Domains.Add(group.Skip(1).SelectMany(routed => routed.Host.Domains));
            PutCatchAllsLast(host);
            yield return host;
        }
    }

    private static void AddRouted(Dictionary<string, Routed> hosts, ProxyView view, BoundServer server)
    {
        foreach (var virtualService in view.VirtualServicesAt(server.GatewayName))
        {
            var shared = server.HostsSharedWith(virtualService);
            if (shared.Length == 0)
            {
                continue;
            }

            var routes = RoutesOf(view, server, virtualService).ToList();
            foreach (var name in routes.Count == 0 ? [] : shared)
            {
                var routed = HostOf(hosts, name, view, server);
                routed.Host.Routes.Add(routes);
                routed.Sources.Add($"{server.GatewayName} {virtualService.Metadata.Namespace}/{virtualService.Metadata.Name}");
                if (server.RedirectsToHttps)
                {
                    routed.Host.RequireTls = VirtualHost.Types.TlsRequirementType.All;
                }
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
    private static void AddRedirected(Dictionary<string, Routed> hosts, ProxyView view, BoundServer server)
    {
        foreach (var name in server.ServerNames)
        {
            HostOf(hosts, name, view, server).Host.RequireTls = VirtualHost.Types.TlsRequirementType.All;
        }
    }

    private static Routed HostOf(Dictionary<string, Routed> hosts, string name, ProxyView view, BoundServer server)
    {
        // Names have no case.
        name = name.ToLowerInvariant();
        if (!hosts.TryGetValue(name, out var routed))
        {
            routed = new Routed(
                new VirtualHost { Name = NameOf(name, server), Domains = { name }, IncludeRequestAttemptCount = view.Headers.CountsAttempts }, []);
            hosts.Add(name, routed);
        }

        return routed;
    }

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

    /// <param name="Sources">The VirtualServices, each at its gateway, whose rules the host has.</param>
    private sealed record Routed(VirtualHost Host, List<string> Sources);
}
