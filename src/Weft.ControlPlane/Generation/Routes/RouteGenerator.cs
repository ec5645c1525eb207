using System.Globalization;
using Envoy.Config.Route.V3;
using Weft.ControlPlane.Generation.Gateways;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>Route configurations of a gateway's servers, and outbound ones of sidecars: by port for all HTTP services of it, or by host and port for a service whose protocol is detected.</summary>
public static class RouteGenerator
{
    /// <summary>The largest body a direct response may carry.</summary>
    private const uint MaxDirectResponseBody = 1024 * 1024;

    /// <summary>The routes of the listener that serves as a proxy for HTTP.</summary>
    public const string HttpProxy = "http_proxy";

    /// <summary>The names by which the proxy's listeners ask for routes.</summary>
    public static IEnumerable<string> NamesIn(ProxyView view)
    {
        if (view.Node.Type == ProxyType.Router)
        {
            return view.Gateways.RouteNames.Order(StringComparer.Ordinal);
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        names.UnionWith(view.Sidecar.Egress.Where(egress => egress.Port is not null && (egress.IsSocket || egress.IsHttpProxy)).Select(NameOf));
        if (view.HttpProxyPort > 0)
        {
            names.Add(HttpProxy);
        }

        foreach (var service in view.Services.Where(service => service.Resolution != ServiceResolution.Alias))
        {
            foreach (var port in service.Ports)
            {
                if (port.Protocol.IsHttp() || (port.Protocol == PortProtocol.Unknown && service.Addresses.IsEmpty && !service.IsHeadless))
                {
                    names.Add(port.Number.ToString(CultureInfo.InvariantCulture));
                }
                else if (port.Protocol == PortProtocol.Unknown)
                {
                    names.Add(string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port.Number}"));
                }
            }
        }

        return names;
    }

    /// <summary>
    /// An unknown name gives a configuration without virtual hosts, as istiod does. Sidecars to which the same rules apply have it in common: it is not to be changed.
    /// </summary>
    public static RouteConfiguration Of(ProxyView view, string name) => view.Node.Type == ProxyType.Router
        ? Make(view, name)
        : view.Snapshot.Derived(new Key(view.Sidecar, name, LabelsThatMatter(view), view.Headers.CountsAttempts), _ => Make(view, name));

    private static string LabelsThatMatter(ProxyView view) =>
        view.Sidecar.VirtualServices.DependOnLabels || ClientRules.DependOnLabels(view.Snapshot, view.Node.Namespace) ? LabelMatch.Text(view.Node.Labels) : "";

    private static RouteConfiguration Make(ProxyView view, string name)
    {
        var configuration = new RouteConfiguration
        {
            Name = name,
            ValidateClusters = false,
            IgnorePortInHostMatching = true,
            MaxDirectResponseBodySizeBytes = MaxDirectResponseBody,
        };
        if (view.Node.Type == ProxyType.Router)
        {
            configuration.VirtualHosts.Add(GatewayRoutes.Of(view, name));
        }
        else if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            Add(configuration, view, view.Sidecar.EgressFor(port), port);
        }
        else if (name == HttpProxy)
        {
            Add(configuration, view, view.Sidecar.Egress.FirstOrDefault(egress => egress.Port is null), OutboundVirtualHosts.EveryPort);
        }
        else if (view.Sidecar.EgressAt(name) is { } socket)
        {
            Add(configuration, view, socket, OutboundVirtualHosts.EveryPort);
        }
        else if (TrySplit(name, out var host, out port) && view.Service(host) is { } service && service.Port(port) is { } servicePort)
        {
            configuration.VirtualHosts.Add(OutboundVirtualHosts.Only(view, service, servicePort));
        }

        return configuration;
    }

    private static void Add(RouteConfiguration configuration, ProxyView view, EgressListener? egress, int port)
    {
        if (egress is not null)
        {
            configuration.VirtualHosts.Add(OutboundVirtualHosts.Of(view, egress, egress.IsHttpProxy ? OutboundVirtualHosts.EveryPort : port));
        }

        configuration.VirtualHosts.Add(AnyOther(view));
    }

    private static string NameOf(EgressListener egress) => egress.IsSocket ? egress.Bind : egress.Port!.Number.ToString(CultureInfo.InvariantCulture); // only of those with a port

    private static VirtualHost AnyOther(ProxyView view) => view.AllowsAnyOutbound
        ? Other(view, "allow_any", new Route { Route_ = DefaultRoutes.Action(view.PassthroughTarget) })
        : Other(view, "block_all", new Route { DirectResponse = new DirectResponseAction { Status = 502 } });

    private static VirtualHost Other(ProxyView view, string name, Route route)
    {
        route.Name = name;
        route.Match = new RouteMatch { Prefix = "/" };
        return new VirtualHost { Name = name, Domains = { "*" }, IncludeRequestAttemptCount = view.Headers.CountsAttempts, Routes = { route } };
    }

    private static bool TrySplit(string name, out string host, out int port)
    {
        var colon = name.LastIndexOf(':');
        host = colon < 0 ? "" : name[..colon];
        return int.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && host.Length > 0;
    }

    /// <param name="Sidecar">One object per namespace, or per Sidecar of it.</param>
    private sealed record Key(EffectiveSidecar Sidecar, string Name, string Labels, bool CountsAttempts);
}
