using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Weft.Istio.GatewayApi;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective.Translation;

/// <summary>Matches of the Gateway API's routes as those of VirtualServices, and their order.</summary>
internal static class MatchTranslation
{
    private const string AnyName = "[^/]+";

    /// <summary>
    /// The Gateway API's order over all routes of a host: exact paths, then prefixes, then expressions, of each the longer first; then with a method, more
    /// headers, more parameters. Equals stay in the order they have: that of the older route, then as written.
    /// </summary>
    public static IEnumerable<HttpRoute> Ordered(IEnumerable<HttpRoute> routes) => routes
        .OrderByDescending(route => route.Match[0].Uri switch { { Exact: not null } => 3, { Prefix: not null } => 2, { Regex: not null } => 1, _ => 0 })
        .ThenByDescending(route => route.Match[0].Uri is { } uri ? (uri.Exact ?? uri.Prefix ?? uri.Regex ?? "").Length : 0)
        .ThenByDescending(route => route.Match[0].Method is not null)
        .ThenByDescending(route => route.Match[0].Headers.Count)
        .ThenByDescending(route => route.Match[0].QueryParams.Count);

    public static HttpMatch Of(K8sHttpMatch source) => new()
    {
        Uri = Path(source.Path),
        Method = string.IsNullOrEmpty(source.Method) ? null : new StringMatch { Exact = source.Method },
        Headers = Named(source.Headers, StringComparer.OrdinalIgnoreCase),
        QueryParams = Named(source.QueryParams, StringComparer.Ordinal),
    };

    public static HttpMatch Of(K8sGrpcMatch source) => new() { Uri = MethodPath(source.Method), Headers = Named(source.Headers, StringComparer.OrdinalIgnoreCase) };

    /// <summary>A slash at the end of a prefix says nothing.</summary>
    private static StringMatch Path(K8sPathMatch? path)
    {
        var value = string.IsNullOrEmpty(path?.Value) ? "/" : path.Value;
        return path?.Type switch
        {
            "Exact" => new StringMatch { Exact = value },
            "RegularExpression" => new StringMatch { Regex = value },
            _ => new StringMatch { Prefix = value.Length > 1 && value.EndsWith('/') ? value[..^1] : value },
        };
    }

    /// <summary>gRPC calls a method by the path /service/method. Null matches every call.</summary>
    private static StringMatch? MethodPath(K8sGrpcMethod? method) => (method?.Type, method?.Service, method?.Method) switch
    {
        (_, null or "", null or "") => null,
        ("RegularExpression", { Length: > 0 } service, null or "") => new StringMatch { Regex = $"/{service}/.+" },
        ("RegularExpression", null or "", var name) => new StringMatch { Regex = $"/{AnyName}/{name}" },
        ("RegularExpression", var service, var name) => new StringMatch { Regex = $"/{service}/{name}" },
        (_, { Length: > 0 } service, null or "") => new StringMatch { Prefix = $"/{service}/" },
        (_, null or "", var name) => new StringMatch { Regex = $"/{AnyName}/{Regex.Escape(name ?? "")}" },
        (_, var service, var name) => new StringMatch { Exact = $"/{service}/{name}" },
    };

    /// <summary>Of equal names the first counts.</summary>
    private static ImmutableDictionary<string, StringMatch> Named(ImmutableArray<K8sNamedMatch> matches, StringComparer names) => matches
        .DistinctBy(match => match.Name, names)
        .ToImmutableDictionary(match => match.Name, match => match.Type == "RegularExpression" ? new StringMatch { Regex = match.Value ?? "" } : new StringMatch { Exact = match.Value ?? "" });
}
