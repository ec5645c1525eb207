using System.Collections.Immutable;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;
using RequiresCase = Envoy.Extensions.Filters.Http.JwtAuthn.V3.JwtRequirement.RequiresTypeOneofCase;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>A JwtRequirement, resolved: which tokens a request must have.</summary>
internal abstract class JwtRequirementModel
{
    /// <param name="providers">All of the filter, by name.</param>
    /// <exception cref="ResourceRejectedException">A provider that is not configured.</exception>
    public static JwtRequirementModel Compile(JwtRequirement? config, IReadOnlyDictionary<string, JwtProviderModel> providers) => config?.RequiresTypeCase switch
    {
        null or RequiresCase.None => new Nothing(),
        RequiresCase.ProviderName => new OfProvider(Provider(providers, config.ProviderName), null),
        RequiresCase.ProviderAndAudiences => new OfProvider(Provider(providers, config.ProviderAndAudiences.ProviderName), [.. config.ProviderAndAudiences.Audiences]),
        RequiresCase.RequiresAll => new All([.. config.RequiresAll.Requirements.Select(inner => Compile(inner, providers))]),
        RequiresCase.RequiresAny => Any.Of([.. config.RequiresAny.Requirements], providers),
        RequiresCase.AllowMissing => new Optional([.. providers.Values], allowsFailed: false),
        RequiresCase.AllowMissingOrFailed => new Optional([.. providers.Values], allowsFailed: true),
        _ => throw new ResourceRejectedException($"JWT requirement {config.RequiresTypeCase} is not supported"),
    };

    public abstract ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange);

    private static JwtProviderModel Provider(IReadOnlyDictionary<string, JwtProviderModel> providers, string name) =>
        providers.TryGetValue(name, out var provider) ? provider : throw new ResourceRejectedException($"JWT requirement names provider {name}, which is not configured");

    // Every token that is found must be good; what the last says goes on.
    private static async ValueTask<JwtStatus> VerifyAllAsync(HttpExchange exchange, JwtProviderModel provider, List<FoundToken> tokens, ImmutableArray<string>? audiences)
    {
        var accepted = new List<(JsonWebToken Token, FoundToken Found)>(tokens.Count);
        foreach (var found in tokens)
        {
            var status = JsonWebToken.TryParse(found.Text, out var token);
            status = status == JwtStatus.Ok ? await provider.VerifyAsync(exchange, token!, audiences) : status;
            if (status != JwtStatus.Ok)
            {
                provider.TellFailure(exchange, status);
                return status;
            }

            accepted.Add((token!, found));
        }

        foreach (var (token, found) in accepted)
        {
            provider.Accept(exchange, token, found);
        }

        if (provider.ClearsRouteCache)
        {
            exchange.ChooseRoute();
        }

        return JwtStatus.Ok;
    }

    private sealed class Nothing : JwtRequirementModel
    {
        public override ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange) => ValueTask.FromResult(JwtStatus.Ok);
    }

    private sealed class OfProvider(JwtProviderModel provider, ImmutableArray<string>? audiences) : JwtRequirementModel
    {
        public JwtProviderModel Model => provider;

        public override ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange)
        {
            var tokens = provider.Locations.Find(exchange);
            return tokens.Count == 0 ? ValueTask.FromResult(JwtStatus.Missed) : VerifyAllAsync(exchange, provider, tokens, audiences);
        }
    }

    private sealed class All(ImmutableArray<JwtRequirementModel> requirements) : JwtRequirementModel
    {
        public override async ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange)
        {
            foreach (var requirement in requirements)
            {
                if (await requirement.VerifyAsync(exchange) is var status && status != JwtStatus.Ok)
                {
                    return status;
                }
            }

            return JwtStatus.Ok;
        }
    }

    private sealed class Any(ImmutableArray<JwtRequirementModel> requirements) : JwtRequirementModel
    {
        // Inside a list, "missing" means: none of the list's own providers has a token.
        public static Any Of(IReadOnlyList<JwtRequirement> configs, IReadOnlyDictionary<string, JwtProviderModel> providers)
        {
            var regular = configs.Where(config => !IsOptional(config)).Select(config => Compile(config, providers)).ToList();
            if (configs.Any(IsOptional))
            {
                var used = regular.OfType<OfProvider>().Select(requirement => requirement.Model).ToImmutableArray();
                regular.Add(new Optional(used.IsEmpty ? [.. providers.Values] : used, configs.Any(config => config.RequiresTypeCase == RequiresCase.AllowMissingOrFailed)));
            }

            return new Any([.. regular]);
        }

        // Of several failures, the one that says most: a bad token before a foreign one before none.
        public override async ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange)
        {
            var worst = JwtStatus.Missed;
            foreach (var requirement in requirements)
            {
                var status = await requirement.VerifyAsync(exchange);
                if (status == JwtStatus.Ok)
                {
                    return JwtStatus.Ok;
                }

                if (status != JwtStatus.Missed && (status != JwtStatus.UnknownIssuer || worst == JwtStatus.Missed))
                {
                    worst = status;
                }
            }

            return worst;
        }

        private static bool IsOptional(JwtRequirement config) => config.RequiresTypeCase is RequiresCase.AllowMissing or RequiresCase.AllowMissingOrFailed;
    }

    /// <summary>A request without a token passes; one with tokens only if the provider of each one's issuer accepts it.</summary>
    private sealed class Optional(ImmutableArray<JwtProviderModel> providers, bool allowsFailed) : JwtRequirementModel
    {
        public override async ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange)
        {
            foreach (var found in providers.SelectMany(provider => provider.Locations.Find(exchange)).DistinctBy(found => found.Text).ToList())
            {
                var status = await VerifyOneAsync(exchange, found);
                if (status != JwtStatus.Ok && !allowsFailed)
                {
                    return status;
                }
            }

            return JwtStatus.Ok;
        }

        private async ValueTask<JwtStatus> VerifyOneAsync(HttpExchange exchange, FoundToken found)
        {
            var status = JsonWebToken.TryParse(found.Text, out var token);
            if (status != JwtStatus.Ok)
            {
                return status;
            }

            var provider = providers.FirstOrDefault(provider => provider.Issuer == token!.Issuer) ?? providers.FirstOrDefault(provider => provider.Issuer.Length == 0);
            return provider is null ? JwtStatus.UnknownIssuer : await VerifyAllAsync(exchange, provider, [found], null);
        }
    }
}
