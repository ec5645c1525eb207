using System.Globalization;
using Envoy.Config.Route.V3;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>The virtual hosts of the services that one port serves, and of hosts that only VirtualServices know.</summary>
internal static class OutboundVirtualHosts
{
    /// <summary>Where hosts that no service has are routed: a client that names no port means this one.</summary>
    private const int PortOfUnknownHosts = 80;

    public static IEnumerable<VirtualHost> OfPort(ProxyView view, EgressListener egress, int number)
    {
        // A domain belongs to one virtual host only: the first that claims it.
        var taken = new HashSet<string>();
        var hosts = new List<VirtualHost>();
        if (number == PortOfUnknownHosts)
        {
            hosts.AddRange(OfUnknownHosts(view, egress, taken));
        }

        foreach (var service in egress.Services.Where(service => service.Resolution != ServiceResolution.Alias))
        {
            if (service.Port(number) is { } port && (port.Protocol.IsHttp() || port.Protocol == PortProtocol.Unknown)
                && Domains(view, service).Where(taken.Add).ToList() is { Count: > 0 } domains)
            {
                hosts.Add(Host(view, service, port, domains));
            }
        }

        return hosts.OrderBy(host => host.Name, StringComparer.Ordinal);
    }

    /// <summary>For a listener that only this service has: whatever the host header says.</summary>
    public static VirtualHost Only(ProxyView view, MeshService service, MeshServicePort port) => Host(view, service, port, ["*"]);

    private static VirtualHost Host(ProxyView view, MeshService service, MeshServicePort port, List<string> domains)
    {
        var host = new VirtualHost
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port.Number}"),
            IncludeRequestAttemptCount = view.Headers.CountsAttempts,
            Domains = { domains },
            Routes = { RoutesOf(view, service, port) },
        };
        PersistentSessions.Apply(host.TypedPerFilterConfig, service);
        return host;
    }

    private static IEnumerable<VirtualHost> OfUnknownHosts(ProxyView view, EgressListener egress, HashSet<string> taken)
    {
        foreach (var virtualService in view.Sidecar.VirtualServices.All.Where(egress.Imports))
        {
            var hosts = virtualService.Spec.Hosts.Select(host => Hostname.Resolve(host, virtualService.Metadata.Namespace ?? "")).ToList();
            if (virtualService.Spec.Http.Length == 0 || egress.Services.Any(service => hosts.Exists(host => Hostname.IsSubsetOf(service.Host, host))))
            {
                continue;
            }

            var routes = Translate(view, virtualService, PortOfUnknownHosts);
            foreach (var host in hosts.Where(host => routes.Count > 0 && taken.Add(host)))
            {
                yield return new VirtualHost
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"{host}:{PortOfUnknownHosts}"),
                    IncludeRequestAttemptCount = view.Headers.CountsAttempts,
                    Domains = { host },
                    Routes = { routes },
                };
            }
        }
    }

    /// <summary>A VirtualService of which no rule is for this client leaves the service to its default route.</summary>
    private static List<Route> RoutesOf(ProxyView view, MeshService service, MeshServicePort port) =>
        view.VirtualServiceFor(service.Host) is { Spec.Http.Length: > 0 } virtualService && EffectiveRoutes.Http(view.Snapshot, virtualService, view.Routing, port.Number).Any()
            ? Translate(view, virtualService, port.Number)
            : [DefaultRoutes.Of(view, service, port)];

    /// <summary>A rule for the claims of a token is left out: sidecars verify none for the calls they send, so it must not match.</summary>
    private static List<Route> Translate(ProxyView view, VirtualService virtualService, int port) =>
    [
        .. EffectiveRoutes.Http(view.Snapshot, virtualService, view.Routing, port)
            .Where(rule => rule.Match?.ReadsToken != true)
            .Select(rule => HttpRouteTranslation.Translate(view, virtualService, rule, port)),
    ];

    /// <summary>The names by which callers of a namespace address the service, its pods' names when headless, names that stand for it, and its addresses.</summary>
    private static IEnumerable<string> Domains(ProxyView view, MeshService service)
    {
        var names = Names(service, view.Node.Namespace).Concat(view.AliasesOf(service).SelectMany(alias => Names(alias, view.Node.Namespace))).ToList();
        foreach (var name in names)
        {
            yield return name;
        }

        if (service.IsHeadless)
        {
            foreach (var name in names)
            {
                yield return $"*.{name}";
            }
        }

        foreach (var address in (service.HostAddresses ?? service.Addresses).Where(address => !address.Contains('/')))
        {
            yield return address.Contains(':') ? $"[{address}]" : address;
        }
    }

    private static IEnumerable<string> Names(MeshService service, string callerNamespace)
    {
        yield return service.Host;
        yield return $"{service.Host}.";
        if (service.Registry != ServiceRegistry.Kubernetes)
        {
            yield break;
        }

        if (service.Namespace == callerNamespace)
        {
            yield return service.Name;
            yield return $"{service.Name}.{service.Namespace}.svc";
            yield return $"{service.Name}.{service.Namespace}";
        }
        else
        {
            yield return $"{service.Name}.{service.Namespace}";
            yield return $"{service.Name}.{service.Namespace}.svc";
        }
    }
}
