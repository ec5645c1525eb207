using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Proxy.Filters.Http;
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

    public required HeaderMutations RequestHeaders { get; init; }

    public required HeaderMutations ResponseHeaders { get; init; }

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

    public required HeaderMutations RequestHeaders { get; init; }

    public required HeaderMutations ResponseHeaders { get; init; }

    /// <summary>Faults to inject; null for none of its own.</summary>
    public FaultModel? Fault { get; init; }
}

/// <summary>What a route does with a request.</summary>
internal abstract record RouteAction;

/// <summary>Forward to a cluster.</summary>
internal sealed record ForwardAction : RouteAction
{
    public required WeightedClusters Clusters { get; init; }

    /// <summary>For the whole response; zero never ends (Istio's default).</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Replaces the matched prefix; null leaves the path.</summary>
    public required string? PrefixRewrite { get; init; }

    /// <summary>Replaces the authority; null leaves it.</summary>
    public required string? HostRewrite { get; init; }

    /// <summary>Null when no attempt is repeated.</summary>
    public required RetryPolicyModel? Retry { get; init; }
}

/// <summary>Answer in place.</summary>
internal sealed record DirectResponseAction(int Status, string Body) : RouteAction;

/// <summary>Answer with a redirect.</summary>
internal sealed record RedirectAction(int Status, string? Scheme, string? Host, uint Port, string? Path, string? PrefixRewrite, bool StripsQuery) : RouteAction;
