using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Weft.EndToEnd.Acceptance;

/// <summary>Issues JSON web tokens (RS256) under a key made for the test.</summary>
internal sealed class TokenIssuer(string name) : IDisposable
{
    private const string KeyId = "key-1";

    private readonly RSA _key = RSA.Create(2048);

    public string Name => name;

    /// <summary>The key set (JWKS) as JSON.</summary>
    public string Keys
    {
        get
        {
            var parameters = _key.ExportParameters(includePrivateParameters: false);
            return new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA",
                    ["kid"] = KeyId,
                    ["alg"] = "RS256",
                    ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                    ["e"] = Base64Url.EncodeToString(parameters.Exponent),
                }),
            }.ToJsonString();
        }
    }

    public string Token(string subject)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };
        var claims = new JsonObject { ["iss"] = name, ["sub"] = subject, ["exp"] = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds() };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>The token with another signature.</summary>
    public static string Garble(string token)
    {
        var parts = token.Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        signature[0] ^= 1;
        return $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
