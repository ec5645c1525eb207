using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.Console.Inventory;

/// <summary>What routes do, as far as the graph shows it: VirtualServices, and the Gateway API's routes in the same words.</summary>
internal static class RouteFacts
{
    private const string Mirror = "RequestMirror";

    public static VirtualServiceFacts Of(VirtualService service)
    {
        var spec = service.Spec;
        var ns = service.Metadata.Namespace ?? "";
        var destinations = spec.Http.SelectMany(route => route.Route.Select(to => to.Destination))
            .Concat(spec.Tls.SelectMany(route => route.Route.Select(to => to.Destination)))
            .Concat(spec.Tcp.SelectMany(route => route.Route.Select(to => to.Destination)));
        return new VirtualServiceFacts
        {
            Namespace = ns,
            Name = service.Metadata.Name,
            Hosts = spec.Hosts,
            Destinations = [.. destinations.Select(destination => Hostname.Resolve(destination.Host, ns)).Distinct()],
            HasRequestRouting = spec.Http.Any(route => !route.Route.IsEmpty),
            HasRequestTimeout = spec.Http.Any(route => route.Timeout is not null),
            HasFaultInjection = spec.Http.Any(route => route.Fault is not null),
            HasTrafficShifting = spec.Http.Any(route => route.Route.Length > 1),
            HasTcpTrafficShifting = spec.Tcp.Any(route => route.Route.Length > 1) || spec.Tls.Any(route => route.Route.Length > 1),
            HasMirroring = spec.Http.Any(route => route.Mirror is not null || !route.Mirrors.IsEmpty),
        };
    }

    public static VirtualServiceFacts Of(K8sHttpRoute route) => Of(route, route.Spec.Rules.SelectMany(rule => rule.BackendRefs)) with
    {
        HasRequestTimeout = route.Spec.Rules.Any(rule => rule.Timeouts?.Request is not null),
        HasTrafficShifting = route.Spec.Rules.Any(rule => rule.BackendRefs.Length > 1),
        HasMirroring = route.Spec.Rules.Any(rule => rule.Filters.Any(filter => filter.Type == Mirror)),
    };

    public static VirtualServiceFacts Of(K8sGrpcRoute route) => Of(route, route.Spec.Rules.SelectMany(rule => rule.BackendRefs)) with
    {
        HasTrafficShifting = route.Spec.Rules.Any(rule => rule.BackendRefs.Length > 1),
        HasMirroring = route.Spec.Rules.Any(rule => rule.Filters.Any(filter => filter.Type == Mirror)),
    };

    private static VirtualServiceFacts Of(IK8sRoute route, IEnumerable<K8sBackend> backends)
    {
        var ns = route.Metadata.Namespace ?? "";
        ImmutableArray<string> destinations = [.. backends.Where(backend => backend.Kind is null or "Service").Select(backend => Hostname.OfService(backend.Name, backend.Namespace ?? ns)).Distinct()];
        return new VirtualServiceFacts
        {
            Namespace = ns,
            Name = route.Metadata.Name,
            Hosts = route.Hostnames,
            Destinations = destinations,
            HasRequestRouting = !destinations.IsEmpty,
            IsK8sGatewayApi = true,
        };
    }
}
