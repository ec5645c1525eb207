using System.Globalization;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Proxyless;

/// <summary>
/// The rules of a VirtualService as gRPC libraries take them: matches by path and headers, clusters and weights, faults, retries by gRPC
/// status, the time-out as a longest duration. What they cannot do (redirects, answers of the client's own, rewrites, matches by query) would
/// make them refuse the whole resource or match too much: such a rule is left out.
/// </summary>
internal static class ProxylessRoutes
{
    /// <summary>The statuses that gRPC retries (gRFC A44).</summary>
    private static readonly string[] s_retried = ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"];

    public static IEnumerable<Route> Of(ProxyView view, MeshService service, MeshServicePort port)
    {
        if (view.VirtualServiceFor(service.Host) is { Spec.Http.Length: > 0 } virtualService
            && EffectiveRoutes.Http(view.Snapshot, virtualService, view.Routing, port.Number).ToList() is { Count: > 0 } rules)
        {
            return rules.Where(rule => IsPossible(rule)).Select(rule => Of(view, virtualService, rule, port.Number));
        }

        return [new Route { Match = new RouteMatch { Prefix = "" }, Route_ = new RouteAction { Cluster = ClusterNames.Outbound(port.Number, "", service.Host) } }];
    }

    private static bool IsPossible(EffectiveHttpRoute rule) =>
        rule is { Route: { Redirect: null, DirectResponse: null }, Match: null or { QueryParams.Count: 0, ReadsToken: false } };

    private static Route Of(ProxyView view, VirtualService virtualService, EffectiveHttpRoute rule, int port)
    {
        var envoy = HttpRouteTranslation.Translate(view, virtualService, rule, port);
        var route = new Route { Name = envoy.Name, Match = envoy.Match, Route_ = Action(envoy.Route_, rule.Route.Timeout) };
        if (envoy.TypedPerFilterConfig.TryGetValue(HttpFilters.Fault, out var fault))
        {
            route.TypedPerFilterConfig[HttpFilters.Fault] = fault;
        }

        return route;
    }

    private static RouteAction Action(RouteAction envoy, TimeSpan? timeout)
    {
        var action = new RouteAction();
        if (envoy.ClusterSpecifierCase == RouteAction.ClusterSpecifierOneofCase.WeightedClusters)
        {
            action.WeightedClusters = new WeightedCluster();
            foreach (var share in envoy.WeightedClusters.Clusters)
            {
                action.WeightedClusters.Clusters.Add(new WeightedCluster.Types.ClusterWeight { Name = share.Name, Weight = share.Weight });
            }
        }
        else
        {
            action.Cluster = envoy.Cluster;
        }

        action.HashPolicy.Add(envoy.HashPolicy.Where(policy => policy.PolicySpecifierCase == RouteAction.Types.HashPolicy.PolicySpecifierOneofCase.Header));
        action.RetryPolicy = Retries(envoy.RetryPolicy);
        if (timeout is { } longest && longest > TimeSpan.Zero)
        {
            action.MaxStreamDuration = new() { MaxStreamDuration_ = Duration.FromTimeSpan(longest) };
        }

        return action;
    }

    private static RetryPolicy? Retries(RetryPolicy? envoy)
    {
        var statuses = string.Join(',', (envoy?.RetryOn ?? "").Split(',').Intersect(s_retried));
        return envoy is null || statuses.Length == 0 || envoy.NumRetries is null or 0 ? null : new RetryPolicy { RetryOn = statuses, NumRetries = envoy.NumRetries };
    }
}
