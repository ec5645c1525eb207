using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Routing;

/// <summary>A RouteConfiguration, resolved.</summary>
internal sealed record RouteTable
{
    public required string Name { get; init; }

    public required FrozenDictionary<string, VirtualHostModel> Exact { get; init; }

    /// <summary><c>*.example.com</c>, longest first, without the star.</summary>
    public required ImmutableArray<(string Suffix, VirtualHostModel Host)> Suffixes { get; init; }

    /// <summary><c>example.*</c>, longest first, without the star.</summary>
    public required ImmutableArray<(string Prefix, VirtualHostModel Host)> Prefixes { get; init; }

    public required VirtualHostModel? Any { get; init; }

    public required bool IgnoresPort { get; init; }

    public required HeaderMutations RequestHeaders { get; init; }

    public required HeaderMutations ResponseHeaders { get; init; }

    public required Envoy.Config.Route.V3.RouteConfiguration Config { get; init; }

    /// <summary>Exact domain, then the longest suffix wildcard, then the longest prefix wildcard, then "*" (Envoy's order).</summary>
    public VirtualHostModel? HostFor(string authority)
    {
        var host = (IgnoresPort ? WithoutPort(authority) : authority).ToLowerInvariant();
        if (Exact.TryGetValue(host, out var exact))
        {
            return exact;
        }

        foreach (var (suffix, match) in Suffixes)
        {
            if (host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.Ordinal))
            {
                return match;
            }
        }

        foreach (var (prefix, match) in Prefixes)
        {
            if (host.Length > prefix.Length && host.StartsWith(prefix, StringComparison.Ordinal))
            {
                return match;
            }
        }

        return Any;
    }

    public static string WithoutPort(string authority)
    {
        var colon = authority.LastIndexOf(':');
        var isPort = colon > 0 && authority.IndexOf(']', colon) < 0 && authority.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0;
        return isPort ? authority[..colon] : authority;
    }
}

/// <summary>A VirtualHost, resolved: the first route that matches wins.</summary>
internal sealed record VirtualHostModel
{
    public required string Name { get; init; }

    public required ImmutableArray<RouteModel> Routes { get; init; }

    public required bool IncludesAttemptCount { get; init; }

    /// <summary>include_attempt_count_in_response.</summary>
    public bool TellsAttemptCount { get; init; }

    /// <summary>require_tls: requests that came in plaintext are redirected to https.</summary>
    public bool RequiresTls { get; init; }

    public required HeaderMutations RequestHeaders { get; init; }

    public required HeaderMutations ResponseHeaders { get; init; }

    /// <summary>For routes that say nothing of a filter.</summary>
    public FilterSettings Filters { get; init; } = FilterSettings.None;

    public RouteModel? RouteFor(HttpExchange exchange)
    {
        foreach (var route in Routes)
        {
            if (route.Match.Matches(exchange))
            {
                return route;
            }
        }

        return null;
    }
}

/// <summary>A Route, resolved.</summary>
internal sealed record RouteModel
{
    public required string Name { get; init; }

    public required RouteMatcher Match { get; init; }

    public required RouteAction Action { get; init; }

    /// <summary>The span name (decorator.operation); empty when none.</summary>
    public required string Operation { get; init; }

    /// <summary>Whether the other proxy is told the operation.</summary>
    public bool PropagatesOperation { get; init; } = true;

    /// <summary>Null leaves the connection manager's.</summary>
    public RouteSampling? Sampling { get; init; }

    public required HeaderMutations RequestHeaders { get; init; }

    public required HeaderMutations ResponseHeaders { get; init; }

    /// <summary>What the route, and where it is silent its virtual host, tells the filters.</summary>
    public FilterSettings Filters { get; init; } = FilterSettings.None;

    public Envoy.Config.Core.V3.Metadata? Metadata { get; init; }
}

/// <summary>What a route does with a request.</summary>
internal abstract record RouteAction;

/// <summary>Forward to a cluster.</summary>
internal sealed record ForwardAction : RouteAction
{
    /// <summary>Empty where <see cref="ClusterHeader"/> names the cluster.</summary>
    public required WeightedClusters Clusters { get; init; }

    /// <summary>The request header that names the cluster; null for none.</summary>
    public string? ClusterHeader { get; init; }

    public required RouteTimeouts Timeouts { get; init; }

    /// <summary>Null leaves the path.</summary>
    public required PathRewrite? PathRewrite { get; init; }

    /// <summary>Null leaves the authority.</summary>
    public required HostRewrite? HostRewrite { get; init; }

    /// <summary>Null when no attempt is repeated and requests may not ask for it by x-envoy-retry-on.</summary>
    public required RetryPolicyModel? Retry { get; init; }

    public ImmutableArray<MirrorPolicy> Mirrors { get; init; } = [];

    /// <summary>Null where nothing is hashed.</summary>
    public HashPolicies? HashPolicies { get; init; }

    /// <summary>cluster_not_found_response_code.</summary>
    public int ClusterNotFoundStatus { get; init; } = 503;

    /// <summary>Upgrades that this route allows or forbids against the connection manager.</summary>
    public ImmutableDictionary<string, bool> Upgrades { get; init; } = ImmutableDictionary<string, bool>.Empty;
}

/// <summary>Answer in place.</summary>
internal sealed record DirectResponseAction(int Status, string Body) : RouteAction;

/// <summary>Answer with a redirect.</summary>
internal sealed record RedirectAction(int Status, string? Scheme, string? Host, uint Port, string? Path, string? PrefixRewrite, bool StripsQuery) : RouteAction
{
    /// <summary>Null for none.</summary>
    public RegexRewrite? RegexRewrite { get; init; }
}
