using System.Globalization;
using Envoy.Config.Route.V3;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>The virtual hosts of the services that a listener of HTTP serves, and of hosts that only VirtualServices know.</summary>
internal sealed class OutboundVirtualHosts
{
    /// <summary>Stands for every port: of a listener that is no service's, a socket or a proxy for HTTP. There hosts are told apart by the ports that clients state.</summary>
    public const int EveryPort = 0;

    /// <summary>Where hosts that no service has are routed: a client that names no port means this one.</summary>
    private const int PortOfUnknownHosts = 80;

    private readonly ProxyView _view;
    private readonly EgressListener _egress;
    private readonly int _port;
    private readonly Dictionary<string, MeshService> _services;
    private readonly Dictionary<string, VirtualHost> _hosts = [];

    /// <summary>A domain belongs to one virtual host only: the first that claims it.</summary>
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    private OutboundVirtualHosts(ProxyView view, EgressListener egress, int port)
    {
        (_view, _egress, _port) = (view, egress, port);
        _services = egress.Services.Where(service => PortsOf(service).Any()).ToDictionary(service => service.Host, StringComparer.OrdinalIgnoreCase);
    }

    /// <param name="port">The port of the listener, or <see cref="EveryPort"/>.</param>
    public static IEnumerable<VirtualHost> Of(ProxyView view, EgressListener egress, int port)
    {
        var hosts = new OutboundVirtualHosts(view, egress, port);
        hosts.AddServicesWithoutRules(except: hosts.AddVirtualServices());
        return hosts._hosts.Values.OrderBy(host => host.Name, StringComparer.Ordinal);
    }

    /// <summary>For a listener that only this service has: whatever the host header says.</summary>
    public static VirtualHost Only(ProxyView view, MeshService service, MeshServicePort port)
    {
        var rules = VirtualServicesFor(view, service).FirstOrDefault(item => IsForClient(view, item, port.Number));
        return Host(view, service, port.Number, ["*"], rules is null ? [DefaultRoutes.Of(view, service, port)] : Translate(view, rules, port.Number));
    }

    /// <summary>The VirtualServices that may route calls to a service, in the order in which they are tried: those that name it, else the one with the closest wildcard.</summary>
    private static IEnumerable<VirtualService> VirtualServicesFor(ProxyView view, MeshService service) =>
        view.Sidecar.VirtualServices.For(service.Host) is not { Spec.Http.Length: > 0 } closest
            ? view.Sidecar.VirtualServices.Naming(service.Host)
            : view.Sidecar.VirtualServices.Naming(service.Host).DefaultIfEmpty(closest);

    /// <summary>The services that they route. One of which no rule is for this client leaves its services to those after it.</summary>
    private HashSet<string> AddVirtualServices()
    {
        var routed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var virtualService in _view.Sidecar.VirtualServices.All.Where(item => item.Spec.Http.Length > 0 && _egress.Imports(item)))
        {
            var (unknown, services) = HostsOf(virtualService);
            if (services.Count == 0 && (_port != PortOfUnknownHosts || MayNotRouteForOthers(virtualService)))
            {
                continue;
            }

            if (IsForClient(_view, virtualService, _port))
            {
                routed.UnionWith(services.Select(service => service.Host));
                Add(unknown, services, Translate(_view, virtualService, _port));
            }
        }

        return routed;
    }

    /// <summary>A route of the Gateway API is for callers of its own namespace, and for services of it.</summary>
    private bool MayNotRouteForOthers(VirtualService virtualService) => RouteSemantics.IsOfGatewayApi(virtualService) && virtualService.Metadata.Namespace != _view.Node.Namespace;

    /// <summary>Which of its hosts no service has, and the services that it routes.</summary>
    private (List<string> Unknown, List<MeshService> Services) HostsOf(VirtualService virtualService)
    {
        var (unknown, services) = (new List<string>(), new List<MeshService>());
        var hosts = virtualService.Spec.Hosts.Select(host => Hostname.Resolve(host, virtualService.Metadata.Namespace ?? "")).ToList();
        foreach (var host in hosts.Where(host => !Hostname.IsWildcard(host)))
        {
            if (!_services.TryGetValue(host, out var service))
            {
                unknown.Add(host);
            }
            else if (service.Namespace == virtualService.Metadata.Namespace || !MayNotRouteForOthers(virtualService))
            {
                services.Add(service);
            }
        }

        foreach (var host in hosts.Where(Hostname.IsWildcard))
        {
            var covered = RouteSemantics.IsOfGatewayApi(virtualService) ? [] : _services.Values.Where(service => Hostname.Matches(service.Host, host)).ToList();
            services.AddRange(covered.Where(service => ReferenceEquals(_view.Sidecar.VirtualServices.For(service.Host), virtualService)));
            if (covered.Count == 0)
            {
                unknown.Add(host);
            }
        }

        return (unknown, services);
    }

    private void Add(List<string> unknown, List<MeshService> services, List<Route> routes)
    {
        var ports = services.SelectMany(PortsOf).Select(port => port.Number).Distinct().ToList();
        foreach (var port in ports.Count == 0 && _port == PortOfUnknownHosts ? [_port] : ports)
        {
            foreach (var host in unknown)
            {
                Add(new VirtualHost { Name = NameOf(host, port), IncludeRequestAttemptCount = _view.Headers.CountsAttempts, Domains = { host }, Routes = { routes } }, []);
            }

            foreach (var service in services.Where(service => PortsOf(service).Any(each => each.Number == port)))
            {
                Add(Host(_view, service, port, Domains(service, port), routes), AlternativesOf(service));
            }
        }
    }

    private void AddServicesWithoutRules(HashSet<string> except)
    {
        foreach (var service in _services.Values.Where(service => service.Resolution != ServiceResolution.Alias && !except.Contains(service.Host)))
        {
            foreach (var port in PortsOf(service))
            {
                Add(Host(_view, service, port.Number, Domains(service, port.Number), [DefaultRoutes.Of(_view, service, port)]), AlternativesOf(service));
            }
        }
    }

    /// <summary>With the domains that nobody has yet. A short name never takes what is the full name of another service.</summary>
    private void Add(VirtualHost host, HashSet<string> alternatives)
    {
        if (_hosts.ContainsKey(host.Name))
        {
            return;
        }

        var domains = host.Domains.Where(domain => !(alternatives.Contains(domain) && _services.ContainsKey(domain)) && _taken.Add(domain)).ToList();
        host.Domains.Clear();
        host.Domains.Add(domains);
        if (domains.Count > 0)
        {
            _hosts.Add(host.Name, host);
        }
    }

    private static VirtualHost Host(ProxyView view, MeshService service, int port, IEnumerable<string> domains, List<Route> routes)
    {
        var host = new VirtualHost
        {
            Name = NameOf(service.Host, port),
            IncludeRequestAttemptCount = view.Headers.CountsAttempts,
            Domains = { domains },
            Routes = { routes },
        };
        PersistentSessions.Apply(host.TypedPerFilterConfig, service);
        return host;
    }

    private static string NameOf(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

    private IEnumerable<MeshServicePort> PortsOf(MeshService service) =>
        service.Ports.Where(port => (_port == EveryPort || port.Number == _port) && (port.Protocol.IsHttp() || port.Protocol == PortProtocol.Unknown));

    private static bool IsForClient(ProxyView view, VirtualService virtualService, int port) => EffectiveRoutes.Http(view.Snapshot, virtualService, view.Routing, port).Any();

    /// <summary>A rule for the claims of a token is left out: sidecars verify none for the calls they send, so it must not match.</summary>
    private static List<Route> Translate(ProxyView view, VirtualService virtualService, int port) =>
    [
        .. EffectiveRoutes.Http(view.Snapshot, virtualService, view.Routing, port)
            .Where(rule => rule.Match?.ReadsToken != true)
            .Select(rule => HttpRouteTranslation.Translate(view, virtualService, rule, port)),
    ];

    private HashSet<string> AlternativesOf(MeshService service) => [.. NamesOf(service).SelectMany(host => ServiceNames.Alternatives(host, _view.Node.Namespace))];

    /// <summary>
    /// The names by which callers of a namespace address the service, its pods' names when headless, names that stand for it, and its addresses. At a listener for every
    /// port each comes with the port too, and without it for port 80 alone.
    /// </summary>
    private IEnumerable<string> Domains(MeshService service, int port)
    {
        var names = NamesOf(service).SelectMany(host => (string[])[host, .. ServiceNames.Alternatives(host, _view.Node.Namespace)]).ToList();
        var addresses = (service.HostAddresses ?? service.Addresses).Where(address => !address.Contains('/')).Select(address => address.Contains(':') ? $"[{address}]" : address);
        var domains = names.Concat(service.IsHeadless ? names.Select(name => $"*.{name}") : []).Concat(addresses);
        return _port != EveryPort ? domains
            : port == PortOfUnknownHosts ? domains.SelectMany(domain => (string[])[domain, NameOf(domain, port)])
            : domains.Select(domain => NameOf(domain, port));
    }

    private IEnumerable<string> NamesOf(MeshService service) => _view.AliasesOf(service).Select(alias => alias.Host).Prepend(service.Host);
}
