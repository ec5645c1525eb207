using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using CorsPolicy = Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy;
using HttpRoute = Weft.Istio.Networking.HttpRoute;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>One rule of a VirtualService as an Envoy route.</summary>
internal static class HttpRouteTranslation
{
    /// <param name="listenerPort">The port that clients use, by the object that states it.</param>
    /// <param name="isTls">Clients come by HTTPS.</param>
    public static Route Translate(ProxyView view, VirtualService virtualService, EffectiveHttpRoute rule, int listenerPort, bool isTls = false)
    {
        var source = rule.Route;
        var route = new Route
        {
            Name = NameOf(rule),
            StatPrefix = rule.Match?.StatPrefix ?? "",
            Match = RouteMatches.Of(rule.Match, RouteSemantics.MatchesSegments(virtualService)),
            Metadata = EnvoyShapes.IstioMetadata(EnvoyShapes.StructOf(
                ("config", EnvoyShapes.ConfigPath("virtual-service", virtualService.Metadata.Namespace ?? "", virtualService.Metadata.Name)))),
        };
        HeaderMutations.Apply(route, source.Headers);
        if (source.Redirect is { } redirect)
        {
            route.Redirect = Redirects.Of(redirect, listenerPort, isTls);
        }
        else if (source.DirectResponse is { } direct)
        {
            route.DirectResponse = DirectResponse(direct);
        }
        else
        {
            route.Route_ = RouteActions.Of(view, virtualService, source, listenerPort);
            if (RouteSemantics.IsOfGatewayApi(virtualService))
            {
                RemovePrefix(route);
            }

            HeaderMutations.ApplyOfOnlyDestination(route, source);
            if (RouteSemantics.IsOfGatewayApi(virtualService))
            {
                route.Route_.ClusterNotFoundResponseCode = RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError;
            }
        }

        AddPerFilter(route, source);
        if (source.Route is [var first, ..])
        {
            PersistentSessions.Apply(route.TypedPerFilterConfig, view.Service(Hostname.Resolve(first.Destination.Host, virtualService.Metadata.Namespace ?? "")));
        }

        route.Decorator = new Decorator { Operation = OperationOf(route, virtualService, listenerPort) };
        return route;
    }

    /// <summary>A prefix of whole segments that is rewritten to nothing: what follows it keeps exactly one slash.</summary>
    private static void RemovePrefix(Route route)
    {
        if (route.Route_.PrefixRewrite == "/")
        {
            route.Route_.PrefixRewrite = "";
            route.Route_.RegexRewrite = new RegexMatchAndSubstitute
            {
                Pattern = new RegexMatcher { Regex = $"^{System.Text.RegularExpressions.Regex.Escape(route.Match.PathSeparatedPrefix)}(/?)(.*)" },
                Substitution = "/\\2",
            };
        }
    }

    private static string NameOf(EffectiveHttpRoute rule)
    {
        var name = rule.Route.Name ?? "";
        return string.IsNullOrEmpty(rule.Match?.Name) ? name : $"{name}.{rule.Match.Name}";
    }

    private static DirectResponseAction DirectResponse(HttpDirectResponse direct)
    {
        var action = new DirectResponseAction { Status = (uint)direct.Status };
        if (direct.Body?.String is { } text)
        {
            action.Body = new() { InlineString = text };
        }
        else if (direct.Body?.Bytes is { } bytes)
        {
            action.Body = new() { InlineBytes = Google.Protobuf.ByteString.CopyFrom(bytes) };
        }

        return action;
    }

    private static void AddPerFilter(Route route, HttpRoute source)
    {
        if (source.CorsPolicy is { } cors)
        {
            route.TypedPerFilterConfig[HttpFilters.Cors] = Cors(cors).Pack();
        }

        if (source.Fault is { } fault)
        {
            route.TypedPerFilterConfig[HttpFilters.Fault] = Faults.Of(fault).Pack();
        }
    }

    private static CorsPolicy Cors(Istio.Networking.CorsPolicy source)
    {
        var policy = new CorsPolicy
        {
            FilterEnabled = new() { DefaultValue = new() { Numerator = 100 } },
            AllowMethods = string.Join(',', source.AllowMethods),
            AllowHeaders = string.Join(',', source.AllowHeaders),
            ExposeHeaders = string.Join(',', source.ExposeHeaders),
        };
        // The deprecated list counts only without the one in its place.
        var origins = source.AllowOrigins.Length > 0 ? source.AllowOrigins : [.. source.AllowOrigin.Select(origin => new StringMatch { Exact = origin })];
        policy.AllowOriginStringMatch.Add(origins.Select(RouteMatches.Matcher));
        if (source.MaxAge is { } age)
        {
            policy.MaxAge = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (source.AllowCredentials is { } credentials)
        {
            policy.AllowCredentials = credentials;
        }

        policy.ForwardNotMatchingPreflights = source.UnmatchedPreflights != "IGNORE";
        return policy;
    }

    /// <summary>The name of the span: the destination when there is one, else the VirtualService.</summary>
    private static string OperationOf(Route route, VirtualService virtualService, int listenerPort)
    {
        var path = route.Match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Path => route.Match.Path,
            RouteMatch.PathSpecifierOneofCase.SafeRegex => route.Match.SafeRegex.Regex,
            RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix => "/*",
            _ => $"{route.Match.Prefix}*",
        };
        return route.Route_ is { ClusterSpecifierCase: RouteAction.ClusterSpecifierOneofCase.Cluster } action && ClusterNames.TryParseOutbound(action.Cluster, out var parts)
            ? string.Create(CultureInfo.InvariantCulture, $"{parts.Host}:{parts.Port}{path}")
            : string.Create(CultureInfo.InvariantCulture, $"{virtualService.Metadata.Name}:{listenerPort}{path}");
    }
}
