using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective.Translation;

/// <summary>Rules of the Gateway API's routes as rules of VirtualServices, each with one match.</summary>
internal sealed class RuleTranslation(ReferenceGrants grants)
{
    private const string DefaultRetryOn = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

    /// <summary>A reference that is not permitted leads to a host that nobody has: its share of the requests gets 500.</summary>
    private const string RefusedDomain = "refused.invalid";

    public IEnumerable<HttpRoute> Http(K8sHttpRoute route) => route.Spec.Rules.SelectMany((rule, index) =>
    {
        var template = Template(route, index, rule.Filters, rule.BackendRefs) with { Timeout = rule.Timeouts?.Request is { Ticks: > 0 } limit ? limit : null };
        template = WithRetry(template, rule);
        var matches = rule.Matches.Length == 0 ? [new K8sHttpMatch()] : rule.Matches;
        return matches.Select(match => template with { Match = [Match(match)] });
    });

    public IEnumerable<HttpRoute> Grpc(K8sGrpcRoute route) => route.Spec.Rules.SelectMany((rule, index) =>
    {
        var template = Template(route, index, rule.Filters, rule.BackendRefs);
        var matches = rule.Matches.Length == 0 ? [new K8sGrpcMatch()] : rule.Matches;
        return matches.Select(match => template with { Match = [Match(match)] });
    });

    public ImmutableArray<RouteDestination> Connections(IK8sRoute route, ImmutableArray<K8sBackend> backends) =>
        [.. backends.Select(backend => new RouteDestination { Destination = Destination(route, backend), Weight = backend.Weight ?? 1 })];

    /// <summary>The Gateway API's order: exact paths first, then the longer path, a method, more headers, more parameters; else as written.</summary>
    public static IEnumerable<HttpRoute> Ordered(IEnumerable<HttpRoute> routes) => routes
        .OrderByDescending(route => route.Match[0].Uri switch { { Exact: not null } => 3, { Prefix: not null } => 2, { Regex: not null } => 1, _ => 0 })
        .ThenByDescending(route => route.Match[0].Uri is { } uri ? (uri.Exact ?? uri.Prefix ?? uri.Regex ?? "").Length : 0)
        .ThenByDescending(route => route.Match[0].Method is not null)
        .ThenByDescending(route => route.Match[0].Headers.Count)
        .ThenByDescending(route => route.Match[0].QueryParams.Count);

    private HttpRoute Template(IK8sRoute route, int index, ImmutableArray<K8sFilter> filters, ImmutableArray<K8sBackend> backends)
    {
        var template = new HttpRoute { Name = string.Create(CultureInfo.InvariantCulture, $"{route.Metadata.Namespace}.{route.Metadata.Name}.{index}") };
        foreach (var filter in filters)
        {
            template = Apply(template, filter, route);
        }

        if (template.Redirect is not null)
        {
            return template;
        }

        return backends.Sum(backend => backend.Weight ?? 1) == 0
            ? template with { DirectResponse = new HttpDirectResponse { Status = 500 } }
            : template with
            {
                Route = [.. backends.Select(backend => new HttpRouteDestination
                {
                    Destination = Destination(route, backend),
                    Weight = backend.Weight ?? 1,
                    Headers = HeadersOf(backend.Filters),
                })],
            };
    }

    private HttpRoute Apply(HttpRoute route, K8sFilter filter, IK8sRoute source) => filter switch
    {
        { RequestHeaderModifier: { } headers } => route with { Headers = (route.Headers ?? new()) with { Request = Operations(headers) } },
        { ResponseHeaderModifier: { } headers } => route with { Headers = (route.Headers ?? new()) with { Response = Operations(headers) } },
        { RequestRedirect: { } redirect } => route with { Redirect = Redirect(redirect) },
        { UrlRewrite: { } rewrite } => route with { Rewrite = Rewrite(rewrite) },
        { RequestMirror: { } mirror } => route with { Mirrors = route.Mirrors.Add(Mirror(mirror, source)) },
        { Cors: { } cors } => route with { CorsPolicy = Cors(cors) },
        _ => route,
    };

    private Destination Destination(IK8sRoute route, K8sBackend backend)
    {
        var own = route.Metadata.Namespace ?? "";
        var @namespace = string.IsNullOrEmpty(backend.Namespace) ? own : backend.Namespace;
        var port = backend.Port is { } number ? new PortSelector { Number = number } : null;
        return backend.Kind switch
        {
            "Hostname" => new Destination { Host = backend.Name, Port = port },
            null or "" or "Service" when grants.Permit(route.Kind, own, "Service", @namespace, backend.Name) =>
                new Destination { Host = Hostname.OfService(backend.Name, @namespace), Port = port },
            _ => new Destination { Host = $"{backend.Name}.{@namespace}.{RefusedDomain}", Port = port },
        };
    }

    private static HeaderRules? HeadersOf(ImmutableArray<K8sFilter> filters) => filters.Length == 0 ? null : new HeaderRules
    {
        Request = filters.Select(filter => filter.RequestHeaderModifier).FirstOrDefault(item => item is not null) is { } request ? Operations(request) : null,
        Response = filters.Select(filter => filter.ResponseHeaderModifier).FirstOrDefault(item => item is not null) is { } response ? Operations(response) : null,
    };

    private static HeaderOperations Operations(K8sHeaderFilter filter) => new()
    {
        Set = filter.Set.DistinctBy(header => header.Name).ToImmutableDictionary(header => header.Name, header => header.Value),
        Add = filter.Add.DistinctBy(header => header.Name).ToImmutableDictionary(header => header.Name, header => header.Value),
        Remove = filter.Remove,
    };

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

    private HttpMirrorPolicy Mirror(K8sRequestMirror source, IK8sRoute route)
    {
        var share = source.Fraction is { } fraction ? 100.0 * fraction.Numerator / (fraction.Denominator is > 0 and var whole ? whole : 100) : source.Percent ?? 100;
        return new HttpMirrorPolicy { Destination = Destination(route, source.BackendRef), Percentage = new Percent { Value = share } };
    }

    private static CorsPolicy Cors(K8sCors source) => new()
    {
        AllowOrigins = [.. source.AllowOrigins.Select(origin => origin.Contains('*') ? new StringMatch { Regex = Regex.Escape(origin).Replace("\\*", ".*", StringComparison.Ordinal) } : new StringMatch { Exact = origin })],
        AllowMethods = source.AllowMethods,
        AllowHeaders = source.AllowHeaders,
        ExposeHeaders = source.ExposeHeaders,
        AllowCredentials = source.AllowCredentials,
        MaxAge = source.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        UnmatchedPreflights = "IGNORE",
    };

    private static HttpRoute WithRetry(HttpRoute route, K8sHttpRule rule)
    {
        var perTry = rule.Timeouts?.BackendRequest is { Ticks: > 0 } limit ? limit : (TimeSpan?)null;
        if (rule.Retry is not { } retry)
        {
            return perTry is null ? route : route with { Timeout = route.Timeout is { } whole && whole < perTry ? whole : perTry };
        }

        return route with
        {
            Retries = new HttpRetry
            {
                Attempts = retry.Attempts ?? 2,
                Backoff = retry.Backoff,
                PerTryTimeout = perTry,
                RetryOn = retry.Codes.Length == 0 ? null : $"{DefaultRetryOn},{string.Join(',', retry.Codes)}",
            },
        };
    }

    private static HttpMatch Match(K8sHttpMatch source) => new()
    {
        Uri = source.Path switch
        {
            { Type: "Exact", Value: { } path } => new StringMatch { Exact = path },
            { Type: "RegularExpression", Value: { } path } => new StringMatch { Regex = path },
            _ => new StringMatch { Prefix = source.Path?.Value ?? "/" },
        },
        Method = string.IsNullOrEmpty(source.Method) ? null : new StringMatch { Exact = source.Method },
        Headers = Named(source.Headers),
        QueryParams = Named(source.QueryParams),
    };

    private static HttpMatch Match(K8sGrpcMatch source) => new() { Uri = MethodPath(source.Method), Headers = Named(source.Headers) };

    private static StringMatch MethodPath(K8sGrpcMethod? method) => (method?.Type, method?.Service, method?.Method) switch
    {
        ("RegularExpression", var service, var name) => new StringMatch { Regex = $"/{(string.IsNullOrEmpty(service) ? "[^/]+" : service)}/{(string.IsNullOrEmpty(name) ? "[^/]+" : name)}" },
        (_, { Length: > 0 } service, { Length: > 0 } name) => new StringMatch { Exact = $"/{service}/{name}" },
        (_, { Length: > 0 } service, _) => new StringMatch { Prefix = $"/{service}/" },
        (_, _, { Length: > 0 } name) => new StringMatch { Regex = $"/[^/]+/{Regex.Escape(name)}" },
        _ => new StringMatch { Prefix = "/" },
    };

    private static ImmutableDictionary<string, StringMatch> Named(ImmutableArray<K8sNamedMatch> matches) => matches
        .DistinctBy(match => match.Name)
        .ToImmutableDictionary(match => match.Name, match => match.Type == "RegularExpression" ? new StringMatch { Regex = match.Value ?? "" } : new StringMatch { Exact = match.Value ?? "" });
}
