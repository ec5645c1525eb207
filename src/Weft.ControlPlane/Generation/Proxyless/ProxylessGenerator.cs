using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Proxyless;

/// <summary>
/// What gRPC libraries take without a sidecar. Their rules are narrower than Envoy's: no catch-all virtual hosts with direct responses,
/// few load balancers, domains with the port.
/// </summary>
public static class ProxylessGenerator
{
    /// <summary>One per name by which a client may dial a service: full name, name.namespace and, in its own namespace, the bare name.</summary>
    public static IEnumerable<Listener> Listeners(ProxyView view)
    {
        foreach (var (service, port) in ServicePorts(view))
        {
            foreach (var name in Names(service, view.Node.Namespace))
            {
                yield return Listener(string.Create(CultureInfo.InvariantCulture, $"{name}:{port.Number}"), ClusterNames.Outbound(port.Number, "", service.Host));
            }
        }
    }

    public static IEnumerable<Cluster> Clusters(ProxyView view) =>
        ServicePorts(view).SelectMany(each => ProxylessClusters.Of(view, each.Service, each.Port));

    /// <summary>Null when no service has this route: gRPC reports a resource that does not exist.</summary>
    public static RouteConfiguration? Route(ProxyView view, string name)
    {
        if (!ClusterNames.TryParseOutbound(name, out var parts) || view.Service(parts.Host) is not { } service || service.Port(parts.Port) is not { } port)
        {
            return null;
        }

        var host = new VirtualHost
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{parts.Port}"),
            Routes = { ProxylessRoutes.Of(view, service, port) },
        };
        foreach (var alias in Names(service, view.Node.Namespace))
        {
            host.Domains.Add(alias);
            host.Domains.Add(string.Create(CultureInfo.InvariantCulture, $"{alias}:{parts.Port}"));
        }

        return new RouteConfiguration { Name = name, VirtualHosts = { host } };
    }

    private static IEnumerable<(MeshService Service, MeshServicePort Port)> ServicePorts(ProxyView view) =>
        from service in view.Services
        where service.Resolution == ServiceResolution.Endpoints
        from port in service.Ports
        where port.Protocol != PortProtocol.Udp
        select (service, port);

    private static IEnumerable<string> Names(MeshService service, string callerNamespace)
    {
        yield return service.Host;
        if (service.Registry == ServiceRegistry.Kubernetes)
        {
            yield return $"{service.Name}.{service.Namespace}.svc";
            yield return $"{service.Name}.{service.Namespace}";
            if (service.Namespace == callerNamespace)
            {
                yield return service.Name;
            }
        }
    }

    private static Listener Listener(string name, string routeName)
    {
        var manager = new HttpConnectionManager
        {
            Rds = new Rds { ConfigSource = EnvoyShapes.AdsSource(), RouteConfigName = routeName },
            HttpFilters = { HttpFilters.Filter(HttpFilters.Fault, new HTTPFault()), HttpFilters.Filter(HttpFilters.Router, new Router()) },
        };
        return new Listener { Name = name, ApiListener = new ApiListener { ApiListener_ = manager.Pack() } };
    }
}
