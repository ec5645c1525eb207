using System.Collections.Frozen;
using System.Collections.Immutable;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Filters.Jwt;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>envoy.filters.http.jwt_authn: verifies the tokens of requests, leaves their claims in dynamic metadata, and answers 401 or 403 where a requirement is not met.</summary>
internal sealed class JwtAuthnFilter : HttpFilter
{
    public const string Name = JwtProviderModel.MetadataFilter;

    private const int MaxUriLength = 256;

    private readonly ImmutableArray<JwtProviderModel> _providers;
    private readonly ImmutableArray<(RouteMatcher Match, JwtRequirementModel Requirement)> _rules;
    private readonly FrozenDictionary<string, JwtRequirementModel> _named;
    private readonly bool _skipsPreflights;

    private JwtAuthnFilter(JwtAuthentication config)
    {
        var providers = config.Providers.ToDictionary(provider => provider.Key, provider => new JwtProviderModel(provider.Key, provider.Value), StringComparer.Ordinal);
        _providers = [.. providers.Values];
        _named = config.RequirementMap.ToFrozenDictionary(entry => entry.Key, entry => JwtRequirementModel.Compile(entry.Value, providers), StringComparer.Ordinal);
        _rules = [.. config.Rules.Select(rule => (new RouteMatcher(rule.Match), rule.RequirementTypeCase == RequirementRule.RequirementTypeOneofCase.RequirementName
            ? NamedRequirement(rule.RequirementName)
            : JwtRequirementModel.Compile(rule.Requires, providers)))];
        _skipsPreflights = config.BypassCorsPreflight;
    }

    /// <exception cref="ResourceRejectedException">No configuration, or one that this proxy cannot enforce.</exception>
    public static HttpFilter Create(Any? config)
    {
        if (config is null || !config.Is(JwtAuthentication.Descriptor))
        {
            throw new ResourceRejectedException($"HTTP filter {Name} with {config?.TypeUrl ?? "no"} configuration is not supported");
        }

        var jwt = JwtAuthentication.Parser.ParseFrom(config.Value);
        return jwt.FilterStateRules is null ? new JwtAuthnFilter(jwt) : throw new ResourceRejectedException("jwt_authn with filter_state_rules is not supported");
    }

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        if ((_skipsPreflights && CorsFilter.IsPreflight(exchange)) || RequirementOf(exchange) is not { } requirement)
        {
            return ValueTask.FromResult(FilterVerdict.Continue);
        }

        foreach (var provider in _providers)
        {
            provider.Sanitize(exchange);
        }

        return VerifyAsync(exchange, requirement);
    }

    private static async ValueTask<FilterVerdict> VerifyAsync(HttpExchange exchange, JwtRequirementModel requirement)
    {
        // Verified tokens may be taken off the path; the answer names it as it came.
        var uri = Uri(exchange);
        JwtStatus status;
        try
        {
            status = await requirement.VerifyAsync(exchange);
        }
        catch (OperationCanceledException)
        {
            UpstreamFailures.ClientLeft(exchange);
            return FilterVerdict.Answered;
        }

        if (status == JwtStatus.Ok)
        {
            return FilterVerdict.Continue;
        }

        var text = JwtStatusText.Of(status);
        exchange.LocalReplyHeaders = [new("www-authenticate", $"Bearer realm=\"{uri}\"{(status == JwtStatus.Missed ? "" : ", error=\"invalid_token\"")}")];
        await LocalReply.SendAsync(exchange, status == JwtStatus.AudienceNotAllowed ? 403 : 401, text, ResponseFlags.None, $"jwt_authn_access_denied{{{text.Replace(' ', '_')}}}");
        return FilterVerdict.Answered;
    }

    private JwtRequirementModel? RequirementOf(HttpExchange exchange)
    {
        if (exchange.Route?.Filters.Jwt is { } settings)
        {
            return settings.IsDisabled ? null : _named.GetValueOrDefault(settings.RequirementName) ?? UnknownRequirement.Instance;
        }

        foreach (var (match, requirement) in _rules)
        {
            if (match.Matches(exchange))
            {
                return requirement;
            }
        }

        return null;
    }

    private JwtRequirementModel NamedRequirement(string name) =>
        _named.TryGetValue(name, out var requirement) ? requirement : throw new ResourceRejectedException($"jwt_authn: requirement_name {name} is not in requirement_map");

    private static string Uri(HttpExchange exchange)
    {
        var path = exchange.Path.Length > MaxUriLength ? exchange.Path[..MaxUriLength] : exchange.Path;
        return $"{exchange.RequestHeader(HttpHeaderRules.ForwardedProto) ?? "http"}://{exchange.Authority}{path}".Replace("\"", "%22", StringComparison.Ordinal);
    }

    /// <summary>A route asks for a requirement that the filter does not have: nothing fulfils it.</summary>
    private sealed class UnknownRequirement : JwtRequirementModel
    {
        public static UnknownRequirement Instance { get; } = new();

        public override ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange) => ValueTask.FromResult(JwtStatus.VerificationFailed);
    }
}

/// <summary>envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig, resolved.</summary>
internal sealed record JwtRouteSettings(bool IsDisabled, string RequirementName)
{
    /// <exception cref="ResourceRejectedException">Another message.</exception>
    public static JwtRouteSettings Compile(Any config)
    {
        if (!config.Is(PerRouteConfig.Descriptor))
        {
            throw new ResourceRejectedException($"JWT settings of type {config.TypeUrl} are not supported");
        }

        var settings = PerRouteConfig.Parser.ParseFrom(config.Value);
        return new JwtRouteSettings(settings.Disabled, settings.RequirementName);
    }
}
