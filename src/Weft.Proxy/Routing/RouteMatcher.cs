using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;
using PathCase = Envoy.Config.Route.V3.RouteMatch.PathSpecifierOneofCase;

namespace Weft.Proxy.Routing;

/// <summary>envoy.config.route.v3.RouteMatch, compiled. All its conditions must hold.</summary>
internal sealed class RouteMatcher
{
    private readonly Func<string, bool> _path;
    private readonly ImmutableArray<HeaderMatch> _headers;
    private readonly ImmutableArray<QueryMatch> _query;

    public RouteMatcher(RouteMatch config)
    {
        Config = config;
        _path = PathCondition(config);
        _headers = [.. config.Headers.Select(header => new HeaderMatch(header))];
        _query = [.. config.QueryParameters.Select(parameter => new QueryMatch(parameter))];
        if (config.RuntimeFraction is not null || config.Grpc is not null || config.TlsContext is not null || config.DynamicMetadata.Count > 0)
        {
            throw new ResourceRejectedException("route match on runtime_fraction, grpc, tls_context or dynamic_metadata is not supported yet");
        }
    }

    /// <summary>The prefix or path of the match, which a prefix rewrite replaces.</summary>
    public RouteMatch Config { get; }

    public int MatchedLength(string path) => Config.PathSpecifierCase switch
    {
        PathCase.Prefix => Config.Prefix.Length,
        PathCase.PathSeparatedPrefix => Config.PathSeparatedPrefix.Length,
        _ => path.IndexOf('?') is var mark && mark >= 0 ? mark : path.Length,
    };

    public bool Matches(HttpExchange exchange)
    {
        var mark = exchange.Path.IndexOf('?');
        var path = mark < 0 ? exchange.Path : exchange.Path[..mark];
        if (!_path(path))
        {
            return false;
        }

        foreach (var header in _headers)
        {
            if (!header.Matches(exchange))
            {
                return false;
            }
        }

        return _query.IsEmpty || _query.All(parameter => parameter.Matches(mark < 0 ? "" : exchange.Path[mark..]));
    }

    private static Func<string, bool> PathCondition(RouteMatch config)
    {
        var comparison = config.CaseSensitive ?? true ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        switch (config.PathSpecifierCase)
        {
            case PathCase.Prefix:
                var prefix = config.Prefix;
                return prefix == "/" ? path => path.StartsWith('/') : path => path.StartsWith(prefix, comparison);
            case PathCase.Path:
                var exact = config.Path;
                return path => path.Equals(exact, comparison);
            case PathCase.PathSeparatedPrefix:
                var separated = config.PathSeparatedPrefix;
                return path => path.StartsWith(separated, comparison) && (path.Length == separated.Length || path[separated.Length] == '/');
            case PathCase.SafeRegex:
                return StringMatcher.FromRegex(config.SafeRegex.Regex).Matches;
            default:
                throw new ResourceRejectedException($"route match by {config.PathSpecifierCase} is not supported yet");
        }
    }

    private sealed class QueryMatch(QueryParameterMatcher config)
    {
        private readonly StringMatcher? _value = config.StringMatch is null ? null : StringMatcher.From(config.StringMatch);

        public bool Matches(string query)
        {
            var parameters = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query);
            return parameters.TryGetValue(config.Name, out var values) && (_value is null || values.Any(value => _value.Matches(value ?? "")));
        }
    }
}

/// <summary>envoy.config.route.v3.HeaderMatcher, compiled.</summary>
internal sealed class HeaderMatch
{
    private readonly string _name;
    private readonly bool _inverted;
    private readonly bool _absentAsEmpty;
    private readonly Func<string, bool>? _value;
    private readonly bool _wantsPresence = true;

    public HeaderMatch(HeaderMatcher config)
    {
        _name = config.Name;
        _inverted = config.InvertMatch;
        _absentAsEmpty = config.TreatMissingHeaderAsEmpty;
        switch (config.HeaderMatchSpecifierCase)
        {
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.StringMatch:
                _value = StringMatcher.From(config.StringMatch).Matches;
                break;
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch:
                _wantsPresence = config.PresentMatch;
                break;
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.None:
                break;
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.RangeMatch:
                _value = value => long.TryParse(value, out var number) && number >= config.RangeMatch.Start && number < config.RangeMatch.End;
                break;
            default:
                throw new ResourceRejectedException($"header match {config.HeaderMatchSpecifierCase} of {config.Name} is not supported");
        }
    }

    public bool Matches(HttpExchange exchange)
    {
        var value = exchange.RequestHeader(_name) ?? (_absentAsEmpty ? "" : null);
        if (_value is null)
        {
            return (value is not null == _wantsPresence) != _inverted;
        }

        // An absent header matches neither a condition nor its inversion (Envoy: invert_match of an absent header matches only presence).
        return value is not null && _value(value) != _inverted;
    }
}
