using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Effective.Translation;

/// <summary>To which Services the routes of the Gateway API lead.</summary>
internal static class RouteBackends
{
    /// <summary>The Gateways that took a route to the Service, sorted.</summary>
    public static ImmutableArray<NamespacedName> GatewaysOf(NamespacedName service, ImmutableArray<K8sRouteOutcome> routes)
    {
        var found = from route in routes
                    where Of(route.Route).Any(backend => IsTo(backend, route.Route, service))
                    from parent in route.Parents
                    where parent.Bound > 0 && parent.Reference is { Group: null or "" or "gateway.networking.k8s.io", Kind: null or "" or "Gateway" }
                    select new NamespacedName(string.IsNullOrEmpty(parent.Reference.Namespace) ? route.Route.Metadata.Namespace ?? "" : parent.Reference.Namespace, parent.Reference.Name);
        return [.. found.Distinct().Order()];
    }

    private static bool IsTo(K8sBackend backend, IK8sRoute route, NamespacedName service) =>
        backend is { Group: null or "", Kind: null or "" or "Service" }
        && backend.Name == service.Name
        && (string.IsNullOrEmpty(backend.Namespace) ? route.Metadata.Namespace : backend.Namespace) == service.Namespace;

    private static IEnumerable<K8sBackend> Of(IK8sRoute route) => route switch
    {
        K8sHttpRoute http => http.Spec.Rules.SelectMany(rule => rule.BackendRefs),
        K8sGrpcRoute grpc => grpc.Spec.Rules.SelectMany(rule => rule.BackendRefs),
        K8sTcpRoute tcp => tcp.Spec.Rules.SelectMany(rule => rule.BackendRefs),
        K8sTlsRoute tls => tls.Spec.Rules.SelectMany(rule => rule.BackendRefs),
        _ => [],
    };
}
