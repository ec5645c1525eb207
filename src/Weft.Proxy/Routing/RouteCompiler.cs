using System.Collections.Frozen;
using Envoy.Config.Route.V3;
using Weft.Proxy.Filters.Http;
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
        RequireNoFilterConfig(config.Name, config.TypedPerFilterConfig.Keys);
        if (config.RetryPolicyTypedConfig is not null || config.HedgePolicy is not null || config.RequestMirrorPolicies.Count > 0 || config.PerRequestBufferLimitBytes is not null)
        {
            throw new ResourceRejectedException($"'{config.Name}': retry_policy_typed_config, hedge_policy, request_mirror_policies and per_request_buffer_limit_bytes of virtual hosts are not supported");
        }

        var retry = RetryPolicyModel.Compile(config.RetryPolicy);
        return new VirtualHostModel
        {
            Name = config.Name,
            Routes = [.. config.Routes.Select(route => Route(route, retry))],
            IncludesAttemptCount = config.IncludeRequestAttemptCount,
            RequestHeaders = HeaderMutations.From(config.RequestHeadersToAdd, config.RequestHeadersToRemove),
            ResponseHeaders = HeaderMutations.From(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove),
        };
    }

    private static RouteModel Route(Route config, RetryPolicyModel? hostRetry)
    {
        RequireNoFilterConfig(config.Name, config.TypedPerFilterConfig.Keys.Except([HttpFilterCompiler.FaultName]));
        return new RouteModel
        {
            Name = config.Name,
            Match = new RouteMatcher(config.Match),
            Action = config.ActionCase switch
            {
                ActionCase.Route_ => Forward(config.Route_, hostRetry),
                ActionCase.DirectResponse => new DirectResponseAction((int)config.DirectResponse.Status, config.DirectResponse.Body?.InlineString ?? ""),
                ActionCase.Redirect => Redirect(config.Redirect),
                _ => throw new ResourceRejectedException($"route action {config.ActionCase} is not supported"),
            },
            Operation = config.Decorator?.Operation ?? "",
            RequestHeaders = HeaderMutations.From(config.RequestHeadersToAdd, config.RequestHeadersToRemove),
            ResponseHeaders = HeaderMutations.From(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove),
            Fault = config.TypedPerFilterConfig.TryGetValue(HttpFilterCompiler.FaultName, out var fault) ? FaultModel.Compile(fault) : null,
        };
    }

    private static ForwardAction Forward(Envoy.Config.Route.V3.RouteAction config, RetryPolicyModel? hostRetry)
    {
        if (config.RequestMirrorPolicies.Count > 0)
        {
            throw new ResourceRejectedException("request mirroring is not supported yet");
        }

        if (config.RetryPolicyTypedConfig is not null || config.HedgePolicy is not null || config.PathRewritePolicy is not null || config.HostRewriteHeader.Length > 0 || config.HostRewritePathRegex is not null)
        {
            throw new ResourceRejectedException("retry_policy_typed_config, hedge_policy, path_rewrite_policy, host_rewrite_header and host_rewrite_path_regex are not supported");
        }

        if (config.Priority != Envoy.Config.Core.V3.RoutingPriority.Default)
        {
            throw new ResourceRejectedException("route priorities are not supported");
        }

        if (config.RegexRewrite is not null || config.HashPolicy.Count > 0)
        {
            throw new ResourceRejectedException("regex_rewrite and hash_policy are not supported yet");
        }

        return new ForwardAction
        {
            Clusters = config.ClusterSpecifierCase switch
            {
                Envoy.Config.Route.V3.RouteAction.ClusterSpecifierOneofCase.Cluster => WeightedClusters.Single(config.Cluster),
                Envoy.Config.Route.V3.RouteAction.ClusterSpecifierOneofCase.WeightedClusters => new WeightedClusters(config.WeightedClusters.Clusters.Select(Weighted)),
                _ => throw new ResourceRejectedException($"cluster specifier {config.ClusterSpecifierCase} is not supported"),
            },
            Timeout = config.Timeout?.ToTimeSpan() ?? TimeSpan.FromSeconds(15),
            PrefixRewrite = config.PrefixRewrite.Length > 0 ? config.PrefixRewrite : null,
            HostRewrite = config.HostRewriteLiteral.Length > 0 ? config.HostRewriteLiteral : null,
            Retry = config.RetryPolicy is null ? hostRetry : RetryPolicyModel.Compile(config.RetryPolicy),
        };
    }

    private static WeightedCluster Weighted(Envoy.Config.Route.V3.WeightedCluster.Types.ClusterWeight config)
    {
        RequireNoFilterConfig(config.Name, config.TypedPerFilterConfig.Keys);
        return new(config.Name, config.Weight ?? 0) { Headers = HeaderMutations.From(config.RequestHeadersToAdd, config.RequestHeadersToRemove) };
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
        config.StripQuery);

    private static void RequireNoFilterConfig(string where, IEnumerable<string> filters)
    {
        if (filters.FirstOrDefault() is { } filter)
        {
            throw new ResourceRejectedException($"'{where}': per-route settings of filter {filter} are not supported yet");
        }
    }
}
