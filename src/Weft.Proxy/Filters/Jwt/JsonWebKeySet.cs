using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>A key of a JWKS that can verify signatures. Safe for any thread.</summary>
internal sealed class JsonWebKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;
    private readonly byte[]? _bytes;
    private readonly Lock _using = new();

    private JsonWebKey(string keyId, string algorithm, string family, RSA? rsa, ECDsa? ecdsa, byte[]? bytes)
    {
        KeyId = keyId;
        Algorithm = algorithm;
        Family = family;
        (_rsa, _ecdsa, _bytes) = (rsa, ecdsa, bytes);
    }

    /// <summary>Empty when the key names none.</summary>
    public string KeyId { get; }

    /// <summary>Empty when the key may be used with every algorithm of its family.</summary>
    public string Algorithm { get; }

    private string Family { get; }

    /// <returns>Null for a key of another kind, or one that is malformed.</returns>
    public static JsonWebKey? TryRead(JsonElement key)
    {
        try
        {
            var id = Text(key, "kid") ?? "";
            var algorithm = Text(key, "alg") ?? "";
            return Text(key, "kty") switch
            {
                "RSA" => new JsonWebKey(id, algorithm, "RSA", Rsa(key), null, null),
                "EC" when Curve(Text(key, "crv")) is { } curve => new JsonWebKey(id, algorithm, curve.Algorithm, null, Ecdsa(key, curve.Curve), null),
                "OKP" when Text(key, "crv") == "Ed25519" && Bytes(key, "x") is var point && Ed25519.IsKey(point) => new JsonWebKey(id, algorithm, SignatureAlgorithms.EdDsa, null, null, point),
                "oct" => new JsonWebKey(id, algorithm, "oct", null, null, Bytes(key, "k")),
                _ => null,
            };
        }
        catch (Exception error) when (error is CryptographicException or FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether a token's header may mean this key.</summary>
    public bool Fits(JsonWebToken token) =>
        (token.KeyId.Length == 0 || KeyId.Length == 0 || token.KeyId == KeyId)
        && (Algorithm.Length == 0 || Algorithm == token.Algorithm)
        && (Family switch { "RSA" => token.Algorithm[0] is 'R' or 'P', "oct" => token.Algorithm[0] == 'H', _ => token.Algorithm == Family });

    public bool Verifies(JsonWebToken token)
    {
        if (Family == SignatureAlgorithms.EdDsa)
        {
            return Ed25519.Verifies(_bytes, token.Signed, token.Signature);
        }

        var hash = SignatureAlgorithms.Hash(token.Algorithm);
        // The framework's keys do not promise to serve several threads at once.
        lock (_using)
        {
            if (_rsa is not null)
            {
                return _rsa.VerifyData(token.Signed, token.Signature, hash, token.Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
            }

            return _ecdsa is not null
                ? _ecdsa.VerifyData(token.Signed, token.Signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash, _bytes!, token.Signed), token.Signature);
        }
    }

    private static RSA Rsa(JsonElement key)
    {
        var rsa = RSA.Create();
        rsa.ImportParameters(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        return rsa;
    }

    private static ECDsa Ecdsa(JsonElement key, ECCurve curve) =>
        ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } });

    private static (ECCurve Curve, string Algorithm)? Curve(string? name) => name switch
    {
        "P-256" => (ECCurve.NamedCurves.nistP256, "ES256"),
        "P-384" => (ECCurve.NamedCurves.nistP384, "ES384"),
        "P-521" => (ECCurve.NamedCurves.nistP521, "ES512"),
        _ => null,
    };

    private static string? Text(JsonElement key, string name) => key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars((Text(key, name) ?? throw new KeyNotFoundException(name)).TrimEnd('='));
}

/// <summary>The keys of an issuer (RFC 7517).</summary>
internal sealed record JsonWebKeySet(ImmutableArray<JsonWebKey> Keys)
{
    public static JwtStatus TryParse(ReadOnlySpan<byte> json, out JsonWebKeySet? keys)
    {
        keys = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var list))
            {
                return JwtStatus.KeysMissing;
            }

            if (list.ValueKind != JsonValueKind.Array)
            {
                return JwtStatus.KeysNotArray;
            }

            ImmutableArray<JsonWebKey> read = [.. list.EnumerateArray().Where(key => key.ValueKind == JsonValueKind.Object).Select(JsonWebKey.TryRead).OfType<JsonWebKey>()];
            keys = read.IsEmpty ? null : new JsonWebKeySet(read);
            return read.IsEmpty ? JwtStatus.NoValidKeys : JwtStatus.Ok;
        }
        catch (JsonException)
        {
            return JwtStatus.KeysBadJson;
        }
    }

    public JwtStatus Verify(JsonWebToken token)
    {
        var status = JwtStatus.KeyMismatch;
        foreach (var key in Keys.Where(key => key.Fits(token)))
        {
            try
            {
                if (key.Verifies(token))
                {
                    return JwtStatus.Ok;
                }
            }
            catch (CryptographicException)
            {
                // A signature of another size than the key's: it does not verify.
            }

            status = JwtStatus.VerificationFailed;
        }

        return status;
    }
}
