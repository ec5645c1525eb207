using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>The signature algorithms of RFC 7518 that the framework has (RS, PS, ES and HS), and EdDSA of RFC 8037.</summary>
internal static class SignatureAlgorithms
{
    public const string EdDsa = "EdDSA";

    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512", EdDsa], StringComparer.Ordinal);

    public static bool Has(string name) => Names.Contains(name);

    public static HashAlgorithmName Hash(string name) => name[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };
}
