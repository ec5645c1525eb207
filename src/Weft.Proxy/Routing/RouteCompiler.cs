using System.Collections.Frozen;
using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using Weft.Proxy.Subscriptions;
using ActionCase = Envoy.Config.Route.V3.Route.ActionOneofCase;

namespace Weft.Proxy.Routing;

/// <summary>Compiles a RouteConfiguration.</summary>
internal static class RouteCompiler
{
    /// <exception cref="ResourceRejectedException">Anything in it that this proxy cannot do: half of a route would be another route.</exception>
    public static RouteTable Compile(RouteConfiguration config)
    {
        var exact = new Dictionary<string, VirtualHostModel>(StringComparer.Ordinal);
        var suffixes = new List<(string, VirtualHostModel)>();
        var prefixes = new List<(string, VirtualHostModel)>();
        VirtualHostModel? any = null;
        foreach (var hostConfig in config.VirtualHosts)
        {
            var host = Host(hostConfig);
            foreach (var domain in hostConfig.Domains.Select(domain => domain.ToLowerInvariant()))
            {
                if (domain == "*")
                {
                    any = any is null ? host : throw new ResourceRejectedException("only one virtual host may have the domain *");
                }
                else if (domain.StartsWith('*'))
                {
                    suffixes.Add((domain[1..], host));
                }
                else if (domain.EndsWith('*'))
                {
                    prefixes.Add((domain[..^1], host));
                }
                else if (!exact.TryAdd(domain, host))
                {
                    throw new ResourceRejectedException($"duplicate domain {domain} in virtual host {host.Name}");
                }
            }
        }

        return new RouteTable
        {
            Name = config.Name,
            Exact = exact.ToFrozenDictionary(StringComparer.Ordinal),
            Suffixes = [.. suffixes.OrderByDescending(entry => entry.Item1.Length)],
            Prefixes = [.. prefixes.OrderByDescending(entry => entry.Item1.Length)],
            Any = any,
            IgnoresPort = config.IgnorePortInHostMatching,
            RequestHeaders = HeaderMutations.From(config.RequestHeadersToAdd, config.RequestHeadersToRemove),
            ResponseHeaders = HeaderMutations.From(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove),
            Config = config,
        };
    }

    private static VirtualHostModel Host(VirtualHost config)
    {
        if (config.RetryPolicyTypedConfig is not null || config.HedgePolicy is not null)
        {
            throw new ResourceRejectedException($"'{config.Name}': retry_policy_typed_config and hedge_policy are not supported");
        }

        var defaults = new HostDefaults(
            RetryPolicyModel.Compile(config.RetryPolicy), [.. config.RequestMirrorPolicies.Select(MirrorPolicy.Compile)], FilterSettings.Compile(config.Name, config.TypedPerFilterConfig));
        return new VirtualHostModel
        {
            Name = config.Name,
            Routes = [.. config.Routes.Select(route => Route(route, defaults))],
            IncludesAttemptCount = config.IncludeRequestAttemptCount,
            TellsAttemptCount = config.IncludeAttemptCountInResponse,
            RequiresTls = config.RequireTls != VirtualHost.Types.TlsRequirementType.None,
            Filters = defaults.Filters,
            RequestHeaders = HeaderMutations.From(config.RequestHeadersToAdd, config.RequestHeadersToRemove),
            ResponseHeaders = HeaderMutations.From(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove),
        };
    }

    private static RouteModel Route(Route config, HostDefaults defaults) => new()
    {
        Name = config.Name,
        Match = new RouteMatcher(config.Match),
        Action = config.ActionCase switch
        {
            ActionCase.Route_ => Forward(config.Route_, config.Match, defaults),
            ActionCase.DirectResponse => new DirectResponseAction((int)config.DirectResponse.Status, Body(config.DirectResponse.Body)),
            ActionCase.Redirect => Redirect(config.Redirect),
            _ => throw new ResourceRejectedException($"route action {config.ActionCase} is not supported"),
        },
        Operation = config.Decorator?.Operation ?? "",
        PropagatesOperation = config.Decorator?.Propagate ?? true,
        Sampling = RouteSampling.Compile(config.Tracing),
        RequestHeaders = HeaderMutations.From(config.RequestHeadersToAdd, config.RequestHeadersToRemove),
        ResponseHeaders = HeaderMutations.From(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove),
        Filters = FilterSettings.Compile(config.Name, config.TypedPerFilterConfig).Over(defaults.Filters),
        Metadata = config.Metadata,
    };

    private static string Body(Envoy.Config.Core.V3.DataSource? body) => body?.SpecifierCase switch
    {
        Envoy.Config.Core.V3.DataSource.SpecifierOneofCase.InlineBytes => body.InlineBytes.ToStringUtf8(),
        _ => body?.InlineString ?? "",
    };

    private static ForwardAction Forward(Envoy.Config.Route.V3.RouteAction config, RouteMatch match, HostDefaults defaults)
    {
        if (config.RetryPolicyTypedConfig is not null || config.HedgePolicy is not null || config.InternalRedirectPolicy is not null)
        {
            throw new ResourceRejectedException("retry_policy_typed_config, hedge_policy and internal_redirect_policy are not supported");
        }

        if (config.Priority != Envoy.Config.Core.V3.RoutingPriority.Default)
        {
            throw new ResourceRejectedException("route priorities are not supported");
        }

        return new ForwardAction
        {
            Clusters = config.ClusterSpecifierCase switch
            {
                Envoy.Config.Route.V3.RouteAction.ClusterSpecifierOneofCase.Cluster => WeightedClusters.Single(config.Cluster),
                Envoy.Config.Route.V3.RouteAction.ClusterSpecifierOneofCase.WeightedClusters => new WeightedClusters(config.WeightedClusters.Clusters.Select(Weighted)),
                Envoy.Config.Route.V3.RouteAction.ClusterSpecifierOneofCase.ClusterHeader => new WeightedClusters([]),
                _ => throw new ResourceRejectedException($"cluster specifier {config.ClusterSpecifierCase} is not supported"),
            },
            ClusterHeader = config.ClusterHeader.Length > 0 ? config.ClusterHeader.ToLowerInvariant() : null,
            Timeouts = RouteTimeouts.Compile(config),
            PathRewrite = PathRewrite.Compile(config, match),
            HostRewrite = HostRewrite.Compile(config),
            Retry = config.RetryPolicy is null ? defaults.Retry : RetryPolicyModel.Compile(config.RetryPolicy),
            Mirrors = config.RequestMirrorPolicies.Count > 0 ? [.. config.RequestMirrorPolicies.Select(MirrorPolicy.Compile)] : defaults.Mirrors,
            HashPolicies = HashPolicies.Compile(config.HashPolicy),
            ClusterNotFoundStatus = config.ClusterNotFoundResponseCode switch
            {
                Envoy.Config.Route.V3.RouteAction.Types.ClusterNotFoundResponseCode.NotFound => 404,
                Envoy.Config.Route.V3.RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError => 500,
                _ => 503,
            },
            Upgrades = config.UpgradeConfigs.ToImmutableDictionary(upgrade => upgrade.UpgradeType, upgrade => upgrade.Enabled ?? true, StringComparer.OrdinalIgnoreCase),
        };
    }

    private static WeightedCluster Weighted(Envoy.Config.Route.V3.WeightedCluster.Types.ClusterWeight config)
    {
        if (config.TypedPerFilterConfig.Count > 0)
        {
            throw new ResourceRejectedException($"'{config.Name}': settings of filters per weighted cluster are not supported");
        }

        return new(config.Name, config.Weight ?? 0)
        {
            Headers = HeaderMutations.From(config.RequestHeadersToAdd, config.RequestHeadersToRemove),
            ResponseHeaders = HeaderMutations.From(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove),
            HostRewrite = config.HostRewriteLiteral.Length > 0 ? config.HostRewriteLiteral : null,
        };
    }

    private static RedirectAction Redirect(Envoy.Config.Route.V3.RedirectAction config) => new(
        config.ResponseCode switch
        {
            Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode.Found => 302,
            Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode.SeeOther => 303,
            Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode.TemporaryRedirect => 307,
            Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode.PermanentRedirect => 308,
            _ => 301,
        },
        config.HttpsRedirect ? "https" : config.SchemeRedirect.Length > 0 ? config.SchemeRedirect : null,
        config.HostRedirect.Length > 0 ? config.HostRedirect : null,
        config.PortRedirect,
        config.PathRedirect.Length > 0 ? config.PathRedirect : null,
        config.PrefixRewrite.Length > 0 ? config.PrefixRewrite : null,
        config.StripQuery)
    {
        RegexRewrite = config.RegexRewrite is { } regex ? RegexRewrite.Compile(regex) : null,
    };

    /// <summary>What routes take from their virtual host where they are silent.</summary>
    private sealed record HostDefaults(RetryPolicyModel? Retry, ImmutableArray<MirrorPolicy> Mirrors, FilterSettings Filters);
}
