namespace Weft.Istio.Security;

/// <summary>Where the keys of an issuer are fetched: at an address, or, when <paramref name="Uri"/> is empty, as the issuer's OpenID discovery says.</summary>
public sealed record KeySetSource(string Issuer, string Uri)
{
    public static KeySetSource Of(JwtRule rule) => string.IsNullOrEmpty(rule.JwksUri) ? new(rule.Issuer, "") : new("", rule.JwksUri);
}
