using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Path.Match.UriTemplate.V3;
using Weft.Proxy.Formatting;
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
    private readonly ImmutableArray<MetadataMatch> _metadata;
    private readonly Fraction? _share;
    private readonly bool _isGrpc;
    private readonly RouteMatch.Types.TlsContextMatchOptions? _tls;

    /// <exception cref="ResourceRejectedException">A condition that this proxy cannot judge.</exception>
    public RouteMatcher(RouteMatch config)
    {
        Config = config;
        _path = PathCondition(config);
        _headers = [.. config.Headers.Select(header => new HeaderMatch(header))];
        _query = [.. config.QueryParameters.Select(parameter => new QueryMatch(parameter))];
        _metadata = [.. config.DynamicMetadata.Select(matcher => new MetadataMatch(matcher))];
        _share = config.RuntimeFraction is { } fraction ? Fraction.From(fraction.DefaultValue) : null;
        _isGrpc = config.Grpc is not null;
        _tls = config.TlsContext;
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
        if (!_path(exchange.PathWithoutQuery) || (_isGrpc && !exchange.IsGrpc) || (_share is { } share && !share.Includes(Random.Shared.NextDouble())))
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

        foreach (var parameter in _query)
        {
            if (!parameter.Matches(exchange))
            {
                return false;
            }
        }

        foreach (var matcher in _metadata)
        {
            if (!matcher.Matches(exchange.Metadata))
            {
                return false;
            }
        }

        return _tls is null || MatchesTls(exchange);
    }

    private bool MatchesTls(HttpExchange exchange)
    {
        var presented = exchange.Connection.Tls is { PeerHash.Length: > 0 };
        return (_tls!.Presented is not { } wanted || wanted == presented) && (_tls.Validated is not { } valid || valid == presented);
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
            case PathCase.PathMatchPolicy when config.PathMatchPolicy.TypedConfig is { } any && any.Is(UriTemplateMatchConfig.Descriptor):
                return UriTemplate.Compile(UriTemplateMatchConfig.Parser.ParseFrom(any.Value).PathTemplate).Matches;
            default:
                throw new ResourceRejectedException($"route match by {config.PathSpecifierCase} is not supported");
        }
    }

    private sealed class QueryMatch(QueryParameterMatcher config)
    {
        private readonly string _name = config.Name;
        private readonly StringMatcher? _value = config.StringMatch is null ? null : StringMatcher.From(config.StringMatch);
        private readonly bool _wantsPresence =
            config.QueryParameterMatchSpecifierCase != QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase.PresentMatch || config.PresentMatch;

        // Of a repeated parameter, the first counts.
        public bool Matches(HttpExchange exchange)
        {
            var isPresent = exchange.Query.TryGetValue(_name, out var values);
            return _value is null ? isPresent == _wantsPresence : isPresent && _value.Matches(values[0] ?? "");
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

    /// <exception cref="ResourceRejectedException">A kind of match that this proxy does not have.</exception>
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
#pragma warning disable CS0612 // the forms before string_match are deprecated and still sent
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.ExactMatch:
                _value = value => value == config.ExactMatch;
                break;
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.PrefixMatch:
                _value = value => value.StartsWith(config.PrefixMatch, StringComparison.Ordinal);
                break;
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.SuffixMatch:
                _value = value => value.EndsWith(config.SuffixMatch, StringComparison.Ordinal);
                break;
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.ContainsMatch:
                _value = value => value.Contains(config.ContainsMatch, StringComparison.Ordinal);
                break;
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.SafeRegexMatch:
                _value = StringMatcher.FromRegex(config.SafeRegexMatch.Regex).Matches;
                break;
#pragma warning restore CS0612
            default:
                throw new ResourceRejectedException($"header match {config.HeaderMatchSpecifierCase} of {config.Name} is not supported");
        }
    }

    /// <summary>Judges a request by its headers.</summary>
    public bool Matches(IStreamInfo stream) => MatchesValue(stream.RequestHeader(_name));

    /// <summary>Judges headers that are looked up by name.</summary>
    public bool Matches(Func<string, string?> header) => MatchesValue(header(_name));

    private bool MatchesValue(string? header)
    {
        var value = header ?? (_absentAsEmpty ? "" : null);
        if (_value is null)
        {
            return (value is not null == _wantsPresence) != _inverted;
        }

        // An absent header matches neither a condition nor its inversion (Envoy: invert_match of an absent header matches only presence).
        return value is not null && _value(value) != _inverted;
    }
}
