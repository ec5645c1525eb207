using System.Collections.Immutable;
using System.Globalization;
using Weft.Proxy.Forwarding;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.Subscriptions;
using HashPolicy = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;

namespace Weft.Proxy.Routing;

/// <summary>The hash_policy list of a route, compiled: what of a request decides its endpoint where the cluster hashes.</summary>
internal sealed class HashPolicies
{
    private readonly ImmutableArray<(Func<HttpExchange, ulong?> Hash, bool IsTerminal)> _policies;

    private HashPolicies(ImmutableArray<(Func<HttpExchange, ulong?>, bool)> policies) => _policies = policies;

    /// <returns>Null when the route has none.</returns>
    /// <exception cref="ResourceRejectedException">A policy that this proxy does not have.</exception>
    public static HashPolicies? Compile(IReadOnlyCollection<HashPolicy> configs) =>
        configs.Count == 0 ? null : new HashPolicies([.. configs.Select(config => (Policy(config), config.Terminal))]);

    /// <summary>Null when nothing to hash was found. May have the response set a cookie.</summary>
    public ulong? Hash(HttpExchange exchange)
    {
        ulong? hash = null;
        foreach (var (policy, isTerminal) in _policies)
        {
            if (policy(exchange) is { } part)
            {
                hash = XxHash64.Combine(hash, part);
            }

            if (isTerminal && hash is not null)
            {
                break;
            }
        }

        return hash;
    }

    private static Func<HttpExchange, ulong?> Policy(HashPolicy config)
    {
        switch (config.PolicySpecifierCase)
        {
            case HashPolicy.PolicySpecifierOneofCase.Header:
                var name = config.Header.HeaderName.ToLowerInvariant();
                var rewrite = config.Header.RegexRewrite is { } regex ? RegexRewrite.Compile(regex) : null;
                return exchange => exchange.RequestHeader(name) is { } value ? XxHash64.Of(rewrite?.Apply(value) ?? value) : null;
            case HashPolicy.PolicySpecifierOneofCase.Cookie:
                return new CookieHash(config.Cookie).Hash;
            case HashPolicy.PolicySpecifierOneofCase.ConnectionProperties:
                return config.ConnectionProperties.SourceIp ? exchange => XxHash64.Of(exchange.ClientAddress.Address.ToString()) : _ => null;
            case HashPolicy.PolicySpecifierOneofCase.QueryParameter:
                var parameter = config.QueryParameter.Name;
                return exchange => exchange.Query.TryGetValue(parameter, out var values) ? XxHash64.Of(values[0] ?? "") : null;
            default:
                throw new ResourceRejectedException($"hash_policy {config.PolicySpecifierCase} is not supported");
        }
    }

    /// <summary>The value of a cookie; with a ttl, one that is made where it is absent.</summary>
    private sealed class CookieHash(HashPolicy.Types.Cookie config)
    {
        private readonly string _attributes =
            (config.Ttl is { Seconds: > 0 } ttl ? $"; Max-Age={ttl.Seconds.ToString(CultureInfo.InvariantCulture)}" : "")
            + (config.Path.Length > 0 ? $"; Path={config.Path}" : "")
            + string.Concat(config.Attributes.Select(attribute => attribute.Value.Length > 0 ? $"; {attribute.Name}={attribute.Value}" : $"; {attribute.Name}"))
            + "; HttpOnly";

        public ulong? Hash(HttpExchange exchange)
        {
            if (RequestCookies.Find(exchange.RequestHeaders, config.Name) is { Length: > 0 } present)
            {
                return XxHash64.Of(present);
            }

            if (config.Ttl is null)
            {
                return null;
            }

            // As Envoy: the same connection gets the same value, others hardly ever.
            var value = XxHash64.Of($"{exchange.Connection.RemoteAddress}{exchange.Connection.LocalAddress}").ToString("x16", CultureInfo.InvariantCulture);
            exchange.ResponseCookie = $"{config.Name}=\"{value}\"{_attributes}";
            return XxHash64.Of(value);
        }
    }
}
