using System.Globalization;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Weft.ControlPlane.Generation.Listeners;
using Weft.Istio.Security;

namespace Weft.ControlPlane.Generation.Authorization;

/// <summary>The filter that verifies tokens. A token that is there must be valid; none is required.</summary>
internal static class JwtFilter
{
    public const string Name = "envoy.filters.http.jwt_authn";

    /// <summary>Under this key of the filter's metadata the verified claims are found.</summary>
    public const string Payload = "payload";

    /// <summary>Keys that could not be fetched: nobody has the private half of this one, so that no token is valid.</summary>
    private const string UnknownKeys =
        "{\"keys\":[{\"e\":\"AQAB\",\"kid\":\"weft-no-private-key\",\"kty\":\"RSA\",\"n\":\"yo3qJwN-VhIVCO12PBblFS4YbY_fpkcmvqS-EjI4d4NxPGGG-E-YMFfYDzIxbJ_S_3muyton7LqKff9fRr6q_sqzb5F9pdro-evWYpRg9whXZOnLAIMN5mB8aP7GuWJjyjCuwmJLOH59sgir5YjxqzUGlWwz1Nk1JGN2LVOO3Dk1Gs8ZrKJj2ulYDtT76jGMnA0nGV2zqRoFOOitaOjdZgjCB0i51AbcMrIeqOpeOVxm_dD5wQzVcofYHpSldGkBPAMuked82tYMiIoVv1VExwICwZQYiug516y_MW1YCtpYWddOXdVGiOOvfURgPHX5dfBNxpC0mDJM2pWvxQjtPQ\"}]}";

    private static readonly string[] s_spaceDelimited = ["permission", "scope"];

    public static IEnumerable<HttpFilter> Of(ProxyView view)
    {
        if (view.Tokens.Length == 0)
        {
            yield break;
        }

        var config = new JwtAuthentication { BypassCorsPreflight = true };
        var names = new List<string>();
        foreach (var rule in view.Tokens)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"origins-{names.Count}");
            config.Providers.Add(name, Provider(view, rule));
            names.Add(name);
        }

        config.Rules.Add(new RequirementRule { Match = new() { Prefix = "/" }, Requires = Requirement(names) });
        yield return HttpFilters.Filter(Name, config);
    }

    private static JwtProvider Provider(ProxyView view, JwtRule rule)
    {
        var provider = new JwtProvider
        {
            Issuer = rule.Issuer,
            Audiences = { rule.Audiences },
            Forward = rule.ForwardOriginalToken,
            ForwardPayloadHeader = rule.OutputPayloadToHeader ?? "",
            FromParams = { rule.FromParams },
            FromCookies = { rule.FromCookies },
            LocalJwks = new() { InlineString = view.Snapshot.KeySetOf(rule) ?? UnknownKeys },
            PayloadInMetadata = Payload,
            NormalizePayloadInMetadata = new() { SpaceDelimitedClaims = { s_spaceDelimited.Union(rule.SpaceDelimitedClaims).Order(StringComparer.Ordinal) } },
            // At a gateway claims decide routes: what was decided before the token was read is decided anew.
            ClearRouteCache = view.Node.Type == ProxyType.Router,
        };
        provider.FromHeaders.Add(rule.FromHeaders.Select(header => new Envoy.Extensions.Filters.Http.JwtAuthn.V3.JwtHeader { Name = header.Name, ValuePrefix = header.Prefix ?? "" }));
        provider.ClaimToHeaders.Add(rule.OutputClaimToHeaders.Select(claim => new JwtClaimToHeader { HeaderName = claim.Header, ClaimName = claim.Claim }));
        return provider;
    }

    /// <summary>One provider: its token or none. Several: any one's token, for those that share a place, or of each one its token or none.</summary>
    private static JwtRequirement Requirement(List<string> names)
    {
        var each = names.Select(name => AnyOf([new JwtRequirement { ProviderName = name }, new JwtRequirement { AllowMissing = new() }])).ToList();
        return each is [var only]
            ? only
            : AnyOf([.. names.Select(name => new JwtRequirement { ProviderName = name }), new JwtRequirement { RequiresAll = new() { Requirements = { each } } }]);
    }

    private static JwtRequirement AnyOf(IEnumerable<JwtRequirement> requirements) => new() { RequiresAny = new() { Requirements = { requirements } } };
}
