using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective.Translation;

/// <summary>Filters of the Gateway API's routes as what rules and destinations of VirtualServices do.</summary>
internal sealed class FilterTranslation(BackendReferences backends, RouteProblems problems)
{
    /// <summary>Of equal kinds the last counts, but every mirror does.</summary>
    public HttpRoute Apply(HttpRoute route, K8sFilter filter)
    {
        switch (filter)
        {
            case { Type: "RequestHeaderModifier", RequestHeaderModifier: { } headers }:
                return route with { Headers = (route.Headers ?? new()) with { Request = Operations(headers) } };
            case { Type: "ResponseHeaderModifier", ResponseHeaderModifier: { } headers }:
                return route with { Headers = (route.Headers ?? new()) with { Response = Operations(headers) } };
            case { Type: "RequestRedirect", RequestRedirect: { } redirect }:
                return route with { Redirect = Redirect(redirect) };
            case { Type: "URLRewrite", UrlRewrite: { } rewrite }:
                return route with { Rewrite = Rewrite(rewrite) };
            case { Type: "RequestMirror", RequestMirror: { } mirror }:
                return Mirrored(route, mirror);
            case { Type: "CORS", Cors: { } cors }:
                return route with { CorsPolicy = Cors(cors) };
            default:
                problems.Stop("InvalidFilter", $"filter type {filter.Type} is not supported");
                return route;
        }
    }

    /// <summary>Of one backend: only headers can be changed there.</summary>
    public HeaderRules? OfBackend(ImmutableArray<K8sFilter> filters)
    {
        HeaderRules? rules = null;
        foreach (var filter in filters)
        {
            switch (filter)
            {
                case { Type: "RequestHeaderModifier", RequestHeaderModifier: { } headers }:
                    rules = (rules ?? new()) with { Request = Operations(headers) };
                    break;
                case { Type: "ResponseHeaderModifier", ResponseHeaderModifier: { } headers }:
                    rules = (rules ?? new()) with { Response = Operations(headers) };
                    break;
                default:
                    problems.Stop("InvalidFilter", $"filter type {filter.Type} is not supported at a backendRef");
                    break;
            }
        }

        return rules;
    }

    private static HeaderOperations Operations(K8sHeaderFilter filter) => new() { Set = Headers(filter.Set), Add = Headers(filter.Add), Remove = filter.Remove };

    /// <summary>Of equal names the first counts.</summary>
    private static ImmutableDictionary<string, string> Headers(ImmutableArray<K8sHeader> headers) => headers
        .DistinctBy(header => header.Name, StringComparer.OrdinalIgnoreCase)
        .ToImmutableDictionary(header => header.Name.ToLowerInvariant(), header => header.Value);

    /// <summary>Unless a port or a scheme is stated the port of the request stays.</summary>
    private static HttpRedirect Redirect(K8sRequestRedirect source) => new()
    {
        RedirectCode = source.StatusCode ?? 302,
        Authority = source.Hostname,
        Scheme = source.Scheme,
        Port = source.Port,
        DerivePort = source.Port is not null ? null : source.Scheme is null ? "FROM_REQUEST_PORT" : "FROM_PROTOCOL_DEFAULT",
        Uri = source.Path?.Type == "ReplaceFullPath" ? source.Path.ReplaceFullPath : null,
        PrefixRewrite = source.Path?.Type == "ReplacePrefixMatch" ? source.Path.ReplacePrefixMatch : null,
    };

    private static HttpRewrite Rewrite(K8sUrlRewrite source) => new()
    {
        Authority = source.Hostname,
        Uri = source.Path is { Type: "ReplacePrefixMatch", ReplacePrefixMatch: { } prefix } ? prefix.Length > 1 ? prefix.TrimEnd('/') : "/" : null,
        UriRegexRewrite = source.Path is { Type: "ReplaceFullPath", ReplaceFullPath: { } path } ? new RegexRewrite { Match = "/.*", Rewrite = path } : null,
    };

    /// <summary>A mirror that leads nowhere is none.</summary>
    private HttpRoute Mirrored(HttpRoute route, K8sRequestMirror source)
    {
        var destination = backends.Resolve(source.BackendRef);
        if (destination.Host.Length == 0)
        {
            return route;
        }

        var share = source.Fraction is { } fraction ? 100.0 * fraction.Numerator / (fraction.Denominator is > 0 and var whole ? whole : 100) : source.Percent ?? 100;
        return route with { Mirrors = route.Mirrors.Add(new HttpMirrorPolicy { Destination = destination, Percentage = new Percent { Value = share } }) };
    }

    private static CorsPolicy Cors(K8sCors source) => new()
    {
        AllowOrigins = [.. source.AllowOrigins.Select(origin => origin.Contains('*') ? new StringMatch { Regex = Regex.Escape(origin).Replace("\\*", ".*", StringComparison.Ordinal) } : new StringMatch { Exact = origin })],
        AllowMethods = source.AllowMethods,
        AllowHeaders = source.AllowHeaders,
        ExposeHeaders = source.ExposeHeaders,
        AllowCredentials = source.AllowCredentials == true ? true : null,
        MaxAge = source.MaxAge is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
        UnmatchedPreflights = "IGNORE",
    };
}
