using System.Collections.Immutable;
using Envoy.Extensions.Filters.Http.Cors.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>envoy.extensions.filters.http.cors.v3.CorsPolicy, resolved. Null texts are not sent.</summary>
internal sealed record CorsPolicyModel
{
    public required ImmutableArray<StringMatcher> Origins { get; init; }

    public required string? Methods { get; init; }

    public required string? Headers { get; init; }

    public required string? ExposedHeaders { get; init; }

    public required string? MaxAge { get; init; }

    public required bool AllowsCredentials { get; init; }

    public required bool AllowsPrivateNetwork { get; init; }

    /// <summary>Null is every request.</summary>
    public required Fraction? Enabled { get; init; }

    /// <summary>Whether preflights of other origins go upstream instead of being answered without permission.</summary>
    public required bool ForwardsUnmatchedPreflights { get; init; }

    /// <exception cref="ResourceRejectedException">Another message.</exception>
    public static CorsPolicyModel Compile(Any config)
    {
        if (!config.Is(CorsPolicy.Descriptor))
        {
            throw new ResourceRejectedException($"CORS settings of type {config.TypeUrl} are not supported");
        }

        var policy = CorsPolicy.Parser.ParseFrom(config.Value);
        return new CorsPolicyModel
        {
            Origins = [.. policy.AllowOriginStringMatch.Select(StringMatcher.From)],
            Methods = Text(policy.AllowMethods),
            Headers = Text(policy.AllowHeaders),
            ExposedHeaders = Text(policy.ExposeHeaders),
            MaxAge = Text(policy.MaxAge),
            AllowsCredentials = policy.AllowCredentials ?? false,
            AllowsPrivateNetwork = policy.AllowPrivateNetworkAccess ?? false,
            Enabled = policy.FilterEnabled is { } share ? Fraction.From(share.DefaultValue) : null,
            ForwardsUnmatchedPreflights = policy.ForwardNotMatchingPreflights ?? true,
        };
    }

    // A matcher that takes "*" takes every origin.
    public bool Allows(string origin)
    {
        foreach (var matcher in Origins)
        {
            if (matcher.Matches("*") || matcher.Matches(origin))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Text(string text) => text.Length > 0 ? text : null;
}
