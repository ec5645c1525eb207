using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Weft.Proxy.Filters;

/// <summary>An issuer with a key of each kind.</summary>
public sealed class TestTokens : IDisposable
{
    public const string Issuer = "https://issuer.example";

    /// <summary>A token of this issuer for "mine" until the year 2100, signed by OpenSSL with the key of RFC 8032's first vector.</summary>
    public const string EdDsaToken =
        "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImVkIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3ViIjoidXNlciIsImF1ZCI6Im1pbmUiLCJleHAiOjQxMDI0NDQ4MDB9."
        + "GxMsw6RIJXVPwEUt04k6bAKsQeaBs6G9JjO_OdDsg1kr_69tZV3hCRKgWvLK2dW84hGrn9EvcYD2lChtiqOCCA";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _ec384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    public string Jwks
    {
        get
        {
            var rsa = _rsa.ExportParameters(false);
            return new JsonObject
            {
                ["keys"] = new JsonArray(
                    new JsonObject { ["kty"] = "RSA", ["kid"] = "rsa", ["n"] = Text(rsa.Modulus!), ["e"] = Text(rsa.Exponent!) },
                    Ec("ec", "P-256", _ec),
                    Ec("ec384", "P-384", _ec384),
                    new JsonObject { ["kty"] = "oct", ["kid"] = "oct", ["k"] = Text(_secret) },
                    new JsonObject { ["kty"] = "OKP", ["kid"] = "ed", ["crv"] = "Ed25519", ["x"] = Text(Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")) },
                    new JsonObject { ["kty"] = "OKP", ["kid"] = "short", ["crv"] = "Ed25519", ["x"] = "AAAA" }),
            }.ToJsonString();
        }
    }

    public string Token(string algorithm = "RS256", string? kid = "rsa", Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var payload = new JsonObject { ["iss"] = Issuer, ["sub"] = "user", ["exp"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 600 };
        claims?.Invoke(payload);
        var head = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (kid is not null)
        {
            head["kid"] = kid;
        }

        header?.Invoke(head);
        var signed = $"{Text(Encoding.UTF8.GetBytes(head.ToJsonString()))}.{Text(Encoding.UTF8.GetBytes(payload.ToJsonString()))}";
        return $"{signed}.{Text(Sign(algorithm, Encoding.ASCII.GetBytes(signed)))}";
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
        _ec384.Dispose();
    }

    private byte[] Sign(string algorithm, byte[] data)
    {
        var hash = algorithm[2..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        return algorithm[..2] switch
        {
            "RS" => _rsa.SignData(data, hash, RSASignaturePadding.Pkcs1),
            "PS" => _rsa.SignData(data, hash, RSASignaturePadding.Pss),
            "ES" => (algorithm == "ES384" ? _ec384 : _ec).SignData(data, hash),
            "HS" => CryptographicOperations.HmacData(hash, _secret, data),
            _ => new byte[64],
        };
    }

    private static JsonObject Ec(string kid, string curve, ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["kid"] = kid, ["crv"] = curve, ["x"] = Text(point.X!), ["y"] = Text(point.Y!) };
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
