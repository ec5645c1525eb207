using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Weft.ControlPlane.Generation.Authorization;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>Conditions that the proxy checks per request.</summary>
internal static class RouteMatches
{
    /// <param name="bySegments">A path prefix means whole segments: /foo is no prefix of /foobar.</param>
    public static RouteMatch Of(HttpMatch? source, bool bySegments = false)
    {
        var match = new RouteMatch();
        SetPath(match, source?.Uri, bySegments);
        if (source is null)
        {
            return match;
        }

        match.CaseSensitive = !source.IgnoreUriCase;
        foreach (var (name, value, invert) in source.Headers.Select(header => (header.Key, header.Value, Invert: false))
            .Concat(source.WithoutHeaders.Select(header => (header.Key, header.Value, Invert: true))).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            AddHeader(match, name, value, invert);
        }

        AddPseudoHeader(match, ":method", source.Method);
        AddPseudoHeader(match, ":authority", source.Authority);
        AddPseudoHeader(match, ":scheme", source.Scheme);
        foreach (var (name, value) in source.QueryParams.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            match.QueryParameters.Add(QueryParameter(name, value));
        }

        return match;
    }

    public static StringMatcher Matcher(StringMatch source) => source switch
    {
        { Exact: { } exact } => new StringMatcher { Exact = exact },
        { Prefix: { } prefix } => new StringMatcher { Prefix = prefix },
        { Regex: { } regex } => new StringMatcher { SafeRegex = new RegexMatcher { Regex = regex } },
        _ => new StringMatcher { SafeRegex = new RegexMatcher { Regex = ".*" } },
    };

    private static void SetPath(RouteMatch match, StringMatch? uri, bool bySegments)
    {
        switch (uri)
        {
            case { Prefix: { } prefix } when bySegments && prefix.TrimEnd('/').Length > 0:
                match.PathSeparatedPrefix = prefix.TrimEnd('/');
                break;
            case { Exact: { } exact }:
                match.Path = exact;
                break;
            case { Regex: { } regex }:
                match.SafeRegex = new RegexMatcher { Regex = regex };
                break;
            default:
                match.Prefix = uri?.Prefix ?? "/";
                break;
        }
    }

    private static void AddHeader(RouteMatch match, string name, StringMatch value, bool invert)
    {
        if (ClaimMatchers.RoutingClaim(name) is { } claim)
        {
            var metadata = ClaimMatchers.TextOrList(claim, value.IsEmpty ? new StringMatcher { SafeRegex = new RegexMatcher { Regex = ".+" } } : Matcher(value));
            metadata.Invert = invert;
            match.DynamicMetadata.Add(metadata);
            return;
        }

        var matcher = HeaderOf(name, value);
        matcher.InvertMatch = invert;
        // A header that is not there is not the forbidden one.
        matcher.TreatMissingHeaderAsEmpty = invert && !AsksForPresence(value);
        match.Headers.Add(matcher);
    }

    private static HeaderMatcher HeaderOf(string name, StringMatch value) =>
        AsksForPresence(value) ? new HeaderMatcher { Name = name, PresentMatch = true } : new HeaderMatcher { Name = name, StringMatch = Matcher(value) };

    /// <summary>A star alone is no regular expression but, as nothing, any value.</summary>
    private static bool AsksForPresence(StringMatch value) => value.IsEmpty || value.Regex == "*";

    private static void AddPseudoHeader(RouteMatch match, string name, StringMatch? value)
    {
        if (value is not null)
        {
            match.Headers.Add(HeaderOf(name, value));
        }
    }

    private static QueryParameterMatcher QueryParameter(string name, StringMatch value) => AsksForPresence(value)
        ? new QueryParameterMatcher { Name = name, PresentMatch = true }
        : new QueryParameterMatcher { Name = name, StringMatch = Matcher(value) };
}
