using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
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
        WidelyKnown(envoy.Match);
        var route = new Route { Name = envoy.Name, Match = envoy.Match, Route_ = Action(envoy.Route_, rule.Route.Timeout) };
        if (envoy.TypedPerFilterConfig.TryGetValue(HttpFilters.Fault, out var fault))
        {
            route.TypedPerFilterConfig[HttpFilters.Fault] = fault;
        }

        return route;
    }

    /// <summary>Header matches in the older fields: libraries as old as gRPC 1.51 refuse <c>string_match</c>, and the later ones take both.</summary>
    private static void WidelyKnown(RouteMatch match)
    {
#pragma warning disable CS0612 // The older fields are marked so.
        foreach (var header in match.Headers.Where(header => header.HeaderMatchSpecifierCase == HeaderMatcher.HeaderMatchSpecifierOneofCase.StringMatch && !header.StringMatch.IgnoreCase))
        {
            var text = header.StringMatch;
            switch (text.MatchPatternCase)
            {
                case StringMatcher.MatchPatternOneofCase.Exact:
                    header.ExactMatch = text.Exact;
                    break;
                case StringMatcher.MatchPatternOneofCase.Prefix:
                    header.PrefixMatch = text.Prefix;
                    break;
                case StringMatcher.MatchPatternOneofCase.Suffix:
                    header.SuffixMatch = text.Suffix;
                    break;
                case StringMatcher.MatchPatternOneofCase.SafeRegex:
                    header.SafeRegexMatch = text.SafeRegex;
                    break;
            }
        }
#pragma warning restore CS0612
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
